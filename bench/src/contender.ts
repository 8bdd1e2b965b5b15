import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { finite, type PreparedCase, timeSteps } from './prepared-case.js';
import { peakRssBytesOf } from './process-tree.js';
import { requestSchema, type Measurement, type Reply, type Request } from './protocol.js';
import { UnsupportedCaseError } from './unsupported-case.js';

/** A case built in another process (a browser's page), which steps and times it. */
export interface RemoteCase {
  measure(iterations: number, warmup: number): Promise<Measurement>;
  inspect?(): Promise<Record<string, number>>;
  dispose?(): Promise<void>;
  readonly note?: string;
}

/** What a contender written in TypeScript supplies to `serveContender`. */
export interface Contender<Case> {
  readonly name: string;
  /** Versions of everything that decides the speed, by package name. */
  readonly versions: Readonly<Record<string, string>>;
  /** Validates the case sent by the harness (a zod schema's `parse`); throws where it is malformed. */
  parseCase(value: unknown): Case;
  /** Builds and compiles a case; throws `UnsupportedCaseError` where the contender cannot do it. */
  prepare(benchmarkCase: Case): Promise<PreparedCase | RemoteCase> | PreparedCase | RemoteCase;
}

/** Where the conversation takes place; standard input and output unless told otherwise. */
export interface ContenderStreams {
  readonly input: Readable;
  readonly output: Writable;
}

/**
 * Speaks the harness's protocol until it is asked to quit or its input ends. Whatever else the process prints must go
 * to standard error: standard output belongs to the protocol.
 */
export async function serveContender<Case>(
  contender: Contender<Case>,
  { input, output }: ContenderStreams = { input: process.stdin, output: process.stdout },
): Promise<void> {
  const send = (reply: Reply): void => void output.write(`${JSON.stringify(reply)}\n`);
  let prepared: PreparedCase | RemoteCase | undefined;
  const lines = createInterface({ input });
  send({ hello: { name: contender.name, versions: { ...contender.versions } } });
  try {
    for await (const line of lines) {
      try {
        const request = requestSchema.parse(JSON.parse(line));
        if ('quit' in request) break;
        if ('prepare' in request) {
          await prepared?.dispose?.();
          prepared = undefined;
          const restingRssBytes = process.memoryUsage.rss();
          const start = performance.now();
          prepared = await contender.prepare(contender.parseCase(request.prepare));
          const compileSeconds = (performance.now() - start) / 1000;
          send({ ready: true, compileSeconds, restingRssBytes, ...(prepared.note === undefined ? {} : { note: prepared.note }) });
        } else {
          send(await answer(request, requirePrepared(prepared)));
        }
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        send(error instanceof UnsupportedCaseError ? { unsupported: message } : { error: message });
      }
    }
  } finally {
    lines.close();
    await prepared?.dispose?.();
  }
}

function requirePrepared<C>(prepared: C | undefined): C {
  if (prepared === undefined) {
    throw new Error('nothing to measure: expected a case to be prepared first, none was; send {"prepare": …}');
  }
  return prepared;
}

async function answer(
  request: Exclude<Request, { prepare: unknown } | { quit: true }>,
  prepared: PreparedCase | RemoteCase,
): Promise<Reply> {
  if ('run' in request) {
    const { iterations, warmup } = request.run;
    if ('measure' in prepared) return await prepared.measure(iterations, warmup);
    return { ...(await timeSteps(prepared, iterations, warmup)), rssBytes: peakRssBytes() };
  }
  return { values: finite((await prepared.inspect?.()) ?? {}) };
}

/**
 * Peak resident memory of this process in bytes. Linux's `ru_maxrss` starts from the parent's peak at the fork, so the
 * kernel's own high-water mark is read where it exists.
 */
const peakRssBytes = (): number => peakRssBytesOf('self') ?? process.resourceUsage().maxRSS * 1024;

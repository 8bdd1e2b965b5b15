import { createInterface } from 'node:readline';
import { readFileSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { requestSchema, type Measurement, type Reply, type Request } from './protocol.js';

/** One case, built and compiled, ready to be stepped. */
export interface PreparedCase {
  /** Does one step; a training step returns its loss (before the update). Timed from call to settled promise. */
  step(): Promise<number | void> | number | void;
  /** Named scalars of the last step's results, compared between contenders; never timed. */
  inspect?(): Promise<Record<string, number>> | Record<string, number>;
  /** Releases what the case holds; called before the next `prepare` and at the end. */
  dispose?(): Promise<void> | void;
  /** What a reader of the report should know, for example which backend was used. */
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
  prepare(benchmarkCase: Case): Promise<PreparedCase> | PreparedCase;
}

/** Thrown by `prepare` or `step` for a case that the contender cannot run; reported, not counted as a failure. */
export class UnsupportedCaseError extends Error {
  override readonly name = 'UnsupportedCaseError';
  readonly code = 'unsupported-case';
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
  let prepared: PreparedCase | undefined;
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
          const start = performance.now();
          prepared = await contender.prepare(contender.parseCase(request.prepare));
          const compileSeconds = (performance.now() - start) / 1000;
          send({ ready: true, compileSeconds, ...(prepared.note === undefined ? {} : { note: prepared.note }) });
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

function requirePrepared(prepared: PreparedCase | undefined): PreparedCase {
  if (prepared === undefined) {
    throw new Error('nothing to measure: expected a case to be prepared first, none was; send {"prepare": …}');
  }
  return prepared;
}

async function answer(request: Exclude<Request, { prepare: unknown } | { quit: true }>, prepared: PreparedCase): Promise<Reply> {
  if ('run' in request) return await measure(prepared, request.run.iterations, request.run.warmup);
  return { values: finite((await prepared.inspect?.()) ?? {}) };
}

async function measure(prepared: PreparedCase, iterations: number, warmup: number): Promise<Measurement> {
  for (let i = 0; i < warmup; i++) await prepared.step();
  const secondsPerIteration = Array.from({ length: iterations }, () => 0);
  let loss: number | void = undefined;
  for (let i = 0; i < iterations; i++) {
    const start = performance.now();
    const result = prepared.step();
    // Awaiting a plain value would add a turn of the microtask queue to calls that take about a microsecond.
    loss = result instanceof Promise ? await result : result;
    secondsPerIteration[i] = (performance.now() - start) / 1000;
  }
  const measurement = { secondsPerIteration, rssBytes: peakRssBytes() };
  return loss === undefined ? measurement : { ...measurement, ...finite({ loss }) };
}

/** JSON has no NaN: a diverged loss must fail loudly instead of arriving as `null`. */
function finite<Values extends Record<string, number>>(values: Values): Values {
  for (const [name, value] of Object.entries(values)) {
    if (!Number.isFinite(value)) throw new Error(`${name} is not finite: ${value}`);
  }
  return values;
}

/**
 * Peak resident memory of this process in bytes. Linux's `ru_maxrss` starts from the parent's peak at the fork, so the
 * kernel's own high-water mark of this address space (`VmHWM`, proc(5)) is read where it exists.
 */
function peakRssBytes(): number {
  if (process.platform === 'linux') {
    const highWaterMark = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    if (highWaterMark !== undefined) return Number(highWaterMark) * 1024;
  }
  return process.resourceUsage().maxRSS * 1024;
}

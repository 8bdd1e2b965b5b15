import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { z } from 'zod';
import type { ContenderDefinition } from './benchmark.js';
import { BenchError } from './errors.js';
import { processTree } from './process-tree.js';
import {
  errorSchema,
  helloSchema,
  inspectionSchema,
  measurementSchema,
  missingSchema,
  readySchema,
  unsupportedSchema,
  type Hello,
  type Measurement,
  type Ready,
  type Request,
} from './protocol.js';

/** A contender's own words kept for the message when it dies: enough for a Python traceback's end. */
const keptErrorLines = 20;

/** Limits of one contender process. */
export interface ContenderLimits {
  /** Threads it may compute with. */
  readonly threads: number;
  /** Seconds to wait for any one reply. */
  readonly replySeconds: number;
}

/**
 * A contender running in processes of its own. Between two requests they are stopped (SIGSTOP), so that a thread pool
 * that spins while idle takes nothing from the contender being measured; on Windows, which cannot, they only wait.
 */
export class ContenderProcess {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #lines: Interface;
  readonly #replies: AsyncIterator<string>;
  readonly #errorLines: string[] = [];
  readonly #closed: Promise<string>;
  readonly #killOnExit = (): void => this.#signal('SIGKILL');
  #hello: Hello | undefined;

  private constructor(
    readonly definition: ContenderDefinition,
    private readonly limits: ContenderLimits,
  ) {
    const [program, ...parameters] = definition.command;
    this.#child = spawn(program, parameters, {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...threadEnvironment(limits.threads), ...definition.environment },
    });
    this.#lines = createInterface({ input: this.#child.stdout });
    this.#replies = this.#lines[Symbol.asyncIterator]();
    createInterface({ input: this.#child.stderr }).on('line', (line) => {
      this.#errorLines.push(line);
      if (this.#errorLines.length > keptErrorLines) this.#errorLines.shift();
    });
    this.#closed = new Promise((resolve) => {
      this.#child.once('error', (error) => resolve(error.message));
      this.#child.once('close', (code, signal) => resolve(signal ? `killed by ${signal}` : `exit code ${code}`));
    });
    // A request written to a process that has just died fails with EPIPE; the end of its replies reports that death.
    this.#child.stdin.on('error', () => undefined);
    process.once('exit', this.#killOnExit);
  }

  /**
   * Starts a contender and waits for its greeting.
   * @throws BenchError `contender-missing` if it or its library is not installed; `contender-crashed`,
   *   `contender-timeout` or `contender-protocol` if it does not come up.
   */
  static async start(definition: ContenderDefinition, limits: ContenderLimits): Promise<ContenderProcess> {
    const missing = (what: string): BenchError =>
      new BenchError('contender-missing', `${definition.id}: not installed (${what} not found): ${definition.install}`);
    if (definition.requires !== undefined && !existsSync(definition.requires)) throw missing(definition.requires);
    const contender = new ContenderProcess(definition, limits);
    const started = await new Promise<boolean>((resolve) => {
      contender.#child.once('spawn', () => resolve(true));
      contender.#child.once('error', () => resolve(false));
    });
    if (!started) {
      await contender.kill();
      throw missing(definition.command[0]);
    }
    try {
      const greeting = await contender.#nextReply();
      const absent = missingSchema.safeParse(greeting);
      if (absent.success) throw missing(absent.data.missing);
      contender.#hello = contender.#expect(helloSchema, greeting).hello;
      contender.#stop();
      return contender;
    } catch (error) {
      await contender.kill();
      throw error;
    }
  }

  /** Versions the contender greeted with. */
  get versions(): Readonly<Record<string, string>> {
    return this.#hello?.versions ?? {};
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Builds and compiles a case. @throws BenchError `contender-unsupported` if the contender cannot do it. */
  async prepare(specification: Record<string, unknown>): Promise<Ready> {
    return await this.#ask({ prepare: specification }, readySchema);
  }

  /** Does `warmup` untimed and `iterations` timed steps. */
  async run(iterations: number, warmup: number): Promise<Measurement> {
    return await this.#ask({ run: { iterations, warmup } }, measurementSchema);
  }

  /** Named scalars of the last step's results. */
  async inspect(): Promise<Readonly<Record<string, number>>> {
    return (await this.#ask({ inspect: true }, inspectionSchema)).values;
  }

  /** Ends the contender: politely, then, if it does not leave within five seconds, not. */
  async quit(): Promise<void> {
    this.#continue();
    this.#child.stdin.end(`${JSON.stringify({ quit: true } satisfies Request)}\n`);
    const timer = setTimeout(() => this.#signal('SIGKILL'), 5000);
    await this.#closed;
    clearTimeout(timer);
    this.#release();
  }

  /** Ends the contender at once. */
  async kill(): Promise<void> {
    this.#signal('SIGKILL');
    await this.#closed;
    this.#release();
  }

  async #ask<Schema extends z.ZodType>(request: Request, schema: Schema): Promise<z.infer<Schema>> {
    this.#continue();
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    const reply = await this.#nextReply();
    this.#stop();
    return this.#expect(schema, reply);
  }

  async #nextReply(): Promise<unknown> {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<'timeout'>((resolve) => {
      timer = setTimeout(() => resolve('timeout'), this.limits.replySeconds * 1000);
    });
    const reply = await Promise.race([this.#replies.next(), timeout]);
    clearTimeout(timer);
    const { id } = this.definition;
    if (reply === 'timeout') {
      await this.kill();
      throw new BenchError(
        'contender-timeout',
        `${id}: expected a reply within ${this.limits.replySeconds} s, got none; the process was ended`,
      );
    }
    if (reply.done === true) {
      const ending = await this.#closed;
      const words = this.#errorLines.length > 0 ? `; its last words:\n${this.#errorLines.join('\n')}` : '';
      throw new BenchError('contender-crashed', `${id}: expected a reply, the process ended (${ending})${words}`);
    }
    try {
      return JSON.parse(reply.value);
    } catch (cause) {
      const line = reply.value.slice(0, 200);
      throw new BenchError('contender-protocol', `${id}: expected one JSON object a line on standard output, got: ${line}`, { cause });
    }
  }

  #expect<Schema extends z.ZodType>(schema: Schema, reply: unknown): z.infer<Schema> {
    const { id } = this.definition;
    const failure = errorSchema.safeParse(reply);
    if (failure.success) throw new BenchError('contender-failed', `${id}: ${failure.data.error}`);
    const refusal = unsupportedSchema.safeParse(reply);
    if (refusal.success) throw new BenchError('contender-unsupported', `${id}: ${refusal.data.unsupported}`);
    const parsed = schema.safeParse(reply);
    if (parsed.success) return parsed.data;
    throw new BenchError('contender-protocol', `${id}: unexpected reply ${JSON.stringify(reply).slice(0, 200)}: ${parsed.error.message}`, {
      cause: parsed.error,
    });
  }

  #stop(): void {
    if (process.platform !== 'win32') this.#signal('SIGSTOP');
  }

  #continue(): void {
    if (process.platform !== 'win32') this.#signal('SIGCONT');
  }

  /** To the contender and all that it started (a browser). */
  #signal(signal: NodeJS.Signals): void {
    const { pid } = this.#child;
    if (pid === undefined || this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    for (const member of processTree(pid)) {
      try {
        process.kill(member, signal);
      } catch (error) {
        // One that has ended since needs no signal.
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
      }
    }
  }

  #release(): void {
    process.removeListener('exit', this.#killOnExit);
    this.#lines.close();
  }
}

/** The variables by which the usual numerical libraries are told their number of threads. */
function threadEnvironment(threads: number): Record<string, string> {
  const names = ['OMP_NUM_THREADS', 'MKL_NUM_THREADS', 'OPENBLAS_NUM_THREADS', 'SARDONYX_BENCH_THREADS'];
  return Object.fromEntries(names.map((name) => [name, String(threads)]));
}

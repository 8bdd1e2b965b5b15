import { type ChildProcessWithoutNullStreams, spawn, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach } from 'vitest';

export const demoSystem = fileURLToPath(new URL('fixtures/demo-system.mjs', import.meta.url));
export const mainScript = fileURLToPath(new URL('../dist/main.js', import.meta.url));

const folders: string[] = [];
const children: ChildProcessWithoutNullStreams[] = [];

/** A fresh working folder, removed after the test. */
export function workFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sardonyx-cli-'));
  folders.push(folder);
  return folder;
}

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  // What was killed may end a write that it has begun.
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 20 });
});

export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command line at work. */
export interface Running {
  readonly child: ChildProcessWithoutNullStreams;
  readonly finished: Promise<Finished>;
  /** Resolves once standard output and error together hold `text`; rejects when the process ends without it. */
  shows(text: string): Promise<void>;
}

type Options = Pick<SpawnOptions, 'cwd' | 'env' | 'uid'>;

/** Starts the command line with the demonstration system, without a terminal. */
export function startSardonyx(args: readonly string[], options: Options = {}): Running {
  return startProcess(process.execPath, [mainScript, ...args], options);
}

export function startProcess(command: string, args: readonly string[], options: Options = {}): Running {
  const env = { ...process.env, SARDONYX_SYSTEMS: demoSystem, SARDONYX_DEBUG: '', NO_COLOR: '', FORCE_COLOR: undefined, ...options.env };
  const child = spawn(command, args, { cwd: workFolderOf(options), ...(options.uid === undefined ? {} : { uid: options.uid }), env });
  children.push(child);
  const [out, err]: [string[], string[]] = [[], []];
  child.stdout.setEncoding('utf8').on('data', (text: string) => void out.push(text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => void err.push(text));
  const finished = once(child, 'close').then(
    ([code, signal]): Finished => ({
      code: code as number | null,
      signal: signal as NodeJS.Signals | null,
      stdout: out.join(''),
      stderr: err.join(''),
    }),
  );
  const shown = (text: string): boolean => `${out.join('')}${err.join('')}`.includes(text);
  const shows = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (shown(text)) resolve();
      };
      child.stdout.on('data', look);
      child.stderr.on('data', look);
      child.on('close', () => reject(new Error(`ended without showing "${text}":\n${out.join('')}${err.join('')}`)));
      look();
    });
  return { child, finished, shows };
}

function workFolderOf(options: Options): string {
  return options.cwd === undefined ? workFolder() : String(options.cwd);
}

/** Runs the command line to its end. */
export function sardonyx(args: readonly string[], options: Options = {}): Promise<Finished> {
  return startSardonyx(args, options).finished;
}

export function jsonLines(text: string): Record<string, unknown>[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** The only run of a study below `folder`. */
export function onlyRun(folder: string, id = 'demo/quadratic'): string {
  const parent = join(folder, 'runs', id);
  const [name = '', ...others] = readdirSync(parent);
  if (others.length > 0) throw new Error(`Expected one run in ${parent}, found ${others.length + 1}.`);
  return join(parent, name);
}

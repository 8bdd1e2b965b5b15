import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeWorkFolder, removeWorkFolder } from '../work-folder.js';

const commandLine = fileURLToPath(new URL('../../../cli/dist/main.js', import.meta.url));
const demoSystem = fileURLToPath(new URL('../../../cli/test/fixtures/demo-system.mjs', import.meta.url));

/** A studio as a person starts it: a process of its own over a fresh folder of runs, with the demonstration system. */
export class StudioProcess {
  readonly runs: string;
  readonly #child: ChildProcess;
  readonly url: string;

  private constructor(runs: string, child: ChildProcess, url: string) {
    this.runs = runs;
    this.#child = child;
    this.url = url;
  }

  static start(): Promise<StudioProcess> {
    return StudioProcess.#startOver(makeWorkFolder(), 0);
  }

  /** The same studio again after it was killed: same folder, same port. */
  restart(): Promise<StudioProcess> {
    return StudioProcess.#startOver(this.runs, Number(new URL(this.url).port));
  }

  static async #startOver(runs: string, port: number): Promise<StudioProcess> {
    const args = [commandLine, 'studio', '--json', '--port', String(port), '--runs', runs, '--systems', demoSystem];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(child.stdout!.setEncoding('utf8'), 'data')) as [string];
    return new StudioProcess(runs, child, (JSON.parse(line) as { url: string }).url);
  }

  /** Ends the server as a crash does. Runs have processes of their own. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await once(this.#child, 'exit');
  }

  /** Asks the interface; the tests use it to prepare what a view shows. */
  async ask<T>(path: string, method = 'GET', body?: unknown): Promise<T> {
    const response = await fetch(new URL(path, this.url), {
      method,
      ...(method === 'GET' ? {} : { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body ?? {}) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return (response.status === 204 ? undefined : await response.json()) as T;
  }

  /** Starts a run of the demonstration study and returns its identifier. */
  async startDemo(params: Readonly<Record<string, unknown>> = {}, seed = 0): Promise<string> {
    return (await this.ask<{ id: string }>('/api/runs', 'POST', { study: 'demo/quadratic', seed, params })).id;
  }

  /** Waits until a run stands as asked. */
  async untilStatus(run: string, status: string): Promise<void> {
    for (;;) {
      const now = (await this.ask<{ status: string }>(`/api/runs/${run}`)).status;
      if (now === status) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  folderOf(run: string): string {
    return join(this.runs, run);
  }

  readFile(run: string, name: string): string {
    return readFileSync(join(this.folderOf(run), name), 'utf8');
  }

  /** Stops what still runs, closes the server and removes the runs. */
  async [Symbol.asyncDispose](): Promise<void> {
    const all = await this.ask<{ id: string; status: string }[]>('/api/runs');
    for (const { id, status } of all) {
      if (status !== 'running') continue;
      await this.ask(`/api/runs/${id}/stop`, 'POST', { now: true });
      while ((await this.ask<{ status: string }>(`/api/runs/${id}`)).status === 'running')
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
    this.#child.kill('SIGTERM');
    await once(this.#child, 'exit');
    removeWorkFolder(this.runs);
  }
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Study, System } from '@sardonyx/study';
import { afterEach, expect } from 'vitest';
import type { z } from 'zod';
import { apiError, type RunDetail, runDetail, type RunRequest } from '../src/api/index.js';
import { startStudio, type Studio, type StudioOptions, type SystemCatalogue } from '../src/server/index.js';
import { makeWorkFolder, removeWorkFolder } from './work-folder.js';

export const demoModule = fileURLToPath(new URL('fixtures/demo-system.mjs', import.meta.url));
/** The command line as it is installed; the tests' global setup builds it. */
export const mainScript = fileURLToPath(new URL('../../cli/dist/main.js', import.meta.url));
export const launch = { command: process.execPath, args: [mainScript, '--systems', demoModule] };

const { system } = (await import(demoModule)) as { system: System };

export const catalogue: SystemCatalogue = {
  all: async () => [system],
  study: async (id): Promise<Study> => {
    const found = system.studies.find(({ name }) => `${system.name}/${name}` === id);
    if (found !== undefined) return found;
    const { BadInputError } = await import('@sardonyx/study');
    throw new BadInputError('unknown-study', `There is no study "${id}".`);
  },
};

const folders: string[] = [];
const studios: Studio[] = [];

/** A fresh folder, removed after the test; whatever still works on a run in it is ended before. */
export function workFolder(): string {
  const folder = makeWorkFolder();
  folders.push(folder);
  return folder;
}

/** A server over a folder of runs, closed after the test. */
export async function openStudio(options: Partial<StudioOptions> = {}): Promise<DemoStudio> {
  const runs = options.runs ?? join(workFolder(), 'runs');
  const studio = await startStudio({ systems: catalogue, port: 0, launch, ...options, runs });
  studios.push(studio);
  return new DemoStudio(studio, runs);
}

afterEach(async () => {
  for (const studio of studios.splice(0)) await studio.close();
  for (const folder of folders.splice(0)) removeWorkFolder(folder);
});

/** What a page does with the server; every answer is checked against its schema. */
export class DemoStudio {
  readonly studio: Studio;
  readonly runs: string;

  constructor(studio: Studio, runs: string) {
    this.studio = studio;
    this.runs = runs;
  }

  url(path: string): string {
    return new URL(path, this.studio.url).href;
  }

  async get<S extends z.ZodType>(path: string, schema: S): Promise<z.output<S>> {
    const response = await fetch(this.url(path));
    expect(response.status, await response.clone().text()).toBe(200);
    return strictly(schema).parse(await response.json()) as z.output<S>;
  }

  post(path: string, body: unknown = {}): Promise<Response> {
    return fetch(this.url(path), { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  }

  async start(request: RunRequest): Promise<RunDetail> {
    const response = await this.post('/api/runs', request);
    expect(response.status, await response.clone().text()).toBe(201);
    return strictly(runDetail).parse(await response.json());
  }

  async act(id: string, action: 'stop' | 'resume', body: unknown = {}): Promise<RunDetail> {
    const response = await this.post(`/api/runs/${id}/${action}`, body);
    expect(response.status, await response.clone().text()).toBe(200);
    return strictly(runDetail).parse(await response.json());
  }

  show(id: string): Promise<RunDetail> {
    return this.get(`/api/runs/${id}`, strictly(runDetail));
  }

  /** The run once `holds` is true of it. */
  async until(id: string, holds: (run: RunDetail) => boolean): Promise<RunDetail> {
    for (;;) {
      const run = await this.show(id);
      if (holds(run)) return run;
      await setTimeout(30);
    }
  }

  async series(id: string, name: string): Promise<{ steps: number[]; values: number[]; offset: string }> {
    const response = await fetch(this.url(`/api/runs/${id}/metrics/${encodeURIComponent(name)}`));
    expect(response.status).toBe(200);
    const bytes = Buffer.from(await response.arrayBuffer());
    const numbers = Array.from({ length: bytes.length / 8 }, (_, index) => bytes.readDoubleLE(8 * index));
    const count = numbers.length / 2;
    return { steps: numbers.slice(0, count), values: numbers.slice(count), offset: response.headers.get('x-events-offset') ?? '' };
  }
}

/** A refusal: its status and what it says. */
export async function refusal(response: Response): Promise<{ status: number; error: z.output<typeof apiError>['error'] }> {
  return { status: response.status, ...strictly(apiError).parse(await response.json()) };
}

/** A schema of an object that takes no keys besides its own, so that a test sees what the server adds by mistake. */
function strictly<S extends z.ZodType>(schema: S): S {
  return 'strict' in schema && typeof schema.strict === 'function' ? (schema.strict() as S) : schema;
}

/** What must not depend on how a run went: its record without times, its results, its table. */
export function outcomeOf(directory: string): unknown {
  const { status, metrics, expect: verdicts } = JSON.parse(readFileSync(join(directory, 'run.json'), 'utf8')) as Record<string, unknown>;
  const record = readFileSync(join(directory, 'events.ndjson'), 'utf8')
    .split('\n')
    .filter((line) => /^\{"type":"(metric|log|final)"/.test(line))
    .map((line) => line.replace(/,"time":"[^"]*"/, ''));
  return { status, metrics, verdicts, record, table: readFileSync(join(directory, 'tables', 'path.parquet'), 'base64') };
}

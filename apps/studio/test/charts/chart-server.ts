import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

/** A series as the server keeps it. */
export interface ServedSeries {
  readonly steps: ArrayLike<number>;
  readonly values: ArrayLike<number>;
}

/** What a test serves: series by `<run>/<series>`, tables by `<run>/<table>`. Both may change while it runs. */
export interface ServedData {
  readonly series: Map<string, ServedSeries>;
  readonly tables: Map<string, Uint8Array>;
  /** Answers 500 to every question about data while true. */
  isBroken: boolean;
}

export interface ChartServer {
  readonly address: string;
  readonly data: ServedData;
  /** Paths asked for so far. */
  readonly requests: string[];
  close(): Promise<void>;
}

const types: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };

/** Builds the page that mounts charts; gives its folder. */
export async function buildChartPage(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'sardonyx-charts-'));
  await build({
    root: fileURLToPath(new URL('page', import.meta.url)),
    configFile: false,
    logLevel: 'warn',
    resolve: { conditions: ['@sardonyx/source', 'module', 'browser', 'production'] },
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: { outDir: folder, emptyOutDir: true, target: 'es2022' },
  });
  return folder;
}

/** Serves the page that mounts charts, with an interface like the studio's for their data. */
export async function startChartServer(): Promise<ChartServer> {
  const folder = await buildChartPage();
  const data: ServedData = { series: new Map(), tables: new Map(), isBroken: false };
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(request.url ?? '');
    serve(request, response, data, folder);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}`,
    data,
    requests,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true });
    },
  };
}

function serve(request: IncomingMessage, response: ServerResponse, { series, tables, isBroken }: ServedData, folder: string): void {
  const path = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname);
  const [, run, kind, name] = /^\/api\/runs\/([^/]+\/[^/]+\/[^/]+)\/(metrics|tables)\/(.+)$/.exec(path) ?? [];
  const answer = (status: number, type: string, body: Uint8Array | string): void => {
    response.writeHead(status, { 'content-type': type });
    response.end(body);
  };
  const found = kind === 'metrics' ? series.get(`${run}/${name}`) : undefined;
  const table = kind === 'tables' ? tables.get(`${run}/${name?.replace('.parquet', '')}`) : undefined;
  if (isBroken && path.startsWith('/api/')) answer(500, 'application/json', '{"error":{"code":"broken","message":"Out of order."}}');
  else if (found !== undefined) {
    const numbers = new Float64Array(2 * found.steps.length);
    numbers.set(found.steps);
    numbers.set(found.values, found.steps.length);
    answer(200, 'application/octet-stream', new Uint8Array(numbers.buffer));
  } else if (table !== undefined) answer(200, 'application/vnd.apache.parquet', table);
  else if (path.startsWith('/api/')) answer(404, 'application/json', '{"error":{"code":"unknown","message":"There is no such thing."}}');
  else {
    const file = path === '/' ? '/index.html' : path;
    try {
      answer(200, types[extname(file)] ?? 'application/octet-stream', readFileSync(join(folder, file)));
    } catch {
      answer(404, 'text/plain', 'not found');
    }
  }
}

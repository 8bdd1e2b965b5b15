import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';

export interface PageServer {
  readonly url: string;
  close(): Promise<void>;
}

export interface PageServerOptions {
  /** Send the headers under which a page may share memory between threads. */
  readonly isolated: boolean;
  /** Folders below a path of their own, such as `/files/`. */
  readonly folders?: Readonly<Record<string, string>>;
  /** An answer to paths like this instead of files. */
  readonly instead?: { readonly path: RegExp; readonly status: number; readonly type: string; readonly body: string };
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
};

const isolation = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

const page = '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><script type="module" src="/page.js"></script>';

/** Serves a bundle's folder on this machine, its program in an empty page. */
export async function servePage(folder: string, { isolated, folders = {}, instead }: PageServerOptions): Promise<PageServer> {
  const answer = async (path: string): Promise<readonly [number, string, string | Buffer]> => {
    if (instead?.path.test(path)) return [instead.status, instead.type, instead.body];
    if (path === '/') return [200, 'text/html', page];
    const mount = Object.keys(folders).find((prefix) => path.startsWith(prefix));
    const file = mount === undefined ? join(folder, normalize(path)) : join(folders[mount]!, normalize(path.slice(mount.length - 1)));
    try {
      return [200, types[extname(path)] ?? 'application/octet-stream', await readFile(file)];
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      return [404, 'text/plain', `no file ${path}`];
    }
  };
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    void answer(pathname).then(([status, type, body]) => {
      response.writeHead(status, { 'Content-Type': type, ...(isolated && isolation) });
      response.end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://localhost:${port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

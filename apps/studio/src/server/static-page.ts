import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Context } from 'hono';

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.mjs': 'text/javascript; charset=utf-8',
  '.onnx': 'application/octet-stream',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};
/** What is compressed already gains nothing. */
const compressedTypes = ['.ico', '.png', '.woff2'];
/** The bundler puts what it names by its contents here. */
const hashedFolder = '/assets/';
const compress = promisify(gzip);

interface PageFile {
  readonly version: string;
  readonly type: string;
  readonly tag: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly gzipped: Promise<Uint8Array<ArrayBuffer>> | undefined;
}

/** The built page: its files, kept in memory with their compressed form once asked for. */
export class StaticPage {
  readonly #folder: string;
  readonly #files = new Map<string, PageFile>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Answers with a file of the page; any other address of the page shows its one document. */
  async answer(c: Context): Promise<Response> {
    const path = this.#list().has(c.req.path) ? c.req.path : isAddress(c.req.path) ? '/index.html' : undefined;
    if (path === undefined) return c.text(`There is no file ${c.req.path} in the page.\n`, 404);
    if (!this.#list().has(path)) return c.html(notBuilt, 503);
    const file = this.#load(path);
    c.header('Cache-Control', path.startsWith(hashedFolder) ? 'public, max-age=31536000, immutable' : 'no-cache');
    c.header('ETag', file.tag);
    c.header('Vary', 'Accept-Encoding');
    if (c.req.header('if-none-match') === file.tag) return c.body(null, 304);
    c.header('Content-Type', file.type);
    if (file.gzipped === undefined || !accepts(c, 'gzip')) return c.body(file.bytes);
    c.header('Content-Encoding', 'gzip');
    return c.body(await file.gzipped);
  }

  /** Only what the folder lists is ever served, so no address leads out of it. */
  #list(): Set<string> {
    if (!existsSync(this.#folder)) return new Set();
    const entries = readdirSync(this.#folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    return new Set(entries.map(({ parentPath, name }) => join(parentPath, name).slice(this.#folder.length).replaceAll('\\', '/')));
  }

  #load(path: string): PageFile {
    const full = join(this.#folder, path);
    const { mtimeMs, size } = statSync(full);
    const version = `${mtimeMs} ${size}`;
    const known = this.#files.get(path);
    if (known?.version === version) return known;
    const bytes = new Uint8Array(readFileSync(full));
    const extension = extname(path);
    const file: PageFile = {
      version,
      type: types[extension] ?? 'application/octet-stream',
      tag: `W/"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`,
      bytes,
      gzipped: compressedTypes.includes(extension) ? undefined : compress(bytes).then((buffer) => new Uint8Array(buffer)),
    };
    this.#files.set(path, file);
    return file;
  }
}

/** Addresses of the page have no file's ending; a missing script must not be answered with the document. */
function isAddress(path: string): boolean {
  return !path.startsWith(hashedFolder) && !Object.hasOwn(types, extname(path));
}

function accepts(c: Context, encoding: string): boolean {
  const accepted = (c.req.header('accept-encoding') ?? '').split(',').map((part) => part.trim().split(';'));
  return accepted.some(([name, quality]) => name === encoding && quality?.trim() !== 'q=0');
}

const notBuilt = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Sardonyx</title></head>
<body><h1>The page is not built</h1>
<p>The server works, its interface is at <a href="/api/openapi.json">/api/openapi.json</a>, and runs go on.
Build the page with <code>npm run build</code> and load this again.</p></body></html>
`;

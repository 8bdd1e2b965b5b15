import type { MiddlewareHandler } from 'hono';
import { Problem } from './problem.js';

const loopbackNames = ['localhost', '127.0.0.1', '[::1]'];

/**
 * What the page may load. WebAssembly and workers are for the engine in the browser; inline styles are what figures bring
 * (Observable Plot puts a style sheet into each), pictures from `blob:` and `data:` are how they are saved.
 */
const pagePolicy = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self' blob:",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' blob: data:",
  "connect-src 'self' blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

/** A report is one document with its own style sheet, which the page may show in a frame. It runs nothing. */
export const reportPolicy =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

/** Headers of every answer: isolated from other sites, so that shared memory is available and nobody else reads it. */
export const protectiveHeaders: MiddlewareHandler = async (c, next) => {
  await next();
  const headers: Readonly<Record<string, string>> = {
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Embedder-Policy': 'require-corp',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
  };
  for (const [name, value] of Object.entries(headers)) c.header(name, value);
  if (!c.res.headers.has('Content-Security-Policy')) c.header('Content-Security-Policy', pagePolicy);
  if (!c.res.headers.has('Cache-Control')) c.header('Cache-Control', 'no-store');
};

/**
 * Refuses what other sites' pages may have sent. A name that is not this machine's own in `Host` is a name that someone
 * let point here (DNS rebinding); `Origin` and `Sec-Fetch-Site` are what browsers say of the page that asks. Programs
 * that are no browsers send neither. `port` is known once the server listens.
 */
export function refuseOtherSites(port: () => number): MiddlewareHandler {
  return async (c, next) => {
    const host = c.req.header('host') ?? '';
    if (!loopbackNames.some((name) => host === `${name}:${port()}`)) {
      throw new Problem(
        403,
        'foreign-host',
        `Refused: expected a request to 127.0.0.1:${port()} or localhost:${port()}, this one is to "${host}". Use the address that "sardonyx studio" printed.`,
      );
    }
    const origin = c.req.header('origin');
    const site = c.req.header('sec-fetch-site');
    const isOwn = (origin === undefined || origin === `http://${host}`) && (site === undefined || site === 'same-origin');
    // An address typed, or a link followed, shows the page and does nothing else.
    const isTyped = origin === undefined && site === 'none' && isReading(c.req.method);
    if (!isOwn && !isTyped && !isFollowedLink(c.req.method, c.req.path, (name) => c.req.header(name))) {
      throw new Problem(
        403,
        'cross-site',
        `Refused: this request comes from another site (${origin ?? site}). Only the studio's own page may ask; open it at http://${host}/.`,
      );
    }
    await next();
  };
}

function isReading(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}

function isFollowedLink(method: string, path: string, header: (name: string) => string | undefined): boolean {
  const isDocument = header('sec-fetch-mode') === 'navigate' && header('sec-fetch-dest') === 'document';
  return isReading(method) && isDocument && header('origin') === undefined && !path.startsWith('/api/');
}

const longestBody = 1 << 20;

/** Other sites can send forms without asking first, but not JSON. Whatever is posted must be JSON, and not endless. */
export const requireJson: MiddlewareHandler = async (c, next) => {
  if (c.req.method === 'POST') {
    if (!/^application\/json\s*(;|$)/i.test(c.req.header('content-type') ?? '')) {
      throw new Problem(
        415,
        'not-json',
        'Cannot read the request: a POST needs the content type application/json, even where its body is {}.',
      );
    }
    const length = Number(c.req.header('content-length') ?? NaN);
    if (!(length <= longestBody)) {
      throw new Problem(413, 'too-large', `Cannot read the request: expected a Content-Length of at most ${longestBody}, got ${length}.`);
    }
  }
  await next();
};

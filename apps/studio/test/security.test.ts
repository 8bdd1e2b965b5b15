import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { apiError } from '../src/api/index.js';
import { type DemoStudio, openStudio, workFolder } from './demo-studio.js';
import { ask, type Asked } from './request.js';

let studio: DemoStudio;
let port: string;
beforeEach(async () => {
  const page = workFolder();
  writeFileSync(join(page, 'index.html'), '<!doctype html><title>the page</title>');
  studio = await openStudio({ page });
  ({ port } = new URL(studio.studio.url));
});

const json = { 'content-type': 'application/json' };
const post = (headers: Record<string, string>, body = '{"study":"demo/walk","params":{"steps":1}}'): Asked => ({
  method: 'POST',
  headers,
  body,
});
const codeOf = (body: Buffer): string => apiError.parse(JSON.parse(body.toString('utf8'))).error.code;

describe('a request', () => {
  it.each([
    ['a name that was made to point here', 'evil.example'],
    ['another port', '127.0.0.1:1'],
    ['a name that begins alike', 'localhost.evil.example'],
    ['an address of the network', '192.168.0.1'],
  ])('to %s is refused', async (_, host) => {
    for (const path of ['/', '/api/runs', '/api/events']) {
      const withPort = host.includes(':') ? host : `${host}:${port}`;
      const { status, body } = await ask(studio.studio.url, path, { headers: { host: withPort } });
      expect({ status, code: codeOf(body) }).toEqual({ status: 403, code: 'foreign-host' });
    }
  });

  it.each(['127.0.0.1', 'localhost', '[::1]'])('to %s is answered', async (name) => {
    expect((await ask(studio.studio.url, '/api/runs', { headers: { host: `${name}:${port}` } })).status).toBe(200);
  });

  it('over IP version 6 is answered', async () => {
    expect((await ask(studio.studio.url, '/api/runs', { address: '::1', headers: { host: `[::1]:${port}` } })).status).toBe(200);
  });

  it.each([
    ['from a page of another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
    ['from a page of another site, without Fetch Metadata', { origin: 'https://evil.example' }],
    ['from a page without an origin', { origin: 'null' }],
    ['from a page of another port', { origin: 'http://127.0.0.1:1', 'sec-fetch-site': 'same-site' }],
    ['from another site that hides its origin', { 'sec-fetch-site': 'cross-site' }],
  ])('%s is refused, reading and writing', async (_, headers: Record<string, string>) => {
    const asked: [string, Asked][] = [
      ['/api/runs', { headers }],
      ['/api/events', { headers }],
      ['/api/runs', post({ ...json, ...headers })],
      ['/api/runs/a/b/c/stop', post({ ...json, ...headers }, '{}')],
      ['/api/runs/a/b/c', { method: 'DELETE', headers }],
    ];
    for (const [path, how] of asked) {
      const { status, body } = await ask(studio.studio.url, path, how);
      expect({ status, code: codeOf(body) }).toEqual({ status: 403, code: 'cross-site' });
    }
    expect(await (await fetch(studio.url('/api/runs'))).json()).toEqual([]);
  });

  it('that changes something needs the own page, or no browser at all', async () => {
    const own = { origin: `http://127.0.0.1:${port}`, 'sec-fetch-site': 'same-origin' };
    expect((await ask(studio.studio.url, '/api/runs', post({ ...json, ...own }))).status).toBe(201);
    expect((await ask(studio.studio.url, '/api/runs', post(json))).status).toBe(201);
    // "none" is an address that someone typed, which can only ever be a GET.
    expect((await ask(studio.studio.url, '/api/runs', post({ ...json, 'sec-fetch-site': 'none' }))).status).toBe(403);
    expect((await ask(studio.studio.url, '/api/runs', { headers: { 'sec-fetch-site': 'none' } })).status).toBe(200);
  });

  it('by a followed link shows the page and nothing else', async () => {
    const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
    expect((await ask(studio.studio.url, '/', { headers: link })).status).toBe(200);
    expect((await ask(studio.studio.url, '/api/runs', { headers: link })).status).toBe(403);
    expect((await ask(studio.studio.url, '/', { headers: { ...link, 'sec-fetch-dest': 'iframe' } })).status).toBe(403);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/jsonp', ''])(
    'with a body of type "%s" is refused, as a form of another site could send it',
    async (type) => {
      for (const path of ['/api/runs', '/api/runs/a/b/c/resume']) {
        const { status, body } = await ask(studio.studio.url, path, post({ 'content-type': type }));
        expect({ status, code: codeOf(body) }).toEqual({ status: 415, code: 'not-json' });
      }
    },
  );

  it('with a body that is no JSON, or too long, or of unknown length, is refused', async () => {
    const broken = await ask(studio.studio.url, '/api/runs', post(json, '{"study":'));
    expect({ status: broken.status, code: codeOf(broken.body) }).toEqual({ status: 400, code: 'bad-request' });
    const long = await ask(studio.studio.url, '/api/runs', post(json, `"${'x'.repeat(1 << 20)}"`));
    expect({ status: long.status, code: codeOf(long.body) }).toEqual({ status: 413, code: 'too-large' });
    const endless = await ask(studio.studio.url, '/api/runs', { method: 'POST', headers: { ...json, 'transfer-encoding': 'chunked' } });
    expect(endless.status).toBe(413);
  });
});

describe('a path', () => {
  const outside = (): void => {
    const [folder, runs] = [join(studio.runs, '..'), studio.runs];
    mkdirSync(join(folder, 'secret', 'tables'), { recursive: true });
    mkdirSync(join(runs, 'demo', 'walk', 'real', 'tables'), { recursive: true });
    mkdirSync(join(runs, 'demo', 'walk', 'real', 'figures'), { recursive: true });
    for (const run of [join(folder, 'secret'), join(runs, 'demo', 'walk', 'real')]) writeFileSync(join(run, 'run.json'), runFile);
    writeFileSync(join(folder, 'secret', 'tables', 'keys.parquet'), 'the secret');
    writeFileSync(join(folder, 'secret', 'report.html'), 'the secret');
    symlinkSync(join(folder, 'secret'), join(runs, 'demo', 'walk', 'linked'));
    symlinkSync(join(folder, 'secret', 'report.html'), join(runs, 'demo', 'walk', 'real', 'report.html'));
    symlinkSync(join(folder, 'secret', 'report.html'), join(runs, 'demo', 'walk', 'real', 'figures', 'leak.svg'));
    symlinkSync(join(folder, 'secret', 'tables', 'keys.parquet'), join(runs, 'demo', 'walk', 'real', 'tables', 'keys.parquet'));
  };
  const runFile = JSON.stringify({
    format: 1,
    study: 'demo/walk',
    title: 'A random walk',
    preset: 'quick',
    seed: 0,
    workers: 1,
    params: {},
    versions: {},
    status: 'done',
    created: '2026-01-01T00:00:00.000Z',
    updated: '2026-01-01T00:00:00.000Z',
    computeSeconds: 1,
    metrics: {},
    expect: [],
  });

  it.each([
    '/api/runs/demo/walk/linked',
    '/api/runs/demo/walk/linked/report',
    '/api/runs/demo/walk/linked/events',
    '/api/runs/demo/walk/real/report',
    '/api/runs/demo/walk/real/figures/leak.svg',
    '/api/runs/demo/walk/real/tables/keys.parquet',
    '/api/runs/demo/walk/..%2f..%2f..%2fsecret',
    '/api/runs/demo/walk/..%2f..%2f..%2fsecret/report',
    '/api/runs/demo/walk/%2e%2e%2f%2e%2e%2f%2e%2e%2fsecret/report',
    '/api/runs/demo/../../secret/report',
    '/api/runs/..%5c..%5csecret/x/y/report',
    '/api/runs/demo/walk/real%00/report',
    '/api/runs/demo/walk/real/tables/..%2f..%2f..%2f..%2f..%2fsecret%2ftables%2fkeys.parquet',
    '/api/runs/demo/walk/real/tables/%2e%2e%2frun.json',
    '/api/runs/demo/walk/real/tables/../run.json',
    '/api/runs/demo/walk/real/figures/..%2freport.html',
    '/api/runs/demo/walk/real/figures/..%2f..%2freal%2frun.json',
    '/api/runs/demo/walk/%c0%ae%c0%ae/report',
    '/api/runs/demo/walk/%',
  ])('%s leads nowhere', async (path) => {
    outside();
    const { status, body } = await ask(studio.studio.url, path);
    expect(status).toBe(404);
    expect(body.toString('utf8')).not.toContain('the secret');
  });

  it('of a run that lies in the folder leads to it, also where the folder itself is a link', async () => {
    outside();
    expect((await ask(studio.studio.url, '/api/runs/demo/walk/real')).status).toBe(200);
    const link = join(workFolder(), 'runs');
    symlinkSync(studio.runs, link);
    const other = await openStudio({ runs: link });
    expect((await ask(other.studio.url, '/api/runs/demo/walk/real')).status).toBe(200);
    expect((await ask(other.studio.url, '/api/runs/demo/walk/linked')).status).toBe(404);
  });

  it.each([
    '/api/runs/%2e%2e/%2e%2e/secret/report',
    '/api/runs/../../secret/report',
    '/../../secret/report.html',
    '/..%2f..%2fsecret/report.html',
    '/assets/..%2f..%2fsecret',
    '/%2e%2e/secret.js',
  ])('%s of the page leads to no file', async (path) => {
    outside();
    const { body } = await ask(studio.studio.url, path);
    expect(body.toString('utf8')).not.toContain('the secret');
  });
});

describe('every answer', () => {
  it.each(['/', '/api/systems', '/api/runs/a/b/c', '/api/nothing', '/assets/none.js', '/runs/demo/walk/x'])(
    'to %s is isolated',
    async (path) => {
      const { headers } = await ask(studio.studio.url, path);
      expect(headers).toMatchObject({
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-embedder-policy': 'require-corp',
        'cross-origin-resource-policy': 'same-origin',
        'x-content-type-options': 'nosniff',
      });
      const policy = String(headers['content-security-policy']);
      expect(policy).toContain("default-src 'self'");
      expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval';");
      expect(policy).toContain("frame-ancestors 'none'");
    },
  );

  it('also to a refusal', async () => {
    const { headers } = await ask(studio.studio.url, '/', { headers: { host: 'evil.example' } });
    expect(headers['cross-origin-opener-policy']).toBe('same-origin');
  });
});

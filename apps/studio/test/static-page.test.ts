import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from 'vitest';
import { type DemoStudio, openStudio, workFolder } from './demo-studio.js';
import { ask } from './request.js';

const script = `console.log("${'long enough to compress '.repeat(100)}");`;
let studio: DemoStudio;
let page: string;
beforeEach(async () => {
  page = workFolder();
  mkdirSync(join(page, 'assets'));
  writeFileSync(join(page, 'index.html'), '<!doctype html><title>the page</title>');
  writeFileSync(join(page, 'assets', 'index-abc123.js'), script);
  writeFileSync(join(page, 'assets', 'engine-abc123.wasm'), new Uint8Array([0, 97, 115, 109]));
  writeFileSync(join(page, 'favicon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  studio = await openStudio({ page });
});

describe('the page', () => {
  it('has its document at every address of it, and never keeps an old one', async () => {
    for (const path of ['/', '/runs/demo/walk/2026-01-01-120000-quick-s0', '/studies/demo/walk', '/index.html']) {
      const { status, headers, body } = await ask(studio.studio.url, path);
      expect(status).toBe(200);
      expect(body.toString('utf8')).toContain('the page');
      expect(headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' });
    }
  });

  it('has its files with their types; those named by their contents are kept for good', async () => {
    const { headers, body } = await ask(studio.studio.url, '/assets/index-abc123.js');
    expect(headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
    });
    expect(body.toString('utf8')).toBe(script);
    expect((await ask(studio.studio.url, '/assets/engine-abc123.wasm')).headers['content-type']).toBe('application/wasm');
    expect((await ask(studio.studio.url, '/favicon.svg')).headers).toMatchObject({
      'content-type': 'image/svg+xml',
      'cache-control': 'no-cache',
    });
  });

  it('goes compressed to who takes it', async () => {
    const path = '/assets/index-abc123.js';
    const { headers, body } = await ask(studio.studio.url, path, { headers: { 'accept-encoding': 'br;q=1, gzip;q=0.8' } });
    expect(headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'Accept-Encoding' });
    expect(body.length).toBeLessThan(script.length / 10);
    expect(gunzipSync(body).toString('utf8')).toBe(script);
    const plain = await ask(studio.studio.url, path, { headers: { 'accept-encoding': 'gzip;q=0, identity' } });
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(plain.body.toString('utf8')).toBe(script);
  });

  it('is not sent again to who has it, until it is built anew', async () => {
    const { headers } = await ask(studio.studio.url, '/');
    const again = { headers: { 'if-none-match': String(headers['etag']) } };
    const { status, body } = await ask(studio.studio.url, '/', again);
    expect({ status, length: body.length }).toEqual({ status: 304, length: 0 });
    writeFileSync(join(page, 'index.html'), '<!doctype html><title>the new page</title>');
    const anew = await ask(studio.studio.url, '/', again);
    expect(anew.status).toBe(200);
    expect(anew.body.toString('utf8')).toBe(readFileSync(join(page, 'index.html'), 'utf8'));
  });

  it('has no document in place of a file that is missing', async () => {
    for (const path of ['/assets/gone-abc123.js', '/assets/gone', '/robots.txt'])
      expect((await ask(studio.studio.url, path)).status).toBe(404);
  });

  it('says what to do where it is not built', async () => {
    const bare = await openStudio({ page: join(page, 'not-there') });
    const { status, body } = await ask(bare.studio.url, '/');
    expect(status).toBe(503);
    expect(body.toString('utf8')).toContain('npm run build');
    expect((await ask(bare.studio.url, '/api/runs')).status).toBe(200);
  });
});

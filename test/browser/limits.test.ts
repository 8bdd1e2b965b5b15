import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BrowserPage, type OpenOptions } from './browser-page.js';
import type { Bundle } from '../../bench/src/browser/bundle.js';
import { bundleSources } from './bundle-sources.js';
import { findChromium, launchChromium } from './chromium.js';

const chromium = findChromium();
let bundle: Bundle;
let browser: Browser;
/** For what leaves no trace in a page. */
let page: BrowserPage;
beforeAll(async () => {
  if (chromium === undefined) return;
  bundle = await bundleSources(fileURLToPath(new URL('pages/limits.ts', import.meta.url)));
  browser = await launchChromium(chromium);
  page = await BrowserPage.open(browser, bundle.folder, { isolated: false });
});
afterAll(async () => {
  await page?.[Symbol.asyncDispose]();
  await browser?.close();
  await bundle?.remove();
});

/** What a program says in a page of its own. */
async function answer<R = string>(program: string, argument?: unknown, options: Partial<OpenOptions> = {}): Promise<R> {
  await using own = await BrowserPage.open(browser, bundle.folder, { isolated: false, ...options });
  return await own.call<R>(program, argument);
}

/** What Node's runtime has and the web build lacks, each with what happens instead. */
const lacking: readonly (readonly [what: string, ask: () => Promise<unknown>, says: RegExp])[] = [
  [
    'kernels for channels in blocks, which wide vector units are for: convolutions are lowered without them',
    () => page.call('blockedLayout'),
    /^RuntimeError ort-\d+: .*ReorderInput/s,
  ],
  [
    'providers besides the CPU',
    () => page.call('compileWith', { providers: ['WebGPU'] }),
    /^RuntimeError provider-unavailable: provider WebGPU: .*available are CPU/,
  ],
  [
    'outputs kept on a device',
    () => page.call('compileWith', { keepOnDevice: true }),
    /^RuntimeError unsupported: keepOnDevice: expected Node/,
  ],
  ['files to profile into', () => page.call('compileWith', { profilePrefix: 'x' }), /^RuntimeError unsupported: profilePrefix/],
  [
    'files to write models to',
    () => page.call('compileWith', { optimizedModelPath: 'x' }),
    /^RuntimeError unsupported: optimizedModelPath/,
  ],
  // In Node this is 0: denormal numbers are slow, and WebAssembly has no way to flush them.
  ['flushing of denormal numbers', () => page.call('squareOfTiny'), /^9\.99\d+e-41$/],
];

describe.skipIf(chromium === undefined)('in Chromium', () => {
  test.each(lacking)('lacks %s', async (_, ask, says) => {
    expect(String(await ask())).toMatch(says);
  });

  test('computes where nothing is missing', async () => {
    expect(await page.call('double')).toBe('done');
  });

  test('says that WebAssembly is missing', async () => {
    const said = await answer('double', undefined, { before: 'delete globalThis.WebAssembly' });
    expect(said).toMatch(/^RuntimeError wasm-missing: ONNX Runtime: expected WebAssembly, given a browser without it/);
  });

  test('says that SIMD is missing', async () => {
    const said = await answer('double', undefined, { before: 'WebAssembly.validate = () => false' });
    expect(said).toMatch(/^RuntimeError simd-missing: .*Chrome 91/);
  });

  test('says that its WebAssembly is not there, and where it looked', async () => {
    const said = await answer('double', undefined, { instead: { path: /\.wasm$/, status: 404, type: 'text/plain', body: 'no' } });
    expect(said).toMatch(
      /^RuntimeError wasm-unreachable: .*http:\/\/localhost:\d+\/assets\/\S+\.wasm, given HTTP status 404; .*setWebAssemblyUrl/,
    );
  });

  test('says that something else is served in its place', async () => {
    const said = await answer('double', undefined, {
      instead: { path: /\.wasm$/, status: 200, type: 'text/html', body: '<!doctype html>' },
    });
    expect(said).toMatch(/^RuntimeError wasm-invalid: .*given text\/html that cannot be compiled/);
  });

  test('says that the script of ONNX Runtime is not there', async () => {
    const instead = { path: /ort-wasm-simd-threaded.*\.js$/, status: 404, type: 'text/plain', body: 'no' };
    expect(await answer('double', undefined, { instead })).toMatch(/^RuntimeError wasm-unreachable: .*its script.*serve every file/);
  });

  test('says that its threads do not start', async () => {
    const silentWorkers = `
      const { setTimeout } = globalThis;
      globalThis.setTimeout = (task, milliseconds, ...rest) => setTimeout(task, milliseconds / 100, ...rest);
      globalThis.Worker = class { postMessage() {} };`;
    const said = await answer('double', undefined, { isolated: true, before: silentWorkers });
    expect(said).toMatch(/^RuntimeError wasm-threads: .*expected \d+ threads within 60 s.*worker-src.*setThreads\(1\)/);
  });

  test('says that threads need a page that is cross-origin isolated', async () => {
    const said = await answer('doubleOnThreads', 2);
    expect(said).toMatch(/^RuntimeError threads: threads: expected 1, given 2; the page is not cross-origin isolated; serve it with/);
    expect(await answer('doubleOnThreads', 2, { isolated: true })).toBe('done');
  });

  test('fetches its WebAssembly from where it is told to', async () => {
    const said = await answer('doubleFrom', '/elsewhere/ort.wasm');
    expect(said).toMatch(/^RuntimeError wasm-unreachable: .*at \/elsewhere\/ort.wasm, given HTTP status 404/);
  });

  test('has no files, and says what to do instead', async () => {
    expect(await page.call('files')).toEqual([
      expect.stringMatching(/^UnsupportedError no-files: readOnnxFile: expected Node.*decodeModel/),
      expect.stringMatching(/^UnsupportedError no-files: writeOnnxFile/),
      expect.stringMatching(/^SafetensorsError no-files: .*fetch the bytes/),
      expect.stringMatching(/^SafetensorsError no-files/),
      expect.stringMatching(/^SafetensorsError no-files/),
      'done',
    ]);
  });
});

import { builtinModules } from 'node:module';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { beforeAll, describe, expect, test } from 'vitest';
import type { BundledModule } from '../../bench/src/browser/bundle.js';
import { bundleSources } from './bundle-sources.js';

const entry = fileURLToPath(new URL('pages/everything.ts', import.meta.url));

/** Modules of Node's, or packages that only Node can load. */
const ofNode = ({ id }: BundledModule): boolean =>
  id.startsWith('__vite-browser-external') ||
  builtinModules.includes(id.replace(/^node:/, '')) ||
  /node_modules\/(koffi|onnxruntime-node)\//.test(id);

/** Starts in Node too, and asks for its modules only there. */
const isScriptOfOrt = (id: string): boolean => id.endsWith('/onnxruntime-web/dist/ort-wasm-simd-threaded.mjs');

describe('a bundle of all packages for browsers', () => {
  let modules: readonly BundledModule[];
  beforeAll(async () => {
    const bundle = await bundleSources(entry);
    ({ modules } = bundle);
    await bundle.remove();
  });

  test('holds the engine and the runtime for browsers', () => {
    const ids = modules.map(({ id }) => id);
    for (const end of [
      'tensor/src/index.ts',
      'runtime/web/web-runtime.ts',
      'nn/src/index.ts',
      'optim/src/index.ts',
      'training/trainer.ts',
    ]) {
      expect(
        ids.filter((id) => id.endsWith(end)),
        end,
      ).toHaveLength(1);
    }
  });

  test('holds nothing of Node but what the script of ONNX Runtime asks for in Node', () => {
    const asked = modules.filter(ofNode).flatMap(({ id, importers }) => importers.map((importer) => ({ id, importer })));
    expect(asked.filter(({ importer }) => !isScriptOfOrt(importer))).toEqual([]);
  });

  test('holds no study, whose libraries are for files and reports', () => {
    expect(modules.filter(({ id }) => /packages\/study|node_modules\/(zod|hyparquet|linkedom)\//.test(id))).toEqual([]);
  });
});

test('a bundle of all packages for Node holds nothing for browsers', async () => {
  const ids: string[] = [];
  await build({
    configFile: false,
    logLevel: 'silent',
    publicDir: false,
    plugins: [{ name: 'record-modules', moduleParsed: ({ id }) => void ids.push(id) }],
    resolve: { conditions: ['@sardonyx/source'] },
    ssr: { noExternal: true, external: ['koffi', 'onnxruntime-node'], resolve: { conditions: ['@sardonyx/source', 'node'] } },
    build: { ssr: entry, write: false },
  });
  expect(ids.filter((id) => id.endsWith('/runtime/node.ts'))).toHaveLength(1);
  expect(ids.filter((id) => /runtime\/web\/|onnxruntime-web|in-browser/.test(id))).toEqual([]);
});

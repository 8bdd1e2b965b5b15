import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

/** The page: built into `dist/page`, which the server serves. */
export default defineConfig({
  root: fileURLToPath(new URL('src/page', import.meta.url)),
  build: {
    outDir: '../../dist/page',
    emptyOutDir: true,
    target: 'es2022',
    // Everything that is not needed for the first view is a chunk of its own, loaded when a view asks for it.
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  resolve: { conditions: ['@sardonyx/source', 'module', 'browser', 'development|production'] },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  worker: { format: 'es' },
});

import { fileURLToPath } from 'node:url';
import { defineConfig, type Rolldown } from 'vite';

/**
 * The script of ONNX Runtime's web build asks for two modules of Node's where it runs in Node; the page has none and
 * needs none, and a warning at every build would hide those that matter.
 */
const onLog: NonNullable<Rolldown.InputOptions['onLog']> = (level, log, handle) => {
  // How long the build took says something of this machine, not of the page.
  if (log.code === 'PLUGIN_TIMINGS') return;
  if (log.plugin === 'rolldown:vite-resolve' && log.message.includes('onnxruntime-web')) return;
  handle(level, log);
};

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
    // three.js comes in one piece, on demand.
    chunkSizeWarningLimit: 600,
    rolldownOptions: { onLog },
  },
  resolve: { conditions: ['@sardonyx/source', 'module', 'browser', 'development|production'] },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  worker: { format: 'es' },
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, type PluginOption } from 'vite';
import { root } from '../workspace.js';

/** What a bundler made of a page's program. */
export interface Bundle {
  readonly folder: string;
  /** Every module that went in, by its resolved id. */
  readonly modules: readonly string[];
  remove(): Promise<void>;
}

export interface BundleOptions {
  /** Modules to replace by others, by name. */
  readonly alias?: Readonly<Record<string, string>>;
  readonly conditions?: readonly string[];
}

/** Bundles the program `entry` for browsers from the packages' sources, with Vite as a user would, into `page.js`. */
export async function bundlePage(entry: string, options: BundleOptions = {}): Promise<Bundle> {
  const folder = await mkdtemp(join(tmpdir(), 'sardonyx-page-'));
  const modules: string[] = [];
  const record: PluginOption = {
    name: 'record-modules',
    buildEnd() {
      modules.push(...this.getModuleIds());
    },
  };
  await build({
    root,
    configFile: false,
    logLevel: 'silent',
    publicDir: false,
    plugins: [record],
    resolve: {
      alias: { ...options.alias },
      conditions: [...(options.conditions ?? ['@sardonyx/source']), 'browser', 'module', 'development|production'],
    },
    worker: { format: 'es' },
    build: {
      outDir: folder,
      emptyOutDir: true,
      target: 'es2022',
      minify: false,
      rolldownOptions: { input: { page: entry }, output: { entryFileNames: '[name].js' } },
    },
  });
  return { folder, modules, remove: () => rm(folder, { recursive: true, force: true }) };
}

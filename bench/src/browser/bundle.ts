import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, type PluginOption } from 'vite';

export interface BundledModule {
  /** Its resolved path; `__vite-browser-external:name` for a module of Node's. */
  readonly id: string;
  readonly importers: readonly string[];
}

/** What a bundler made of a page's program. */
export interface Bundle {
  readonly folder: string;
  /** Every module that went in. */
  readonly modules: readonly BundledModule[];
  remove(): Promise<void>;
}

export interface BundleOptions {
  /** Folder of the project that the entry belongs to. */
  readonly project: string;
  /** Modules to replace by others, by name. */
  readonly alias?: Readonly<Record<string, string>>;
  /** Export conditions besides the browsers'. */
  readonly conditions?: readonly string[];
}

/** Bundles the program `entry` for browsers with Vite, as a user would, into `page.js`. */
export async function bundlePage(entry: string, { project, alias, conditions = [] }: BundleOptions): Promise<Bundle> {
  const folder = await mkdtemp(join(tmpdir(), 'sardonyx-page-'));
  const modules: BundledModule[] = [];
  const record: PluginOption = {
    name: 'record-modules',
    buildEnd() {
      for (const id of this.getModuleIds()) {
        const { importers = [], dynamicImporters = [] } = this.getModuleInfo(id) ?? {};
        modules.push({ id, importers: [...importers, ...dynamicImporters] });
      }
    },
  };
  await build({
    root: project,
    configFile: false,
    logLevel: 'silent',
    publicDir: false,
    plugins: [record],
    resolve: {
      alias: { ...alias },
      conditions: [...conditions, 'browser', 'module', 'development|production'],
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

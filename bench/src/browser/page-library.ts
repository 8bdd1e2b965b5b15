import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { benchDirectory } from '../peers-directory.js';

/** A library as a page brings it: the program, the packages it needs and where they are installed. */
export interface PageLibrary {
  readonly name: string;
  readonly entry: string;
  /** Of the peers' folder. */
  readonly packages: readonly string[];
  /** A folder of files that the library fetches, below `/peer-files/`. */
  readonly files?: string;
}

const libraries = {
  sardonyx: { name: 'Sardonyx in Chromium', entry: join(benchDirectory, 'dist/browser/pages/sardonyx.js'), packages: [] },
  tfjs: {
    name: 'TensorFlow.js in Chromium',
    entry: join(benchDirectory, 'peers/pages/tfjs.mjs'),
    packages: ['@tensorflow/tfjs', '@tensorflow/tfjs-backend-wasm'],
    files: '@tensorflow/tfjs-backend-wasm/dist',
  },
  'jax-js': { name: 'jax-js in Chromium', entry: join(benchDirectory, 'peers/pages/jaxjs.mjs'), packages: ['@jax-js/jax'] },
} satisfies Record<string, PageLibrary>;

export type PageLibraryName = keyof typeof libraries;

export const isPageLibrary = (name: string): name is PageLibraryName => name in libraries;

export const pageLibrary = (name: PageLibraryName): PageLibrary => libraries[name];

/** The folder of an installed package of the peers. */
export const installedFolder = (peers: string, name: string): string => join(peers, 'node_modules', name);

/** Name of the first package that is not installed, if any. */
export const missingPackage = ({ packages }: PageLibrary, peers: string): string | undefined =>
  packages.find((name) => !existsSync(join(installedFolder(peers, name), 'package.json')));

export function versionsOf({ packages }: PageLibrary, peers: string): Record<string, string> {
  return Object.fromEntries(packages.map((name) => [name, versionIn(installedFolder(peers, name))]));
}

const versionIn = (folder: string): string =>
  (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }).version;

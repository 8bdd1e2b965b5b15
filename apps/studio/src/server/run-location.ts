import { realpathSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { isSystemError } from '@sardonyx/study';
import { Problem } from './problem.js';

/** Where a run lies: its id on the page, and its folder. */
export interface RunLocation {
  /** `<system>/<study>/<folder>` */
  readonly id: string;
  readonly directory: string;
}

/**
 * The folder of a run below `root`. Its id comes from a URL, so nothing in it may lead elsewhere: not `..`, not a
 * separator, not a symbolic link. Throws {@link Problem} (404) when there is no such folder.
 */
export function locateRun(root: string, segments: readonly string[]): RunLocation {
  const id = segments.join('/');
  if (segments.length !== 3 || !segments.every(isPlainName)) throw noRun(id);
  const directory = join(root, ...segments);
  const real = realPath(directory);
  // The root itself may be a link; what counts is that the run is really below it.
  if (real === undefined || real !== join(realPath(root) ?? root, ...segments) || !statSync(real).isDirectory()) throw noRun(id);
  return { id, directory };
}

/** A file of a run, or undefined when there is none or when it really lies elsewhere. */
export function fileOfRun(directory: string, ...segments: readonly string[]): string | undefined {
  if (!segments.every(isPlainName)) return undefined;
  const [realDirectory, real] = [realPath(directory), realPath(join(directory, ...segments))];
  if (realDirectory === undefined || real === undefined || !real.startsWith(realDirectory + sep)) return undefined;
  return statSync(real, { throwIfNoEntry: false })?.isFile() === true ? real : undefined;
}

/** A name of one file or folder and nothing else: no separators, no `.` or `..`, on Windows no stream of a file. */
export function isPlainName(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && name.length <= 255 && !hasSpecialCharacter(name);
}

function hasSpecialCharacter(name: string): boolean {
  const special = process.platform === 'win32' ? '/\\:' : '/\\';
  return [...name].some((character) => special.includes(character) || character < ' ');
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch (error) {
    if (isSystemError(error)) return undefined;
    throw error;
  }
}

function noRun(id: string): Problem {
  return new Problem(404, 'not-a-run', `There is no run "${id}". It may have been removed; the list of runs shows what there is.`);
}

import type * as Files from './files.js';
import { decodeSafetensors } from './safetensors.js';
import { SafetensorsError } from './safetensors-error.js';

/* What `./files.ts` is where there are no files; the package's `imports` choose. */

/** @throws {SafetensorsError} where the bytes break the format; `no-files` for a path */
export const readSafetensors: typeof Files.readSafetensors = async (source) => {
  if (typeof source !== 'string') return decodeSafetensors(source);
  throw noFiles(source, 'fetch the bytes and give those');
};

/** @throws {SafetensorsError} `no-files` */
export const writeSafetensors: typeof Files.writeSafetensors = async (path) => {
  throw noFiles(path, 'make the bytes with encodeSafetensors and offer them as a download');
};

/** @throws {SafetensorsError} `no-files` */
export const openSafetensors: typeof Files.openSafetensors = async (path) => {
  throw noFiles(path, 'fetch the bytes and read them with decodeSafetensors');
};

const noFiles = (path: string, remedy: string): SafetensorsError =>
  new SafetensorsError('no-files', JSON.stringify(path), 'Node, which has files', 'a browser', remedy);

import { UnsupportedError } from '../core/errors.js';
import type * as Files from './file.js';

/* What `./file.ts` is where there are no files; the package's `imports` choose. */

/** @throws {UnsupportedError} `no-files` */
export const readOnnxFile: typeof Files.readOnnxFile = async (path) => {
  throw noFiles('readOnnxFile', path, 'fetch the bytes and read them with decodeModel(bytes) or importOnnx(bytes)');
};

/** @throws {UnsupportedError} `no-files` */
export const writeOnnxFile: typeof Files.writeOnnxFile = async (path) => {
  throw noFiles('writeOnnxFile', path, 'make the bytes with encodeModel(model) and offer them as a download');
};

const noFiles = (what: string, path: string, remedy: string): UnsupportedError =>
  new UnsupportedError('no-files', `${what}: expected Node, which has files, given ${JSON.stringify(path)} in a browser; ${remedy}`);

import * as fs from 'node:fs';
import { dirname } from 'node:path';
import { StorageError, type StorageErrorCode } from './errors.js';

/**
 * The writing operations a run needs. Everything a run writes goes through one of these, so that a test can make any
 * of them fail as a full or vanished disk would. Calls are synchronous: each is done, or has thrown, when it returns,
 * and so the order of writes on the disk is the order in the program.
 */
export interface FileSystem {
  /** Opens `path`; `flags` as in `fopen(3)`, with `x` for "must not exist". Returns a file descriptor. */
  open(path: string, flags: 'w' | 'wx' | 'r+' | 'a'): number;
  /** Writes at the file's position and returns how many bytes were taken, which may be fewer than given. */
  write(fd: number, bytes: Uint8Array, path: string): number;
  /** Forces the file's contents to the storage device. */
  sync(fd: number, path: string): void;
  truncate(fd: number, length: number, path: string): void;
  close(fd: number, path: string): void;
  rename(from: string, to: string): void;
  /** Removes one file; it is no error when it is gone already. */
  remove(path: string): void;
  makeDirectory(path: string, options?: { parents?: boolean }): void;
  /** Forces a directory's entries (creations, renames) to the storage device. */
  syncDirectory(path: string): void;
}

/** `node:fs`, with its failures as {@link StorageError}. */
export const nodeFileSystem: FileSystem = {
  open: (path, flags) => attempt('open', path, () => fs.openSync(path, flags)),
  write: (fd, bytes, path) => attempt('write', path, () => fs.writeSync(fd, bytes)),
  sync: (fd, path) => attempt('flush', path, () => fs.fsyncSync(fd)),
  truncate: (fd, length, path) => attempt('truncate', path, () => fs.ftruncateSync(fd, length)),
  close: (fd, path) => attempt('close', path, () => fs.closeSync(fd)),
  rename: (from, to) => attempt('rename', to, () => fs.renameSync(from, to)),
  remove: (path) => attempt('remove', path, () => fs.rmSync(path, { force: true })),
  makeDirectory: (path, options) =>
    attempt('create directory', path, () => (options?.parents === true ? makeWithParents(path) : fs.mkdirSync(path))),
  syncDirectory(path) {
    // Windows cannot open a directory for flushing; a rename there is durable with the file system's own journal.
    if (process.platform === 'win32') return;
    attempt('flush directory', path, () => {
      const fd = fs.openSync(path, 'r');
      try {
        fs.fsyncSync(fd);
      } finally {
        fs.closeSync(fd);
      }
    });
  },
};

/** Unlike `mkdirSync` with `recursive`, reports a read-only disk as such rather than as a missing folder. */
function makeWithParents(path: string): void {
  try {
    fs.mkdirSync(path);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    if (error.code === 'EEXIST' && fs.statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return;
    if (error.code !== 'ENOENT' || dirname(path) === path) throw error;
    makeWithParents(dirname(path));
    makeInExistingFolder(path);
  }
}

/** Folders of the system, such as `/proc`, answer that they do not exist when they are to take a new one. */
function makeInExistingFolder(path: string): void {
  try {
    fs.mkdirSync(path);
  } catch (error) {
    if (!isSystemError(error) || error.code !== 'ENOENT') throw error;
    throw new StorageError(
      'storage-denied',
      path,
      `Cannot create directory ${path}: expected a folder that takes new ones, got ${dirname(path)}, which is there and takes none. ` +
        `Choose a folder on a disk. (${error.code})`,
      { cause: error },
    );
  }
}

/** Runs a file-system call; turns the operating system's error into a {@link StorageError}. */
export function attempt<T>(operation: string, path: string, call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw isSystemError(error) ? storageError(operation, path, error) : error;
  }
}

/** Writes all of `bytes`, however many calls it takes. */
export function writeFully(files: FileSystem, fd: number, bytes: Uint8Array, path: string): void {
  // One call may take at most 2^31 - 1 bytes on Linux, so large arrays go in slices.
  const slice = 1 << 28;
  for (let at = 0; at < bytes.length; ) {
    const taken = files.write(fd, bytes.subarray(at, Math.min(bytes.length, at + slice)), path);
    if (taken === 0) throw storageError('write', path, { code: 'ENOSPC', message: 'no bytes were taken' });
    at += taken;
  }
}

interface SystemError {
  readonly code: string;
  readonly message: string;
}

export function isSystemError(error: unknown): error is SystemError & Error {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && 'syscall' in error;
}

const meanings: Readonly<Record<string, readonly [StorageErrorCode, string]>> = {
  ENOSPC: ['storage-full', 'the disk is full. Free some space'],
  EDQUOT: ['storage-full', 'the disk quota is used up. Free some space'],
  EFBIG: ['storage-full', 'the file would be larger than this file system allows. Use another disk'],
  EACCES: ['storage-denied', 'permission is denied. Choose a folder you may write to'],
  EPERM: ['storage-denied', 'permission is denied. Choose a folder you may write to'],
  EROFS: ['storage-read-only', 'the disk is read-only. Choose another folder'],
  ENOENT: ['storage-missing', 'the folder does not exist (any more). If the run was moved, use its new path'],
  ENOTDIR: ['storage-not-a-directory', 'a file stands where a folder is needed. Choose another path'],
  EEXIST: ['storage-not-a-directory', 'a file stands where a folder is needed. Choose another path'],
};

export function storageError(operation: string, path: string, cause: SystemError): StorageError {
  const [code, meaning] = meanings[cause.code] ?? ['storage-failed', 'the disk reported an error. Check the disk'];
  return new StorageError(code, path, `Cannot ${operation} ${path}: ${meaning}. (${cause.code})`, { cause });
}

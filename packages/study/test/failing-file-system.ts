import { type FileSystem, nodeFileSystem, storageError } from '../src/file-system.js';

type Operation = keyof FileSystem;

/**
 * The real file system, until `shouldFail` says otherwise: then the operation fails as the operating system would with
 * `errno`. A failing write first takes half of its bytes, as a disk that fills up does.
 */
export function failingFileSystem(errno: string, shouldFail: (operation: Operation, path: string) => boolean): FileSystem {
  const check = (operation: Operation, path: string): void => {
    if (!shouldFail(operation, path)) return;
    const cause = Object.assign(new Error(`${errno}: injected`), { code: errno, syscall: operation });
    throw storageError(operation, path, cause);
  };
  return {
    open: (path, flags) => (check('open', path), nodeFileSystem.open(path, flags)),
    write(fd, bytes, path) {
      if (shouldFail('write', path)) nodeFileSystem.write(fd, bytes.subarray(0, bytes.length >> 1), path);
      check('write', path);
      return nodeFileSystem.write(fd, bytes, path);
    },
    sync: (fd, path) => (check('sync', path), nodeFileSystem.sync(fd, path)),
    truncate: (fd, length, path) => (check('truncate', path), nodeFileSystem.truncate(fd, length, path)),
    close: (fd, path) => nodeFileSystem.close(fd, path),
    rename: (from, to) => (check('rename', to), nodeFileSystem.rename(from, to)),
    remove: (path) => (check('remove', path), nodeFileSystem.remove(path)),
    makeDirectory: (path, options) => (check('makeDirectory', path), nodeFileSystem.makeDirectory(path, options)),
    syncDirectory: (path) => (check('syncDirectory', path), nodeFileSystem.syncDirectory(path)),
  };
}

import { readdir } from 'node:fs/promises';
import { BadInputError, isSystemError } from '@sardonyx/study';

/**
 * Refuses a folder with something in it; one that does not exist yet is empty.
 * @param what goes into it, as `a data set`
 * @param remedy what to do, after "Choose another one"
 * @throws {BadInputError} `folder-not-empty`; Node's own error for what is no folder
 */
export async function expectEmptyFolder(folder: string, what: string, remedy = ''): Promise<void> {
  const found = await readdir(folder).catch((cause: unknown) => {
    if (isSystemError(cause) && cause.code === 'ENOENT') return [];
    throw cause;
  });
  if (found.length === 0) return;
  throw new BadInputError(
    'folder-not-empty',
    `Cannot write ${what} to "${folder}": expected a new or empty folder, found ${found.slice(0, 3).join(', ')}${found.length > 3 ? ', …' : ''} in it. Choose another one${remedy}.`,
  );
}

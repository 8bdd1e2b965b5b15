import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { unfinished } from './hashed-file.js';
import { dataSetFiles } from './manifest.js';

/**
 * Removes the files of a data set from a folder, those of a generation that was killed included, and nothing else. The
 * manifest goes first, so that what is left by an interruption is no data set.
 * @throws Node's own error where a file cannot be removed
 */
export async function removeDataSet(directory: string): Promise<void> {
  for (const name of Object.values(dataSetFiles)) {
    for (const path of [join(directory, name), unfinished(join(directory, name))]) await rm(path, { force: true });
  }
}

import { basename, dirname } from 'node:path';
import { BadInputError, defineCommand, isSystemError } from '@sardonyx/study';
import { z } from 'zod';
import { dataSetFiles, verifyDataSet } from '../tasks/data-set.js';
import type { TaskError } from '../tasks/task-error.js';
import { asBadInput } from '../bad-input.js';

/** How a data set is read. */
export const readParameters = {
  limit: z.int().min(1).optional().describe('lines to read, at most; all without it'),
  skipBad: z.boolean().default(false).describe('count lines that cannot be used instead of stopping at the first'),
};

/** What is wrong with a data set that was given, as bad input; any other error as it is. */
export function asBadDataSet(cause: unknown): unknown {
  const isMissing = isSystemError(cause) && ['ENOENT', 'ENOTDIR'].includes(String(cause.code));
  const path = isMissing && 'path' in cause ? String(cause.path) : '';
  if (basename(path) !== dataSetFiles.manifest) return asBadInput(cause);
  const message = `Cannot read the data set "${dirname(path)}": expected a folder with ${dataSetFiles.manifest}, found none. Give a folder that data-gen wrote.`;
  return new BadInputError('file', message, { cause });
}

/** Bad lines that are shown before only their number is. */
const shownBad = 5;

/** Checks a data set against its task, from the hashes of its files to every single answer. */
export const dataVerify = defineCommand({
  name: 'data-verify',
  summary: 'check a data set: hashes, formats, every answer from scratch, splits, and sequences against problems',
  arguments: [{ name: 'folder', summary: 'what data-gen wrote' }],
  examples: ['data-verify hops', 'data-verify hops --skip-bad true --json'],
  params: z.object(readParameters),
  async run(ctx, { limit, skipBad }) {
    let [bad, changedFiles] = [0, 0];
    const skip = (error: TaskError): void => {
      // What names no line is about a file as a whole: its size or hash.
      if (error.details['line'] === undefined) changedFiles += 1;
      else bad += 1;
      if (bad <= shownBad) ctx.log(error.message);
    };
    try {
      const { manifest, verified } = await verifyDataSet(ctx.arguments[0]!, {
        ...(limit !== undefined && { limit }),
        ...(skipBad && { skip }),
      });
      const { task, split, count } = manifest;
      if (ctx.json) return ctx.print(JSON.stringify({ task, split, count, verified, bad, changedFiles }));
      const changed = changedFiles === 0 ? '' : `, ${changedFiles} ${changedFiles === 1 ? 'file' : 'files'} changed since`;
      ctx.print(`${verified} of ${count} problems of ${task}, ${split}: answers, split and sequences hold; ${bad} bad${changed}`);
    } catch (cause) {
      throw asBadDataSet(cause);
    }
  },
});

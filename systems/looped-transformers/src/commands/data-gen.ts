import { join } from 'node:path';
import { defineCommand } from '@sardonyx/study';
import { z } from 'zod';
import { dataSetFiles, removeDataSet, writeDataSet, writeTokenFile } from '../tasks/data-set.js';
import { taskNames } from '../tasks/registry.js';
import { splits } from '../tasks/split.js';
import { problemStream, type SequenceTask } from '../tasks/task.js';
import { unsupervised } from '../tasks/task-sequence.js';
import { asBadInput } from '../bad-input.js';
import { expectEmptyFolder } from './empty-folder.js';
import { progressLines } from './progress-lines.js';
import { taskFrom } from './task-arguments.js';

/** Generates a fixed data set of a reasoning task. */
export const dataGen = defineCommand({
  name: 'data-gen',
  summary: 'write a fixed data set of a task: problems.jsonl, sequences.bin and manifest.json',
  arguments: [
    { name: 'task', summary: taskNames.join(', ') },
    { name: 'folder', summary: 'where the files go: a new or empty folder' },
  ],
  examples: [
    `data-gen p-hop hops --parameters '{"length": 64, "hops": 8}' --split test --count 10000`,
    'data-gen symbolic-igsm igsm --count 10000 --tokens llm.c',
    'data-gen addition sums --data-seed 1 --json',
  ],
  params: z.object({
    parameters: z.string().default('{}').describe('the task’s own parameters as JSON, such as {"length": 64, "hops": 8}'),
    split: z.enum(splits).default('train').describe('the part of all problems to draw from'),
    count: z.int().min(1).max(1_000_000_000).default(1000).describe('problems'),
    dataSeed: z.int().default(0).describe('seed of the problems'),
    tokens: z
      .enum(['none', 'raw', 'llm.c'])
      .default('none')
      .describe(
        'also write the sequences with their answers as one stream of tokens, raw as nanoGPT reads them or with the header of llm.c',
      ),
    force: z.boolean().default(false).describe('replace a data set that is in the folder; other files stay'),
  }),
  async run(ctx, { parameters, split, count, dataSeed, tokens, force }) {
    const [name, folder] = ctx.arguments as [string, string];
    const task = taskFrom(name, parameters);
    const tell = progressLines(ctx);
    const progress = (done: number): void => tell(done, count, 'problems');
    try {
      if (force) await removeDataSet(folder);
      else await expectEmptyFolder(folder, 'a data set', ', or give --force true to replace a data set there');
      const manifest = await writeDataSet(folder, task, { split, seed: dataSeed, count, signal: ctx.signal, progress });
      const tokenCount =
        tokens === 'none'
          ? 0
          : await writeTokenFile(join(folder, dataSetFiles.tokens), tokenStream(task, manifest.count, split, dataSeed), tokens);
      const { problems, sequences, length, dtype } = manifest;
      if (ctx.json) {
        ctx.print(
          JSON.stringify({ task: task.name, split, count, seed: dataSeed, length, dtype, problems, sequences, tokens: tokenCount }),
        );
        return;
      }
      ctx.print(`${count} problems of ${task.name}, ${split}, in ${folder}`);
      ctx.print(`problems.jsonl  ${problems.bytes} bytes, SHA-256 ${problems.sha256}`);
      ctx.print(`sequences.bin   ${sequences.bytes} bytes, SHA-256 ${sequences.sha256}; ${length} ${dtype} tokens and targets each`);
      if (tokens !== 'none') ctx.print(`tokens.bin      ${tokenCount} tokens, ${tokens}`);
    } catch (cause) {
      throw asBadInput(cause);
    }
  },
});

/** Every sequence without padding, followed by the last token of its answer. */
function* tokenStream(task: SequenceTask, count: number, split: (typeof splits)[number], seed: number): Generator<number> {
  const stream = problemStream(task, split, seed);
  for (let problem = 0; problem < count; problem++) {
    const { tokens, targets } = task.sequence(task.draw(stream, split));
    yield* tokens;
    const last = targets.at(-1)!;
    if (last !== unsupervised) yield last;
  }
}

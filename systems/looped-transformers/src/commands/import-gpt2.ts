import { readdir } from 'node:fs/promises';
import { BadInputError, defineCommand, isSystemError } from '@sardonyx/study';
import { z } from 'zod';
import { refusingBadInput } from '../bad-input.js';
import { readGpt2Checkpoint } from '../model/gpt2-checkpoint.js';
import { saveModel } from '../model/model-file.js';
import { loopedName, parameterCounts } from '../model/model.js';

/** A GPT-2 or nanoGPT as a model of this system. */
export const importGpt2Command = defineCommand({
  name: 'import-gpt2',
  aliases: ['import'],
  summary: 'makes a model of GPT-2 or nanoGPT weights, whose middle layers can be looped',
  arguments: [{ name: 'source', summary: 'folder with model.safetensors, config.json, vocab.json and merges.txt, or a safetensors file' }],
  examples: [
    'import-gpt2 gpt2 --output models/gpt2',
    'import-gpt2 gpt2 --output models/gpt2-looped --prelude 4 --coda 4 --loops 2',
    'import-gpt2 nano.safetensors --output models/nano --heads 6',
  ],
  params: z.object({
    output: z.string().default('').describe('folder of the model: a new or empty one'),
    prelude: z.int().min(0).default(0).describe('first layers that stay outside the loop'),
    coda: z.int().min(0).default(0).describe('last layers that stay outside the loop'),
    loops: z.int().min(1).default(1).describe('times the layers between are applied; once is the model as it was trained'),
    heads: z.int().min(1).optional().describe('heads of attention, where no config.json beside the weights tells'),
    activation: z
      .enum(['geluTanh', 'gelu', 'relu'])
      .optional()
      .describe('of the perceptrons; as config.json or the layout of the weights tells'),
  }),
  async run(ctx, { output, prelude, coda, loops, heads, activation }) {
    const source = ctx.arguments[0]!;
    await expectNewFolder(source, output);
    const options = { prelude, coda, loops, ...(heads !== undefined && { heads }), ...(activation && { activation }) };
    const document = await refusingBadInput(async () => {
      const read = await readGpt2Checkpoint(source, options);
      await saveModel(output, read);
      return read;
    });
    const { config, tokenizer } = document;
    const [name, parameters] = [loopedName(config), parameterCounts(config).distinct];
    if (ctx.json) return ctx.print(JSON.stringify({ directory: output, name, parameters, tokenizer: tokenizer?.kind ?? null, config }));
    const known = tokenizer ? `tokenizer ${tokenizer.kind}` : 'without a tokenizer, so that it takes no text';
    ctx.print(`${output}: ${name}, ${parameters.toLocaleString('en-US')} parameters, ${known}`);
  },
});

async function expectNewFolder(source: string, output: string): Promise<void> {
  if (output === '') {
    const example = `sardonyx looped-transformers import-gpt2 ${source} --output models/gpt2`;
    throw new BadInputError('output', `Cannot import: expected a folder to write, given none; name one, as in: ${example}.`);
  }
  const found = await readdir(output).catch((cause: unknown) => {
    if (isSystemError(cause) && cause.code === 'ENOENT') return [];
    if (isSystemError(cause) && cause.code === 'ENOTDIR') return ['a file of this name'];
    throw cause;
  });
  if (found.length === 0) return;
  const given = `${found.slice(0, 3).join(', ')}${found.length > 3 ? ', …' : ''}`;
  throw new BadInputError(
    'output',
    `Cannot import to "${output}": expected a new or empty folder, given one with ${given}; choose another.`,
  );
}

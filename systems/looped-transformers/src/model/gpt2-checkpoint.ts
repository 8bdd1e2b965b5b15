import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { openSafetensors, type SafetensorsTensor } from '@sardonyx/data';
import { schemaProblems } from '@sardonyx/study/schema-problems';
import { z } from 'zod';
import { readTokenizerFiles, textIfThere } from '../language/tokenizer-files.js';
import { type Gpt2ImportOptions, importGpt2 } from './gpt2-weights.js';
import type { LoopedTransformerConfig } from './model.js';
import type { ModelDocument } from './model-document.js';
import { ModelError } from './model-error.js';

/* A GPT-2 in files as Hugging Face publishes it, or a nanoGPT whose state was saved as safetensors. */

export interface Gpt2CheckpointOptions extends Omit<Gpt2ImportOptions, 'heads' | 'normEpsilon'> {
  /** Where no config.json says it. */
  readonly heads?: number;
}

/** GPT-2's names of activations, and nanoGPT's module. */
const activationNames = { gelu_new: 'geluTanh', gelu_pytorch_tanh: 'geluTanh', gelu_fast: 'geluTanh', gelu: 'gelu', relu: 'relu' } as const;

/** The fields of a config.json that change what is computed, or tell the sizes that the weights must have. */
const gpt2Config = z.looseObject({
  model_type: z.literal('gpt2').optional(),
  format: z.never('expected a GPT-2, not a model of this system').optional(),
  n_head: z.int().min(1).optional(),
  n_layer: z.int().min(1).optional(),
  n_embd: z.int().min(1).optional(),
  vocab_size: z.int().min(1).optional(),
  n_positions: z.int().min(1).optional(),
  /** nanoGPT's `n_positions`. */
  block_size: z.int().min(1).optional(),
  activation_function: z.enum(Object.keys(activationNames) as [keyof typeof activationNames]).optional(),
  layer_norm_epsilon: z.number().positive().optional(),
  scale_attn_weights: z.literal(true, 'this model divides the scores of attention by the root of the head width').optional(),
  scale_attn_by_inverse_layer_idx: z.literal(false, 'this model scales attention alike in every layer').optional(),
});
type Gpt2Config = z.output<typeof gpt2Config>;

/** The names of the files in a folder. */
const gpt2Files = {
  weights: 'model.safetensors',
  config: 'config.json',
} as const;

/** The weights of a document are widened to float32 and written to one file, of which Node reads 2 GiB at once. */
const largestElements = 2 ** 29;

/**
 * The model of a folder with `model.safetensors`, or of a safetensors file, with the tokenizer that lies beside it
 * (`vocab.json` and `merges.txt`, or `tokenizer.json`). `config.json`, where it is there, gives the heads, the activation and
 * the sizes that the weights must have.
 * Throws ModelError `import` for files that are missing or contradict each other and as {@link importGpt2}; SafetensorsError,
 * LanguageDataError and TokenizerError for files that are damaged.
 */
export async function readGpt2Checkpoint(path: string, options: Gpt2CheckpointOptions = {}): Promise<ModelDocument> {
  const file = await weightsFileOf(path);
  const folder = dirname(file);
  const given = await readConfig(join(folder, gpt2Files.config));
  const tokenizer = await readTokenizerFiles(folder);
  const imported = importGpt2(await readTensors(file), {
    ...options,
    heads: headsOf(options, given, folder),
    ...activationOf(options, given),
    ...(given.layer_norm_epsilon !== undefined && { normEpsilon: given.layer_norm_epsilon }),
  });
  expectSizes(imported.config, given, folder);
  return { ...imported, ...(tokenizer && { tokenizer: tokenizer.describe() }) };
}

const fail = (message: string, cause?: unknown): never => {
  throw new ModelError('import', message, cause === undefined ? {} : { cause });
};

async function weightsFileOf(path: string): Promise<string> {
  if (!(await stat(path)).isDirectory()) return path;
  const names = await readdir(path);
  if (names.includes(gpt2Files.weights)) return join(path, gpt2Files.weights);
  const others = names.filter((name) => /\.(safetensors|bin|pt|index\.json)$/.test(name));
  return fail(
    `${path}: expected ${gpt2Files.weights} in the folder, given ${others.join(', ') || 'no weights'}; name the file, or save the weights as one safetensors file`,
  );
}

async function readTensors(file: string): Promise<Record<string, SafetensorsTensor>> {
  const opened = await openSafetensors(file);
  try {
    const elements = opened.names.reduce((sum, name) => sum + opened.entry(name).shape.reduce((a, b) => a * b, 1), 0);
    if (elements > largestElements) {
      const given = `${(elements / 1e9).toFixed(2)} billion`;
      fail(`${basename(file)}: expected at most ${largestElements} numbers, 2 GiB in float32, given ${given}; take a smaller model`);
    }
    const tensors: Record<string, SafetensorsTensor> = {};
    for (const name of opened.names) tensors[name] = await opened.read(name);
    return tensors;
  } finally {
    await opened.close();
  }
}

function parsedJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    return fail(`${path}: expected JSON, given a text that is none: ${(cause as Error).message}; take the original file`, cause);
  }
}

async function readConfig(path: string): Promise<Gpt2Config> {
  const text = await textIfThere(path);
  if (text === undefined) return {};
  const value = parsedJson(path, text);
  const parsed = gpt2Config.safeParse(value);
  if (parsed.success) return parsed.data;
  return fail(`${path}: ${schemaProblems(gpt2Config, parsed.error, value, 'the file').join('; ')}; import a GPT-2`);
}

function headsOf({ heads }: Gpt2CheckpointOptions, { n_head: promised }: Gpt2Config, folder: string): number {
  if (heads !== undefined && promised !== undefined && heads !== promised) {
    fail(`${folder}: heads: expected the ${promised} of n_head in ${gpt2Files.config}, given ${heads}; leave heads out`);
  }
  return (
    heads ??
    promised ??
    fail(
      `${folder}: expected ${gpt2Files.config} with n_head, for the weights do not tell the heads, given none; give heads, 12 for GPT-2 small`,
    )
  );
}

const activationOf = ({ activation }: Gpt2CheckpointOptions, { activation_function: named }: Gpt2Config) =>
  activation === undefined && named !== undefined ? { activation: activationNames[named] } : {};

/** Weights of whole layers that are missing leave a smaller model, which only config.json tells from the one meant. */
function expectSizes(config: LoopedTransformerConfig, given: Gpt2Config, folder: string): void {
  const { width, vocabulary, length, layers, prelude = 0, coda = 0 } = config;
  const sizes = { n_layer: prelude + layers + coda, n_embd: width, vocab_size: vocabulary, n_positions: length, block_size: length };
  const problems = Object.entries(sizes).flatMap(([name, size]) => {
    const promised = given[name];
    return promised === undefined || promised === size ? [] : [`${name} is ${promised as number}, the weights have ${size}`];
  });
  if (problems.length > 0)
    fail(`${folder}: ${gpt2Files.config} and the weights are of two models: ${problems.join('; ')}; take both from one`);
}

import { BadInputError, schemaProblems } from '@sardonyx/study';
import { z } from 'zod';
import { optimizerSchema } from './optimizer-schema.js';
import { taskNames } from '../tasks/registry.js';

/* What the command `train` reads: a model, its data, its training, how it is judged. */

const count = z.int().min(1);
const share = z.number().min(0).max(1);

/** The fields of a model's configuration, which checks the others itself; vocabulary and length come from the data. */
const model = z.looseObject({
  layers: count.describe('k, distinct layers of the block'),
  loops: count.describe('L, times the block is applied'),
  width: count,
  heads: count,
  hidden: count.optional().describe('hidden width of the perceptrons; 4·width by default'),
  length: count.optional().describe('longest sequence; that of the data by default'),
  vocabulary: z.never('the vocabulary is that of the data and cannot be chosen; leave it out').optional(),
  positions: z.string().default('rotary'),
  inject: z.string().default('none'),
  activation: z.string().default('geluTanh'),
});

const parameters = z.record(z.string(), z.unknown());

const taskData = z.strictObject({
  task: z.enum(taskNames),
  parameters: parameters.default({}).describe('knobs of the task; see the command data'),
  curriculum: z
    .array(z.strictObject({ until: share, parameters }))
    .default([])
    .describe('earlier stages, each with knobs that differ and the share of the steps at which it ends'),
  evaluate: z
    .array(z.strictObject({ name: z.string(), parameters }))
    .default([])
    .describe('what is judged by itself, each with knobs that differ; the task as it is by default'),
});

const textData = z.strictObject({
  text: z.array(z.string()).min(1).describe('text files, or JSON lines'),
  tokenizer: z.enum(['byte', 'character', 'bpe']).default('byte'),
  vocabularySize: count.default(1024).describe('of bpe, which is trained on the text'),
  length: count.describe('positions of a sequence'),
  validation: z.number().gt(0).lt(1).default(0.1).describe('share of the text at its end that is judged and not trained on'),
});

const tokenData = z.strictObject({
  tokens: z.array(z.string()).min(1).describe('files of token ids, or folders of packed text'),
  format: z
    .enum(['raw', 'llm.c'])
    .default('raw')
    .describe('of the files: nothing but ids as nanoGPT writes them, or with the header of llm.c'),
  vocabularySize: count.optional().describe('tokens of the vocabulary; that of the tokenizer by default'),
  tokenizer: z
    .string()
    .optional()
    .describe('folder with vocab.json and merges.txt, or tokenizer.json; without it the model of files takes no text'),
  length: count.describe('positions of a sequence'),
  validation: z
    .union([z.number().gt(0).lt(1), z.array(z.string()).min(1)])
    .default(0.1)
    .describe('files or folders that are judged, or the share of the tokens at the end that is judged and not trained on'),
});

/** How loops are drawn, by name or with what sets it apart; what is left out follows from the loops of the model. */
const loopSampling = z.union([
  z.enum(['fixed', 'uniform', 'poissonLogNormal']),
  z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('uniform'), maximum: count.optional() }),
    z.strictObject({
      kind: z.literal('poissonLogNormal'),
      mean: z.number().gt(1).optional(),
      deviation: z.number().min(0).optional(),
      maximum: count.optional(),
    }),
  ]),
]);

const training = z.strictObject({
  steps: count,
  batchSize: count,
  accumulate: count.default(1),
  learningRate: z.number().positive(),
  warmupSteps: count.optional(),
  minLearningRateRatio: share.default(0.1),
  clipNorm: z.number().positive().default(1),
  optimizer: optimizerSchema.default({ name: 'adamW', beta1: 0.9, beta2: 0.98, weightDecay: 0 }),
  seed: z.int().default(0).describe('of the parameters'),
  dataSeed: z.int().default(0).describe('of the data, whose order depends on nothing else'),
  loopSampling: loopSampling.default('fixed').describe('loops of every step'),
  regularizer: z
    .strictObject({ blockSize: count, strength: z.number().min(0) })
    .optional()
    .describe('pulls blocks of layers together'),
  exitGate: z
    .strictObject({ entropy: z.number().min(0).describe('β, what a nat of the entropy over loops is worth') })
    .optional()
    .describe('trains the exit gate of the model: the expected loss over the loops at which it lets go, less β times their entropy'),
  stacking: z
    .strictObject({
      blockSize: count.describe('layers of the first stage, and layers that every other adds'),
      exponent: z.number().min(0).optional().describe('stage i takes steps in proportion to i to this power; 1 by default'),
    })
    .optional()
    .describe('begins with few layers and doubles the middle block of them stage by stage'),
  patience: count.optional().describe('evaluations without a better accuracy after which training stops'),
  rollbacks: z.int().min(0).default(0).describe('times to go back with half the learning rate where training diverges'),
  precision: z.literal('float32', 'only float32 is trained in: the engine computes no 16-bit floats').default('float32'),
});

const evaluation = z.strictObject({
  every: count.default(1000).describe('steps between evaluations'),
  examples: count.default(512).describe('problems of an evaluation'),
  measure: z
    .enum(['exact', 'dense', 'last'])
    .default('exact')
    .describe('what counts as right: whole answers, positions, or last positions'),
});

/** Everything that a training is made of. */
export const trainConfig = z.strictObject({
  model,
  data: z.union([taskData, textData, tokenData]),
  training,
  evaluation: evaluation.prefault({}),
});
export type TrainConfig = z.output<typeof trainConfig>;
export type TrainConfigInput = z.input<typeof trainConfig>;

/** The part of a configuration for data of one kind, told apart by a field that the others do not have. */
export type DataOf<K extends string> = Extract<TrainConfig['data'], Record<K, unknown>>;

/** What is judged by a text: the validation loss and the perplexity, beside accuracies. */
export const isLanguage = ({ data }: TrainConfig): boolean => !('task' in data);

/**
 * Refuses a model that is shorter than its data.
 * @throws {BadInputError} `length`
 */
export function expectRoom({ length }: TrainConfig['model'], longest: number): void {
  if (length === undefined || length >= longest) return;
  throw new BadInputError(
    'length',
    `Cannot use model.length=${length}: expected ${longest} or more, the positions of the longest sequence of the data; raise it, leave it out, or make the data shorter.`,
  );
}

/**
 * Checks a configuration.
 * @throws {BadInputError} `config` with every field at fault and what it takes
 */
export function checkedTrainConfig(value: unknown, source: string): TrainConfig {
  const parsed = trainConfig.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new BadInputError(
    'config',
    `Cannot use ${source}: ${schemaProblems(trainConfig, parsed.error, value, 'the configuration').join('; ')}.`,
  );
}

/**
 * A configuration with `path=value` applied, such as `model.layers=2`; values are JSON, or text where they are none. Indices
 * of lists are numbers: `data.curriculum.0.until=0.2`.
 * @throws {BadInputError} `set` where an assignment has no path or leads through a value that is no object
 */
export function withAssignments(config: unknown, assignments: readonly string[]): unknown {
  const copy = structuredClone(config);
  for (const assignment of assignments) {
    const at = assignment.indexOf('=');
    if (at < 1) throw new BadInputError('set', `Cannot use --set ${assignment}: expected path=value, such as model.layers=2.`);
    const path = assignment.slice(0, at).split('.');
    const last = path.pop()!;
    let parent = copy as Record<string, unknown>;
    for (const step of path) {
      if (parent[step] === undefined) parent[step] = {};
      const next = parent[step];
      if (typeof next !== 'object' || next === null) {
        throw new BadInputError(
          'set',
          `Cannot use --set ${assignment}: ${step} is ${JSON.stringify(next)}, which has no parts; check the path.`,
        );
      }
      parent = next as Record<string, unknown>;
    }
    parent[last] = jsonOrText(assignment.slice(at + 1));
  }
  return copy;
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    if (cause instanceof SyntaxError) return text;
    throw cause;
  }
}

/** `--set a=[1,2],b=3` comes as a list cut at every comma; pieces without `=` belong to the one before. */
export const joinedAssignments = (pieces: readonly string[]): string[] =>
  pieces.reduce<string[]>((joined, piece) => {
    if (piece.includes('=') || joined.length === 0) return [...joined, piece];
    return [...joined.slice(0, -1), `${joined.at(-1)},${piece}`];
  }, []);

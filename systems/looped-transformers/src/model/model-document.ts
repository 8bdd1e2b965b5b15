import {
  decodeSafetensors,
  encodeSafetensors,
  type SafetensorsDtype,
  type SafetensorsTensor,
  type SafetensorsTensors,
} from '@sardonyx/data';
import { type TokenizerDescription, tokenizerFromDescription } from '@sardonyx/data/tokenizers';
import { activations } from '@sardonyx/nn';
import { schemaProblems } from '@sardonyx/study/schema-problems';
import { type DType, flatten, type NamedArray, random, tensor, toArrays } from '@sardonyx/tensor';
import { z } from 'zod';
import {
  checkConfig,
  completeConfig,
  initLoopedTransformer,
  type LoopedTransformerConfig,
  type LoopedTransformerParameters,
} from './model.js';
import { ModelError } from './model-error.js';

/** What a model's tokens mean and what it was trained on. */
export interface ModelDescription {
  /** Token id → text, of task models. */
  readonly vocabulary?: readonly string[];
  /** Of language models. */
  readonly tokenizer?: TokenizerDescription;
  /** What the model was trained on. */
  readonly task?: { readonly name: string; readonly parameters?: Readonly<Record<string, unknown>> };
  /** Some problems with their answers, where no task makes others: the prompt as text, the answer token by token. */
  readonly examples?: readonly ExampleQuestion[];
}

/** A problem as text, with the tokens that answer it. */
export interface ExampleQuestion {
  readonly prompt: string;
  readonly answer: readonly string[];
}

/** A model with what is needed to use it. */
export interface ModelDocument extends ModelDescription {
  readonly config: LoopedTransformerConfig;
  readonly params: LoopedTransformerParameters;
  /** Steps of training behind it. */
  readonly step?: number;
  /** Of the programs that wrote it. */
  readonly versions?: Readonly<Record<string, string>>;
}

/** The names of a model's two files in its directory. */
export const [weightsFile, configFile] = ['model.safetensors', 'config.json'] as const;

/** The two files of a model: JSON with the configuration, and a safetensors file with the weights. */
export interface ModelFiles {
  readonly config: string;
  readonly weights: Uint8Array;
}

/** What a model that is loaded must be. */
export interface ExpectedModel {
  readonly config?: LoopedTransformerConfig;
  /** Fields that may differ from the expected configuration; `['loops']` takes models of any number of loops. */
  readonly mayDiffer?: readonly (keyof LoopedTransformerConfig)[];
  readonly vocabulary?: readonly string[];
}

const format = 'sardonyx looped transformer';
const formatVersion = 1;

const count = z.int().min(1);
/** Every field of a configuration, so that a file with another one is refused and not half understood. */
const configSchema = z.strictObject({
  layers: count,
  loops: count,
  width: count,
  heads: count,
  hidden: count,
  vocabulary: count,
  length: count,
  positions: z.enum(['learned', 'rotary', 'none']),
  inject: z.enum(['none', 'add', 'concatLinear']),
  activation: z.enum(Object.keys(activations) as [keyof typeof activations]),
  prelude: z.int().min(0).exactOptional(),
  coda: z.int().min(0).exactOptional(),
  tieBlocks: z.enum(['hard', 'soft']).exactOptional(),
  loopNorm: z.boolean().exactOptional(),
  loopEmbedding: z.enum(['none', 'learned', 'sinusoidal']).exactOptional(),
  beyondLoops: z.enum(['refuse', 'repeatLast', 'extrapolate']).exactOptional(),
  norm: z.enum(['rms', 'layer', 'none']).exactOptional(),
  normEpsilon: z.number().exactOptional(),
  attentionBias: z.boolean().exactOptional(),
  mlpBias: z.enum(['none', 'hidden', 'both']).exactOptional(),
  tiedHead: z.boolean().exactOptional(),
  headWidth: count.exactOptional(),
  rotaryLayout: z.enum(['interleaved', 'half-split']).exactOptional(),
  rotaryBase: z.number().exactOptional(),
  exitGate: z.boolean().exactOptional(),
  checkpoint: z.enum(['none', 'perLoop', 'perLayer']).exactOptional(),
  bpttLoops: count.exactOptional(),
}) satisfies z.ZodType<LoopedTransformerConfig>;

const documentSchema = z.strictObject({
  format: z.literal(format),
  formatVersion: z.literal(formatVersion),
  config: configSchema,
  vocabulary: z.array(z.string()).exactOptional(),
  tokenizer: z.looseObject({ kind: z.string() }).exactOptional(),
  task: z.strictObject({ name: z.string(), parameters: z.record(z.string(), z.unknown()).exactOptional() }).exactOptional(),
  examples: z.array(z.strictObject({ prompt: z.string(), answer: z.array(z.string()) })).exactOptional(),
  step: z.int().min(0).exactOptional(),
  versions: z.record(z.string(), z.string()).exactOptional(),
});

const fail = (message: string, cause?: unknown): never => {
  throw new ModelError('model-file', message, cause === undefined ? {} : { cause });
};

/**
 * A configuration as JSON holds it, checked.
 * Throws ModelError `model-file` with every field that is unknown or wrong, `config` where the fields contradict each other.
 */
export function parseConfig(value: unknown, what = 'configuration'): LoopedTransformerConfig {
  const parsed = configSchema.safeParse(value);
  if (!parsed.success) return fail(`${what}: ${schemaProblems(configSchema, parsed.error, value).join('; ')}`);
  checkConfig(parsed.data);
  return parsed.data;
}

/**
 * The files of a model: each parameter once, under its path in the tree, however often loops use it.
 * Throws ModelError `model-file` where the vocabulary or tokenizer is not that of the configuration.
 */
export async function encodeModelDocument(document: ModelDocument): Promise<ModelFiles> {
  const { params, ...rest } = document;
  checkConfig(document.config);
  expectVocabulary(document);
  const arrays = await toArrays(params);
  const tensors = Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, stored(name, array)]));
  return {
    config: `${JSON.stringify({ format, formatVersion, ...rest }, undefined, 2)}\n`,
    weights: encodeSafetensors(tensors, { format }),
  };
}

const storedDtypes: Partial<Record<DType, SafetensorsDtype>> = { float32: 'F32', float64: 'F64' };

function stored(name: string, { dtype, shape, data }: NamedArray): SafetensorsTensor {
  const kind = storedDtypes[dtype] ?? fail(`${name}: expected float32 or float64 parameters, given ${dtype}`);
  return { dtype: kind, shape, data } as SafetensorsTensor;
}

/**
 * A model from its files.
 * Throws ModelError `model-file` where they are broken, are not of one another, or are not the model expected: all fields that
 * differ, all tensors that are missing, unknown or of another shape are listed. Throws SafetensorsError for broken weights.
 */
export function decodeModelDocument(files: ModelFiles, expected: ExpectedModel = {}): ModelDocument {
  const { format: _, formatVersion: __, config, tokenizer, ...rest } = parseDocument(files.config);
  checkConfig(config);
  if (expected.config) expectSame(config, expected.config, expected.mayDiffer ?? []);
  if (expected.vocabulary) expectSameVocabulary(rest.vocabulary, expected.vocabulary);
  const params = parametersOf(decodeSafetensors(files.weights).tensors, config);
  // The tokenizer checks its description when it is made.
  const document: ModelDocument = {
    config,
    params,
    ...rest,
    ...(tokenizer && { tokenizer: tokenizer as unknown as TokenizerDescription }),
  };
  expectVocabulary(document);
  return document;
}

function parseDocument(text: string): z.output<typeof documentSchema> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    return fail(`config.json: expected JSON, got a syntax error: ${(cause as Error).message}`, cause);
  }
  expectFormat(value);
  const parsed = documentSchema.safeParse(value);
  return parsed.success ? parsed.data : fail(`config.json: ${schemaProblems(documentSchema, parsed.error, value).join('; ')}`);
}

/** Refuses what tells, or does not tell, of another kind of model, before its fields are all called unknown. */
function expectFormat(value: unknown): void {
  const { format: given, model_type: kind = given }: { readonly format?: unknown; readonly model_type?: unknown } = Object(value);
  if (given === format) return;
  const what = typeof kind === 'string' ? `a model of another kind, “${kind}”` : 'no model';
  fail(`config.json: expected the format “${format}”, given ${what}; give the two files that a training of this system saved`);
}

/**
 * The fields in which two configurations differ, defaults filled in, as `width is 64, expected 128`; defaults that follow from
 * other fields are left to those.
 */
export function configDifferences(given: LoopedTransformerConfig, expected: LoopedTransformerConfig): Map<string, string> {
  const [ours, theirs] = [completeConfig(given), completeConfig(expected)];
  const names = [...new Set([...Object.keys(expected), ...Object.keys(given)])] as (keyof LoopedTransformerConfig)[];
  return new Map(
    names.flatMap((name) => (ours[name] === theirs[name] ? [] : [[name, `${name} is ${ours[name]}, expected ${theirs[name]}`]])),
  );
}

/** How a model is applied or trained, rather than what it is. */
const practice: readonly (keyof LoopedTransformerConfig)[] = ['checkpoint', 'bpttLoops'];

function expectSame(config: LoopedTransformerConfig, expected: LoopedTransformerConfig, mayDiffer: readonly string[]): void {
  const differences = [...configDifferences(config, expected)].filter(
    ([name]) => !practice.includes(name as 'loops') && !mayDiffer.includes(name),
  );
  if (differences.length > 0) fail(`the model is another one: ${differences.map(([, text]) => text).join('; ')}`);
}

function expectSameVocabulary(given: readonly string[] | undefined, expected: readonly string[]): void {
  if (!given) return fail(`the model has no vocabulary, expected one of ${expected.length} tokens`);
  const place = expected.findIndex((token, id) => given[id] !== token);
  if (place >= 0 || given.length !== expected.length) {
    const id = place >= 0 ? place : expected.length;
    fail(
      `the vocabulary is another one: ${given.length} tokens, expected ${expected.length}; token ${id} is ${JSON.stringify(given[id])}, expected ${JSON.stringify(expected[id])}`,
    );
  }
}

/** A vocabulary or tokenizer must name every token of the model, and no others. */
function expectVocabulary({ config, vocabulary, tokenizer }: ModelDocument): void {
  if (vocabulary && vocabulary.length !== config.vocabulary) {
    fail(`the vocabulary has ${vocabulary.length} tokens, the model ${config.vocabulary}`);
  }
  const size = tokenizer && tokenizerFromDescription(tokenizer).vocabularySize;
  if (size !== undefined && size > config.vocabulary) {
    fail(`the tokenizer has ${size} tokens, the model ${config.vocabulary}; give the model that many or more`);
  }
}

function parametersOf(tensors: SafetensorsTensors, config: LoopedTransformerConfig): LoopedTransformerParameters {
  // Never computed: its names and shapes are what is wanted.
  const like = initLoopedTransformer(random.key(0), config);
  const { leaves, structure } = flatten(like);
  const problems = structure.paths.flatMap((path, i) => {
    const given = tensors[path];
    if (!given) return [`${path} is missing`];
    if (given.dtype !== 'F32' && given.dtype !== 'F64') return [`${path} is ${given.dtype}, expected F32 or F64`];
    if (given.shape.join() === leaves[i]!.shape.join()) return [];
    return [`${path} is [${given.shape.join(', ')}], expected [${leaves[i]!.shape.join(', ')}]`];
  });
  const known = new Set(structure.paths);
  problems.push(...Object.keys(tensors).flatMap((name) => (known.has(name) ? [] : [`${name} is unknown`])));
  if (problems.length > 0) {
    const rest = problems.length > 8 ? `; and ${problems.length - 8} more` : '';
    return fail(`the weights are not those of the configuration: ${problems.slice(0, 8).join('; ')}${rest}`);
  }
  return structure.unflatten(
    structure.paths.map((path) => {
      const { dtype, shape, data } = tensors[path]!;
      return tensor(data as Float32Array | Float64Array, shape, dtype === 'F64' ? 'float64' : 'float32');
    }),
  ) as LoopedTransformerParameters;
}

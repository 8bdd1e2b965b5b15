import { RandomStream } from '@sardonyx/data';
import { decodeTransformerBlock, initKeyValueCache, type KeyValueCache } from '@sardonyx/nn';
import { add, evaluate, full, jit, reshape, sliceAxis, sub, take, tensor, type Tensor, treeLeaves, zeros } from '@sardonyx/tensor';
import {
  applyCoda,
  type ApplyLayer,
  completeConfig,
  embedTokens,
  expectLength,
  type ForwardOptions,
  logitsOf,
  type LoopedTransformerConfig,
  type LoopedTransformerParameters,
  loopInputFrom,
  loopsOf,
  rotaryOf,
  statesFrom,
} from '../model/model.js';
import { ModelError } from '../model/model-error.js';
import { checkSampling, sampleToken, type SamplingOptions } from './sampling.js';

/** Keys and values of what was read so far. */
interface DecodingState {
  /**
   * One cache for every application of a layer, a + kL + c of them, in the order of application: layer j of loop t has number
   * a + (t − 1)·k + j. A cache a distinct layer would be overwritten by later loops.
   */
  readonly caches: readonly KeyValueCache[];
  /** int32 scalar: positions read. */
  readonly position: Tensor;
}

export interface DecoderOptions extends ForwardOptions {
  /** Sequences decoded side by side; 1 by default. */
  readonly batch?: number;
  /** Positions there is room for; the model's length by default. */
  readonly capacity?: number;
}

/** A model that reads tokens one after the other: one run of one compiled step a token. */
export interface Decoder {
  readonly batch: number;
  readonly capacity: number;
  /** Positions read since the start. */
  readonly position: number;
  /**
   * Reads the next tokens of every sequence, row after row, and returns the logits of what follows the last of them,
   * [batch · vocabulary]. Throws ModelError `token` for a token that is not in the vocabulary, `length` past the capacity.
   */
  read(tokens: readonly number[] | Int32Array): Promise<Float32Array>;
  /** Forgets what was read; the memory stays. */
  restart(): Promise<void>;
  dispose(): void;
}

/** Positions read in one run at most: few enough to compile quickly, enough to fill a matrix product. */
const chunk = 32;

/**
 * As many positions or more are read in one run, padded to a chunk: one run of 32 costs less than these many of one. The choice
 * depends on the count alone, so that the same tokens always give the same bits.
 */
const leastTogether = 8;

/**
 * A decoder of a model. Its caches are updated in place where `decodeStep` of @sardonyx/nn can, so that a token costs what the
 * positions so far cost. Throws ModelError `loops`, or `length` for more room than the model has positions.
 */
export async function createDecoder(
  params: LoopedTransformerParameters,
  config: LoopedTransformerConfig,
  options: DecoderOptions = {},
): Promise<Decoder> {
  const { batch = 1, capacity = config.length } = options;
  const loops = loopsOf(config, options.loops);
  expectLength(capacity, config);
  const step = jit((tokens: Tensor, state: DecodingState, count?: Tensor) => decode(params, tokens, state, config, { loops, count }), {
    donate: [1],
    name: 'decoding step',
  });
  const together = Math.min(chunk, capacity);
  // A padded chunk may reach past the last position that counts.
  const room = capacity + Math.max(0, together - leastTogether);
  let state = await evaluate(initialState(config, loops, batch, room));
  let position = 0;

  /** Reads `count` columns of `rows` [batch, length]; what stands behind them is padding. */
  const readTogether = async (rows: Int32Array, count: number): Promise<Float32Array> => {
    const tokens = tensor(rows, [batch, rows.length / batch]);
    const counted = rows.length > batch ? tensor([count], [], 'int32') : undefined;
    const result = counted ? step(tokens, state, counted) : step(tokens, state);
    state = result.state;
    position += count;
    const logits = (await result.logits.data()) as Float32Array;
    for (const each of [result.logits, tokens, counted]) each?.dispose();
    return logits;
  };

  return {
    batch,
    capacity,
    get position() {
      return position;
    },
    async read(tokens) {
      const ids = Int32Array.from(tokens);
      expectTokens(ids, config.vocabulary);
      const length = ids.length / batch;
      if (!Number.isInteger(length) || length === 0) {
        throw new ModelError('length', `decoding: expected tokens for ${batch} sequences, one or more each, given ${ids.length}`);
      }
      if (position + length > capacity) {
        throw new ModelError('length', `decoding: ${position + length} positions are more than the ${capacity} there is room for`);
      }
      for (let from = 0; ; ) {
        const left = length - from;
        const count = left < leastTogether ? 1 : Math.min(left, together);
        const logits = await readTogether(columns(ids, batch, from, count, count > 1 ? together : 1), count);
        from += count;
        if (from === length) return logits;
      }
    },
    async restart() {
      // Keys past the position are never looked at: the caches stay as they are.
      const earlier = state.position;
      state = { caches: state.caches, position: tensor([0], [], 'int32') };
      position = 0;
      earlier.dispose();
    },
    dispose() {
      step.dispose();
      for (const leaf of treeLeaves(state)) leaf.dispose();
    },
  };
}

function initialState(config: LoopedTransformerConfig, loops: number, batch: number, capacity: number): DecodingState {
  const { heads, headWidth, prelude, layers, coda } = completeConfig(config);
  const caches = Array.from({ length: prelude + layers * loops + coda }, () =>
    initKeyValueCache({ batch, keyValueHeads: heads, capacity, headWidth }),
  );
  return { caches, position: zeros([], 'int32') };
}

interface DecodingOptions {
  readonly loops: number;
  /** int32 scalar: how many of the tokens count, the others being padding; all of them by default. */
  readonly count: Tensor | undefined;
}

/**
 * Logits [batch, vocabulary] after tokens [batch, length], and the state that remembers them. Keys of padding are written,
 * stay invisible to what stands before them, and are written over by the next tokens.
 */
function decode(
  params: LoopedTransformerParameters,
  tokens: Tensor,
  { caches, position }: DecodingState,
  config: LoopedTransformerConfig,
  { loops, count }: DecodingOptions,
): { readonly logits: Tensor; readonly state: DecodingState } {
  const length = tokens.shape[1]!;
  const rotary = rotaryOf(config, caches[0]!.key.shape[2]!);
  const next: KeyValueCache[] = [];
  const apply: ApplyLayer = (layer, x, options) => {
    // The block's own table has one sequence's positions; a cache goes on to `capacity`.
    const { output, cache } = decodeTransformerBlock(layer, x, caches[next.length]!, position, { ...options, ...(rotary && { rotary }) });
    next.push(cache);
    return output;
  };
  const first = loopInputFrom(params, embedTokens(params, tokens, config, position), config, apply);
  const states = statesFrom(params, first, config, { loops }, apply);
  const after = applyCoda(params, states.at(-1)!, config, apply);
  const read = count ?? full([], length, 'int32');
  const last = count ? take(after, reshape(sub(count, 1), [1]), 1) : sliceAxis(after, 1, length - 1, length);
  const logits = logitsOf(params, last, config).reshape([tokens.shape[0]!, config.vocabulary]);
  return { logits, state: { caches: next, position: add(position, read) } };
}

/** Columns `from` … `from + count − 1` of ids [batch, length], and zeros behind them: [batch, padded]. */
function columns(ids: Int32Array, batch: number, from: number, count: number, padded: number): Int32Array {
  const length = ids.length / batch;
  const taken = new Int32Array(batch * padded);
  for (let row = 0; row < batch; row++) {
    taken.set(ids.subarray(row * length + from, row * length + from + count), row * padded);
  }
  return taken;
}

/** Throws ModelError `token` for a token that is not in the vocabulary. */
export function expectTokens(tokens: ArrayLike<number>, vocabulary: number): void {
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    if (Number.isInteger(token) && token >= 0 && token < vocabulary) continue;
    throw new ModelError('token', `token ${token} at place ${i} is not in the vocabulary of ${vocabulary}, 0 … ${vocabulary - 1}`);
  }
}

export interface GenerationOptions extends SamplingOptions {
  /** New tokens of a sequence at most. */
  readonly maxTokens: number;
  /** Ends a sequence; it is given out as its last token. */
  readonly stopToken?: number;
  /** Of sampling, 0 by default. A sequence's draws are its own: they do not depend on its neighbours in the batch. */
  readonly seed?: number;
}

/**
 * The next token of every sequence as soon as it is known, `undefined` for those that have ended; ends when all have. Prompts may
 * differ in length: the shorter start while the longer are still being read. Leaving the loop early leaves the decoder
 * where it is.
 *
 * Throws ModelError `length` where prompts or new tokens exceed the capacity, `token`, `option`.
 */
export async function* streamTokens(
  decoder: Decoder,
  prompts: readonly (readonly number[])[],
  options: GenerationOptions,
): AsyncGenerator<readonly (number | undefined)[], void, undefined> {
  checkGeneration(decoder, prompts, options);
  const rows = prompts.map((prompt, row) => new GeneratedRow(prompt, options, row));
  const shared = Math.min(...prompts.map(({ length }) => length));
  if (decoder.position > 0) await decoder.restart();
  let logits = await decoder.read(prompts.flatMap((prompt) => prompt.slice(0, shared)));
  const vocabulary = logits.length / rows.length;
  for (;;) {
    const position = decoder.position;
    const made = rows.map((row, i) => row.next(position, logits.subarray(i * vocabulary, (i + 1) * vocabulary)));
    if (made.some((token) => token !== undefined)) yield made;
    if (rows.every(({ hasEnded }) => hasEnded)) return;
    logits = await decoder.read(rows.map((row) => row.tokenAt(position)));
  }
}

/** All new tokens of every sequence. Throws as `streamTokens`. */
export async function generate(decoder: Decoder, prompts: readonly (readonly number[])[], options: GenerationOptions): Promise<number[][]> {
  const sequences: number[][] = prompts.map(() => []);
  for await (const tokens of streamTokens(decoder, prompts, options)) {
    tokens.forEach((token, row) => {
      if (token !== undefined) sequences[row]!.push(token);
    });
  }
  return sequences;
}

/** One sequence of a batch: its prompt, then what was made of it. */
class GeneratedRow {
  private readonly made: number[] = [];
  private readonly draws: RandomStream;
  hasEnded = false;

  constructor(
    private readonly prompt: readonly number[],
    private readonly options: GenerationOptions,
    row: number,
  ) {
    this.draws = new RandomStream(options.seed ?? 0, `generation of sequence ${row}`);
  }

  /** The token for `position`, where that is a new one of this sequence. */
  next(position: number, logits: Float32Array): number | undefined {
    if (this.hasEnded || position < this.prompt.length) return undefined;
    const token = sampleToken(logits, this.options, this.draws);
    this.made.push(token);
    this.hasEnded = token === this.options.stopToken || this.made.length >= this.options.maxTokens;
    return token;
  }

  /** What the decoder reads at `position`; any token will do once the sequence has ended. */
  tokenAt(position: number): number {
    return this.prompt[position] ?? this.made[position - this.prompt.length] ?? 0;
  }
}

function checkGeneration(decoder: Decoder, prompts: readonly (readonly number[])[], options: GenerationOptions): void {
  checkSampling(options);
  const { maxTokens } = options;
  if (!Number.isInteger(maxTokens) || maxTokens < 1) {
    throw new ModelError('option', `maxTokens must be a positive integer, given ${maxTokens}`);
  }
  if (prompts.length !== decoder.batch || prompts.some(({ length }) => length === 0)) {
    throw new ModelError(
      'option',
      `expected ${decoder.batch} prompts of one token or more, given lengths ${prompts.map(({ length }) => length).join(', ') || 'of none'}`,
    );
  }
  // The last new token is not read.
  const longest = Math.max(...prompts.map(({ length }) => length));
  const needed = longest + maxTokens - 1;
  if (needed > decoder.capacity) {
    const remedy = longest > decoder.capacity ? 'shorten the prompt' : 'ask for fewer new tokens';
    throw new ModelError(
      'length',
      `a prompt of ${longest} tokens and ${maxTokens} new ones need ${needed} positions, but there is room for ${decoder.capacity}; ${remedy}`,
    );
  }
}

import { batches, type BatchSequence, type BatchState, RandomStream, type RandomStreamState } from '@sardonyx/data';
import type { SequenceBatch } from '../model/sequence-batch.js';
import { sequenceBatch } from '../tasks/task-sequence.js';
import { LanguageDataError } from './language-data-error.js';
import type { TokenIds, TokenStore } from './token-store.js';

export interface LanguageBatchOptions {
  /** Positions of a sequence. */
  readonly length: number;
  /** Sequences a batch. */
  readonly batchSize: number;
  /** Of the order of the data alone: models with other seeds see the same batches. */
  readonly seed: number;
  /**
   * `shuffled` (default) cuts the text into sequences side by side and goes through all of them in a new order every epoch;
   * `random` starts each sequence at a place drawn from the whole text, as nanoGPT does.
   */
  readonly order?: 'shuffled' | 'random';
}

/** Where {@link LanguageBatches} stand; survives JSON. */
export type LanguageBatchState =
  | { readonly order: 'shuffled'; readonly length: number; readonly tokens: number; readonly sequences: BatchState }
  | { readonly order: 'random'; readonly length: number; readonly tokens: number; readonly stream: RandomStreamState };

/**
 * Batches for training on a text, without end. The order is a pure function of the text's length and these options, and
 * resumes exactly.
 */
export class LanguageBatches {
  /** Sequences that lie side by side in the text: as many as an epoch has, rounded down to whole batches. */
  readonly sequences: number;
  private readonly order: ShuffledStarts | RandomStarts;

  /** @throws {LanguageDataError} `too-small` where the text has not enough tokens for one batch; `invalid-option` */
  constructor(
    private readonly store: TokenStore,
    private readonly options: LanguageBatchOptions,
  ) {
    const { length, batchSize, order = 'shuffled' } = options;
    checkPositive({ length, batchSize });
    this.sequences = Math.floor((store.length - 1) / length);
    const least = order === 'random' ? 1 : batchSize;
    if (this.sequences < least) {
      const expected = `at least ${least * length + 1} tokens for ${least} sequences of ${length} and the token after`;
      throw new LanguageDataError('too-small', 'text', expected, String(store.length), 'give more text, or shorter or fewer sequences');
    }
    this.order = order === 'random' ? new RandomStarts(store.length, options) : new ShuffledStarts(this.sequences, options);
  }

  async next(): Promise<SequenceBatch> {
    const { length } = this.options;
    return languageBatch(await Promise.all(this.order.next().map((start) => this.store.read(start, length + 1))), length);
  }

  state(): LanguageBatchState {
    return { ...this.order.state(), length: this.options.length, tokens: this.store.length };
  }

  /** @throws {LanguageDataError} `state-mismatch` of another text or length; {@link DataOrderError} of another seed or batch size */
  restore(state: LanguageBatchState): void {
    const form = ({ order, length, tokens }: LanguageBatchState): string => `${order} sequences of ${length} in ${tokens} tokens`;
    if (form(state) !== form(this.state())) {
      const remedy = 'continue with the text and options that the state was saved with';
      throw new LanguageDataError('state-mismatch', 'state of batches', form(this.state()), form(state), remedy);
    }
    if (state.order === 'shuffled') (this.order as ShuffledStarts).restore(state.sequences);
    else (this.order as RandomStarts).restore(state.stream);
  }
}

class ShuffledStarts {
  private readonly batches: BatchSequence;

  constructor(
    count: number,
    private readonly options: LanguageBatchOptions,
  ) {
    const { batchSize, seed } = options;
    this.batches = batches({ count, batchSize, seed, dropLast: true });
  }

  next(): number[] {
    return Array.from(this.batches.next().value!.indices, (index) => index * this.options.length);
  }

  state() {
    return { order: 'shuffled' as const, sequences: this.batches.state() };
  }

  restore(state: BatchState): void {
    this.batches.restore(state);
  }
}

class RandomStarts {
  private readonly stream: RandomStream;

  constructor(
    private readonly tokens: number,
    private readonly options: LanguageBatchOptions,
  ) {
    this.stream = new RandomStream(options.seed, 'language batches');
  }

  next(): number[] {
    const { length, batchSize } = this.options;
    return Array.from({ length: batchSize }, () => this.stream.integer(this.tokens - length));
  }

  state() {
    return { order: 'random' as const, stream: this.stream.state() };
  }

  restore(state: RandomStreamState): void {
    this.stream.restore(state);
  }
}

/**
 * All tokens of a text but the first as targets, each once: sequences side by side in order, the last batch filled up with
 * sequences of weight 0, so that one shape serves all.
 * @throws {LanguageDataError} `too-small` where the text has less than two tokens; `invalid-option`
 */
export async function* evaluationBatches(
  store: TokenStore,
  { length, batchSize }: { readonly length: number; readonly batchSize: number },
): AsyncGenerator<SequenceBatch, void> {
  checkPositive({ length, batchSize });
  if (store.length < 2) {
    const remedy = 'give more text';
    throw new LanguageDataError('too-small', 'text of an evaluation', 'two tokens or more', String(store.length), remedy);
  }
  for (let start = 0; start + 1 < store.length; start += batchSize * length) {
    const rows: TokenIds[] = [];
    for (let first = start; first + 1 < store.length && rows.length < batchSize; first += length) {
      rows.push(await store.read(first, Math.min(length + 1, store.length - first)));
    }
    yield languageBatch(rows, length, batchSize);
  }
}

/**
 * A batch of rows of up to length + 1 ids: each position predicts the id after it. Positions beyond a row hold token 0 and
 * weight 0.
 */
export function languageBatch(rows: readonly ArrayLike<number>[], length: number, batchSize: number = rows.length): SequenceBatch {
  const size = batchSize * length;
  const [tokens, targets, weights] = [new Int32Array(size), new Int32Array(size), new Float32Array(size)];
  for (const [row, ids] of rows.entries()) {
    for (let i = 0; i + 1 < ids.length; i++) {
      const place = row * length + i;
      tokens[place] = ids[i]!;
      targets[place] = ids[i + 1]!;
      weights[place] = 1;
    }
  }
  return sequenceBatch({ tokens, targets, weights }, length);
}

function checkPositive(options: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(options)) {
    if (Number.isInteger(value) && value > 0) continue;
    throw new LanguageDataError('invalid-option', name, 'a positive integer', String(value), 'correct it');
  }
}

import { tensor } from '@sardonyx/tensor';
import type { SequenceBatch } from '../model/sequence-batch.js';
import { TaskError } from './task-error.js';

/** The target of a position that is neither learned nor judged. */
export const unsupervised = -1;

/** One problem as a model meets it: a token and a target, or {@link unsupervised}, for every position. */
export interface TaskSequence {
  readonly tokens: readonly number[];
  readonly targets: readonly number[];
}

/** Sequences in rows of one length; the arrays have `sequences.length · length` elements. */
export interface PackedSequences {
  readonly tokens: Int32Array;
  /** {@link padding} where the weight is 0. */
  readonly targets: Int32Array;
  readonly weights: Float32Array;
}

/**
 * A prompt followed by its answer, next token by next token: only the tokens of the answer are targets. The last token
 * of the answer is never read, so the sequence has `prompt.length + answer.length − 1` positions.
 */
export function promptAndAnswer(prompt: readonly number[], answer: readonly number[]): TaskSequence {
  const sequence = [...prompt, ...answer];
  return {
    tokens: sequence.slice(0, -1),
    targets: sequence.slice(1).map((token, position) => (position >= prompt.length - 1 ? token : unsupervised)),
  };
}

/**
 * Pads sequences at their end to `length` positions. Under a causal mask the padding changes nothing before it.
 * @throws {TaskError} `too-long`
 */
export function packSequences(sequences: readonly TaskSequence[], length: number, padding: number): PackedSequences {
  const size = sequences.length * length;
  const tokens = new Int32Array(size).fill(padding);
  const targets = new Int32Array(size).fill(padding);
  const weights = new Float32Array(size);
  sequences.forEach((sequence, row) => {
    const positions = sequence.tokens.length;
    if (positions > length) {
      throw new TaskError(
        'too-long',
        `batch: a sequence of ${positions} positions does not fit a model of length ${length}; use smaller problems or a longer model`,
        { positions, length },
      );
    }
    tokens.set(sequence.tokens, row * length);
    for (let position = 0; position < positions; position++) {
      const target = sequence.targets[position]!;
      if (target === unsupervised) continue;
      targets[row * length + position] = target;
      weights[row * length + position] = 1;
    }
  });
  return { tokens, targets, weights };
}

/** Packed sequences as the tensors that a model is trained and judged on. */
export function sequenceBatch({ tokens, targets, weights }: PackedSequences, length: number): SequenceBatch {
  const shape = [tokens.length / length, length];
  return { tokens: tensor(tokens, shape), targets: tensor(targets, shape), weights: tensor(weights, shape) };
}

import { type FloatDType, matmul, ShapeError, sliceAxis, take, type Tensor } from '@sardonyx/tensor';
import { type Initializer, normal } from './initializers.js';

export interface EmbeddingParameters {
  /** [entries, width]: a row for every token, or for every position. */
  readonly weight: Tensor;
}

export interface EmbeddingSizes {
  readonly entries: number;
  readonly width: number;
}

export interface EmbeddingOptions {
  /** Standard normal by default. */
  readonly initializer?: Initializer;
  readonly dtype?: FloatDType;
}

export const initEmbedding = (
  key: Tensor,
  { entries, width }: EmbeddingSizes,
  { initializer = normal(), dtype }: EmbeddingOptions = {},
): EmbeddingParameters => ({ weight: initializer(key, [entries, width], dtype) });

/**
 * The rows of integer indices: indices [...] of int32 or int64 to [..., width].
 * An index outside the table fails the run (RuntimeError).
 */
export const embedding = (params: EmbeddingParameters, indices: Tensor): Tensor => take(params.weight, indices, 0);

/**
 * Learned absolute positions: rows start … start + length − 1, [length, width], to be added to [..., length, width].
 * Throws ShapeError where the table is shorter.
 */
export function positionEmbedding(params: EmbeddingParameters, length: number, start = 0): Tensor {
  const rows = params.weight.shape[0]!;
  if (start < 0 || start + length > rows) {
    throw new ShapeError(
      'shape',
      `positionEmbedding: expected positions within the table's ${rows}, given ${start} to ${start + length - 1}; initialise a longer table`,
    );
  }
  return sliceAxis(params.weight, 0, start, start + length);
}

/** Logits of every token by the embedding's own rows (tied weights): x [..., width] to [..., entries]. */
export const unembed = (params: EmbeddingParameters, x: Tensor): Tensor => matmul(x, params.weight, { transposeB: true });

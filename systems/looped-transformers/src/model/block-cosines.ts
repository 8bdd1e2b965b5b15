import type { Tensor } from '@sardonyx/tensor';
import { checkBlockSize, type WeightGroup } from '../training/looping-regularizer.js';

/** How alike the blocks of a model are in one group of weights. */
export interface BlockCosines {
  readonly group: string;
  readonly blocks: number;
  /** [blocks, blocks], row by row: the mean over a block's layers of cos(θ^(ak+j), θ^(bk+j)); NaN where a weight is zero. */
  readonly cosines: Float64Array;
}

/**
 * Cosines between all pairs of blocks, for a heat map a group; block size 1 compares single layers. Sums are in float64.
 * @throws {LoopingRegularizerError} `block-size`
 */
export async function blockCosines(groups: readonly WeightGroup[], blockSize: number): Promise<BlockCosines[]> {
  const found: BlockCosines[] = [];
  for (const { name, weights } of groups) {
    checkBlockSize(weights.length, blockSize);
    const blocks = weights.length / blockSize;
    const layers = layerCosines(await Promise.all(weights.map((weight) => weight.data())));
    const cosines = Float64Array.from({ length: blocks * blocks }, (_, place) => {
      const [a, b] = [Math.floor(place / blocks), place % blocks];
      let total = 0;
      for (let j = 0; j < blockSize; j++) total += layers[a * blockSize + j]![b * blockSize + j]!;
      return total / blockSize;
    });
    found.push({ group: name, blocks, cosines });
  }
  return found;
}

/** One cell of the heat maps, blocks counted from 1: a row of a study's table, of which its figures and CSV files are made. */
export interface BlockCosineRow {
  readonly group: string;
  readonly row: number;
  readonly column: number;
  readonly cosine: number;
}

export const blockCosineRows = (matrices: readonly BlockCosines[]): BlockCosineRow[] =>
  matrices.flatMap(({ group, blocks, cosines }) =>
    Array.from(cosines, (cosine, place) => ({ group, row: Math.floor(place / blocks) + 1, column: (place % blocks) + 1, cosine })),
  );

/** The mean cosine between different blocks of each group: what the paper reports as the similarity of blocks. */
export const meanBlockCosines = (matrices: readonly BlockCosines[]): Record<string, number> =>
  Object.fromEntries(
    matrices.map(({ group, blocks, cosines }) => {
      const others = cosines.filter((_, place) => Math.floor(place / blocks) !== place % blocks);
      return [group, others.reduce((a, b) => a + b, 0) / others.length];
    }),
  );

function layerCosines(layers: readonly Awaited<ReturnType<Tensor['data']>>[]): number[][] {
  const vectors = layers as readonly ArrayLike<number>[];
  const lengths = vectors.map((vector) => Math.sqrt(dot(vector, vector)));
  return vectors.map((a, i) => vectors.map((b, j) => Math.max(-1, Math.min(1, dot(a, b) / (lengths[i]! * lengths[j]!)))));
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += a[i]! * b[i]!;
  return total;
}

import {
  cast,
  div,
  flatten,
  greater,
  maximum,
  mean,
  mul,
  onesLike,
  reshape,
  slice,
  sqrt,
  square,
  stack,
  sub,
  sum,
  type Tensor,
  where,
} from '@sardonyx/tensor';

/*
 * Soft looping: layers that stand at the same place of neighbouring blocks are drawn to one direction, so that a model of
 * distinct layers comes to be nearly a looped one (arXiv:2502.17416, section 4).
 */

/** Layers that cannot be compared block by block: what was expected, what was given. */
export class LoopingRegularizerError extends Error {
  override readonly name = 'LoopingRegularizerError';

  constructor(
    readonly code: 'block-size' | 'layers-differ' | 'no-groups',
    message: string,
  ) {
    super(`looping regularizer: ${message}`);
  }
}

/** One weight of every layer, first layer first; all of one shape. */
export interface WeightGroup {
  /** Its path in a layer's parameters, such as `attention.query.weight`. */
  readonly name: string;
  readonly weights: readonly Tensor[];
}

/** Which weights of a layer are compared, by path and weight; by default those with two axes or more: no gains, no biases. */
export type WeightFilter = (name: string, weight: Tensor) => boolean;

const isMatrix: WeightFilter = (_, weight) => weight.shape.length >= 2;

/**
 * The weights of layers, gathered over the layers.
 * @param layers parameters of each layer, trees of one structure
 * @throws {LoopingRegularizerError} `layers-differ`; `no-groups` where no weight is chosen
 */
export function weightGroups(layers: readonly unknown[], filter: WeightFilter = isMatrix): WeightGroup[] {
  const flat = layers.map((layer) => flatten(layer));
  const [first] = flat;
  const form = ({ leaves, structure }: (typeof flat)[number]): string =>
    structure.paths.map((path, i) => `${path} [${leaves[i]!.shape.join(', ')}]`).join('; ');
  const odd = flat.findIndex((layer) => form(layer) !== form(first!));
  if (odd !== -1) {
    throw new LoopingRegularizerError(
      'layers-differ',
      `expected layers of one form, given layer 1 of ${form(first!)} and layer ${odd + 1} of ${form(flat[odd]!)}; compare layers of one kind only`,
    );
  }
  const groups = (first?.structure.paths ?? []).flatMap((name, i) =>
    filter(name, first!.leaves[i]!) ? [{ name, weights: flat.map(({ leaves }) => leaves[i]!) }] : [],
  );
  if (groups.length === 0) {
    const expected = 'expected layers with at least one weight to compare, given none; choose weights that the layers have';
    throw new LoopingRegularizerError('no-groups', expected);
  }
  return groups;
}

/**
 * Throws the `block-size` error unless `layers` layers make two or more whole blocks of `blockSize`.
 */
export function checkBlockSize(layers: number, blockSize: number): void {
  if (!Number.isInteger(blockSize) || blockSize < 1) {
    throw new LoopingRegularizerError(
      'block-size',
      `expected a block of one layer or more, given ${blockSize}; choose a divisor of ${layers}`,
    );
  }
  if (layers % blockSize !== 0) {
    throw new LoopingRegularizerError(
      'block-size',
      `${layers} layers cannot be cut in blocks of ${blockSize}; choose a divisor of ${layers}`,
    );
  }
  if (layers === blockSize) {
    throw new LoopingRegularizerError(
      'block-size',
      `expected two blocks or more, given one of all ${layers} layers; choose a smaller block`,
    );
  }
}

/**
 * R_G(k) of every group: the mean cosine between the weights of layers i·k + j and (i + 1)·k + j,
 *
 *   R_G(k) = 1/(L − k) · Σ_{i=0}^{L/k−2} Σ_{j=0}^{k−1} cos(θ_G^(ik+j), θ_G^((i+1)k+j)),
 *
 * L − k cosines in all (arXiv:2502.17416, section 4). A weight of norm zero has no direction: its pairs are left out of the
 * mean and get no gradient, and a group without pairs gives 0; see {@link zeroWeights}.
 * @returns a scalar tensor for each group, by name
 * @throws {LoopingRegularizerError}
 */
export function loopingSimilarities(groups: readonly WeightGroup[], blockSize: number): Record<string, Tensor> {
  return Object.fromEntries(groups.map(({ name, weights }) => [name, meanCosine(weights, blockSize)]));
}

/**
 * λ·(1 − mean_G R_G(k)), to be added to the cross-entropy. The paper prints + λ·mean_G R_G, whose minimum would turn
 * neighbouring blocks against each other; its results (cosines of 0.98 and more, looped models for large λ) are those of
 * this sign.
 * @param layers parameters of each layer, trees of one structure
 * @param strength λ, from 0 on
 * @returns a scalar tensor
 * @throws {LoopingRegularizerError}
 */
export function loopingPenalty(
  layers: readonly unknown[],
  { blockSize, strength, filter = isMatrix }: { readonly blockSize: number; readonly strength: number; readonly filter?: WeightFilter },
): Tensor {
  const similarities = Object.values(loopingSimilarities(weightGroups(layers, filter), blockSize));
  return mul(sub(1, mean(stack(similarities))), strength);
}

function meanCosine(weights: readonly Tensor[], blockSize: number): Tensor {
  const count = weights.length;
  checkBlockSize(count, blockSize);
  const rows = stack(weights.map((weight) => reshape(weight, [-1])));
  const squared = sum(square(rows), -1, { keepDims: true });
  const hasDirection = greater(squared, 0);
  const counted = cast(hasDirection, rows.dtype);
  // Dividing by 1 in place of zero, and before the choice, keeps the gradient of the other branch finite.
  const norms = sqrt(where(hasDirection, squared, onesLike(squared)));
  const directions = mul(div(rows, norms), counted);
  const inPairs = (x: Tensor): Tensor => sum(mul(slice(x, [0], [count - blockSize]), slice(x, [blockSize])));
  return div(inPairs(directions), maximum(inPairs(counted), 1));
}

/**
 * Names of weights that are all zeros, such as `attention.query.weight of layer 3`: the regularizer cannot see them. For
 * one warning at the start of a run.
 */
export async function zeroWeights(groups: readonly WeightGroup[]): Promise<string[]> {
  const found: string[] = [];
  for (const { name, weights } of groups) {
    for (const [layer, weight] of weights.entries()) {
      const values = (await weight.data()) as Float32Array;
      if (values.every((value) => value === 0)) found.push(`${name} of layer ${layer + 1}`);
    }
  }
  return found;
}

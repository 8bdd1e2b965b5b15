import type { RandomStream } from '@sardonyx/data';
import { type Group, productByHalves, productOf } from '../../tasks/groups.js';
import { logitsOfEveryLoop, sequenceLogits } from '../construction.js';
import { ceilLog2, codeLength, signedCode } from '../binary-code.js';
import { groupComposition } from '../group-composition.js';
import type { WeightDType } from '../layer-weights.js';

/**
 * Random elements g_1 … g_n whose product one loop early is wrong: the last position then holds the product of the last
 * 2^(⌈log2 n⌉ − 1) elements, so that of those before must not be the identity. In the trivial group it always is.
 */
export function drawFactors(group: Group, n: number, stream: RandomStream): number[] {
  const factors = Array.from({ length: n }, () => stream.integer(group.order));
  const missing = n - 2 ** (ceilLog2(n) - 1);
  if (missing < 1 || group.order === 1) return factors;
  while (productOf(group, factors.slice(0, missing)) === group.identity) factors[0] = stream.integer(group.order);
  return factors;
}

export interface CompositionLoops {
  /** Loops of the construction. */
  readonly loops: number;
  /** Right products of `problems` after each loop. */
  readonly rightAfter: readonly number[];
  readonly problems: number;
}

/** How many random products of n elements are right after each loop. */
export async function measureCompositionLoops(group: Group, n: number, problems: number, stream: RandomStream): Promise<CompositionLoops> {
  const construction = groupComposition(group, n);
  const drawn = Array.from({ length: problems }, () => drawFactors(group, n, stream));
  const everyLoop = await logitsOfEveryLoop(
    construction,
    drawn.map((factors) => construction.encode(factors)),
  );
  const rightAfter = everyLoop.map(
    (logits) => drawn.filter((factors, at) => construction.decode(logits[at]!, factors) === productByHalves(group, factors)).length,
  );
  return { loops: construction.loops, rightAfter, problems };
}

/**
 * The largest deviation of the last position's logits from those of the exact code, per bit of the code, and how many of
 * the products are right, at a scale B of the attention scores.
 */
export async function measureCompositionError(
  group: Group,
  n: number,
  options: { readonly scale: number; readonly dtype: WeightDType; readonly problems: number },
  stream: RandomStream,
): Promise<{ readonly error: number; readonly right: number }> {
  const construction = groupComposition(group, n, options);
  const drawn = Array.from({ length: options.problems }, () => drawFactors(group, n, stream));
  const logits = await sequenceLogits(
    construction,
    drawn.map((factors) => construction.encode(factors)),
  );
  const bits = codeLength(group.order);
  const codes = Array.from({ length: group.order }, (_, element) => signedCode(element, bits));
  let error = 0;
  let right = 0;
  for (const [at, factors] of drawn.entries()) {
    const product = productByHalves(group, factors);
    if (construction.decode(logits[at]!, factors) === product) right++;
    for (const [element, code] of codes.entries()) {
      const ideal = code.reduce((sum, bit, place) => sum + bit * codes[product]![place]!, 0);
      error = Math.max(error, Math.abs(logits[at]![n * (group.order + 1) + element]! - ideal) / bits);
    }
  }
  return { error, right };
}

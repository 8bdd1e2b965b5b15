import { expect, test } from 'vitest';
import {
  abs,
  clip,
  grad,
  leakyRelu,
  logsumexp,
  max,
  maximum,
  min,
  norm,
  pow,
  prod,
  relu,
  round,
  sign,
  std,
  stopGradient,
  tensor,
  type Tensor,
  where,
} from '../src/index.js';

/* The documented choices where a function has a kink, a jump or no derivative at all: differences cannot check them. */

const gradientOf = async (f: (x: Tensor) => Tensor, at: number[] | number[][]) =>
  Array.from((await grad((x: Tensor) => f(x).sum())(tensor(at)).data()) as Float32Array);

test.each<[string, (x: Tensor) => Tensor, number[], number[]]>([
  ['abs: 0 at 0', abs, [-2, 0, 3], [-1, 0, 1]],
  ['sign: 0', sign, [-2, 0, 3], [0, 0, 0]],
  ['round: 0', round, [0.3, 0.5], [0, 0]],
  ['relu: 0 at 0', relu, [-1, 0, 1], [0, 0, 1]],
  // The root's slope at 0 is infinite; none of it may pass the side that relu cuts off, as 0 · ∞ would.
  ['relu: 0 below 0 under an infinite slope', (x) => relu(x).sqrt(), [-1, 4], [0, 0.25]],
  ['leakyRelu: the slope at 0', (x) => leakyRelu(x, 0.25), [-1, 0, 1], [0.25, 0.25, 1]],
  ['clip: 1 on the bounds', (x) => clip(x, 0, 1), [-1, 0, 0.5, 1, 2], [0, 1, 1, 1, 0]],
  ['maximum: half at a tie', (x) => maximum(x, 1), [0, 1, 2], [0, 0.5, 1]],
  ['max: shared among ties', (x) => max(x), [3, 1, 3, 3, 2, 3], [0.25, 0, 0.25, 0.25, 0, 0.25]],
  ['min: shared among ties', (x) => min(x), [3, 1, 3, 1], [0, 0.5, 0, 0.5]],
  ['norm: 0 at 0', (x) => norm(x), [0, 0], [0, 0]],
  ['std: 0 where all are equal', (x) => std(x), [2, 2, 2], [0, 0, 0]],
  ['logsumexp: 0 over nothing but −∞', (x) => logsumexp(x), [-Infinity, -Infinity], [0, 0]],
  ['logsumexp: softmax beside −∞', (x) => logsumexp(x), [-Infinity, 0, 0], [0, 0.5, 0.5]],
  ['prod: others’ product at one zero, 0 at two', (x) => prod(x), [0, 2, 3], [6, 0, 0]],
  ['prod: 0 at two zeros', (x) => prod(x), [0, 2, 0], [0, 0, 0]],
  ['pow: 0 by the base at exponent 0', (x) => pow(x, tensor([0, 0])), [0, 2], [0, 0]],
  ['pow: 0 by the exponent at base 0', (x) => pow(tensor([0, 0]), x), [1, 2], [0, 0]],
  ['where: through the branch chosen alone', (x) => where(tensor([true, false]), x.mul(2), x.mul(3)), [1, 2], [2, 3]],
  ['stopGradient: x·stop(x) has gradient x', (x) => x.mul(stopGradient(x)), [2, -3], [2, -3]],
])('%s', async (_, f, at, expected) => {
  expect((await gradientOf(f, at)).map((x) => x + 0)).toEqual(expected);
});

import { signedCode } from './binary-code.js';
import type { HandSetHead, HandSetNeuron } from './layer-weights.js';
import { coordinates, type LinearForm, readSlot, type Slot } from './residual-layout.js';
import { TheoryError } from './theory-error.js';

/*
 * Pieces of layers for the chain-of-thought construction (arXiv:2502.17416, appendix), each as the neurons or the head
 * that does it. What they compute is added to the residual stream at their outputs.
 */

const at = ({ offset }: Slot, index: number): number => offset + index;

/** A form added to many places of one neuron's output. */
const to = (coordinate: number, coefficient = 1): LinearForm => [[coordinate, coefficient]];

/**
 * First half of the argmax of n numbers, each a linear form: z_i = Σ_{j≠i} relu(x_j − x_i), which is 0 at the largest
 * alone. n(n−1) neurons.
 */
export const shortfallNeurons = (numbers: readonly LinearForm[], shortfall: Slot): HandSetNeuron[] =>
  numbers.flatMap((x, i) =>
    numbers.flatMap((y, j) =>
      i === j ? [] : [{ input: [...y, ...x.map(([place, coefficient]) => [place, -coefficient] as const)], output: to(at(shortfall, i)) }],
    ),
  );

/**
 * Second half: g_i = 2^s·relu(2^−s − z_i), 1 at the largest and 0 elsewhere, exactly so where the largest leads by
 * `gap` = 2^−s or more. n neurons. A power of two keeps the product exact.
 */
export function oneHotNeurons(shortfall: Slot, oneHot: Slot, gap: number): HandSetNeuron[] {
  if (!(gap > 0) || !Number.isInteger(Math.log2(gap))) {
    throw new TheoryError('argument', `oneHotNeurons: expected a gap that is a power of two, given ${gap}`);
  }
  return coordinates(shortfall).map((coordinate, i) => ({ input: to(coordinate, -1), bias: gap, output: to(at(oneHot, i), 1 / gap) }));
}

/**
 * F(x, y, M) = M·x + (1 − M)·y for M ∈ {0, 1} and |x|, |y| ≤ S:
 * relu(x − S(1−M)) − relu(−x − S(1−M)) + relu(y − SM) − relu(−y − SM). Four neurons, whose sum goes to `output`.
 */
export function gateNeurons(x: LinearForm, y: LinearForm, M: LinearForm, S: number, output: LinearForm): HandSetNeuron[] {
  const scaled = (form: LinearForm, factor: number): LinearForm => form.map(([place, coefficient]) => [place, factor * coefficient]);
  const negative = scaled(output, -1);
  return [
    { input: [...x, ...scaled(M, S)], bias: -S, output },
    { input: [...scaled(x, -1), ...scaled(M, S)], bias: -S, output: negative },
    { input: [...y, ...scaled(M, -S)], output },
    { input: [...scaled(y, -1), ...scaled(M, -S)], output: negative },
  ];
}

/**
 * The bits, least first, of a number plus one, modulo 2^s. Bit i turns where all lower bits are 1:
 * b_i + c_i − 2·b_i·c_i, with c_i = relu(Σ_{j<i} b_j − i + 1) and b_i·c_i = relu(Σ_{j≤i} b_j − i). 3s neurons.
 */
export function incrementNeurons(bits: Slot, incremented: Slot): HandSetNeuron[] {
  const ones = (count: number): LinearForm =>
    coordinates(bits)
      .slice(0, count)
      .map((coordinate) => [coordinate, 1] as const);
  return coordinates(bits).flatMap((coordinate, i) => [
    { input: to(coordinate), output: to(at(incremented, i)) },
    { input: ones(i), bias: 1 - i, output: to(at(incremented, i)) },
    { input: ones(i + 1), bias: -i, output: to(at(incremented, i), -2) },
  ]);
}

/** 1[a ≥ b] of two binary numbers, bits in {0, 1}, least first: relu(D + 1) − relu(D), D = Σ_i 2^i(a_i − b_i). Two neurons. */
export function atLeastNeurons(a: Slot, b: Slot, output: LinearForm): HandSetNeuron[] {
  const difference = [a, b].flatMap((slot, which) =>
    coordinates(slot).map((coordinate, i) => [coordinate, (which === 0 ? 1 : -1) * 2 ** i] as const),
  );
  return [
    { input: difference, bias: 1, output },
    { input: difference, output: output.map(([place, coefficient]) => [place, -coefficient]) },
  ];
}

/**
 * SHIFT(x_0, …, x_{n−1}) = (x_0, x_0, x_1, …, x_{n−2}): a head that reads `from` at the position before and adds it to `to`.
 * `position` and `previous` hold the codes of i and max(0, i − 1), as `shiftCodes` gives them.
 */
export const shiftHead = (position: Slot, previous: Slot, from: Slot, target: Slot, scale: number): HandSetHead => ({
  query: readSlot(previous, scale),
  key: readSlot(position),
  value: readSlot(from),
  output: readSlot(target),
});

/** Codes of a position and of the one before it, for `shiftHead`. */
export const shiftCodes = (i: number, bits: number): { readonly position: number[]; readonly previous: number[] } => ({
  position: signedCode(i, bits),
  previous: signedCode(Math.max(0, i - 1), bits),
});

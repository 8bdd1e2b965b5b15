import { signedCode } from './binary-code.js';
import { expectWhole, TheoryError } from './theory-error.js';

/**
 * Arithmetic in F_s = {±k·2^−s : 0 ≤ k ≤ 2^(2s) − 1} (arXiv:2502.17416, appendix, after Li et al., arXiv:2402.12875):
 * every operation is rounded to the nearest number of F_s, ties to the smaller magnitude; what is larger than
 * B_s = 2^s − 2^−s becomes ±B_s. Sums of more than two numbers are rounded after every addition, from left to right.
 */
export interface FixedPoint {
  readonly bits: number;
  /** 2^−s */
  readonly step: number;
  /** B_s = 2^s − 2^−s */
  readonly largest: number;
  round(x: number): number;
  add(a: number, b: number): number;
  multiply(a: number, b: number): number;
  divide(a: number, b: number): number;
  exp(x: number): number;
  sum(terms: readonly number[]): number;
  /** ⟨a, b⟩ from left to right. */
  dot(a: readonly number[], b: readonly number[]): number;
  softmax(scores: readonly number[]): number[];
  /** softmax(⟨query, keys⟩) over the keys, times the values, [values' width]. */
  attend(query: readonly number[], keys: readonly (readonly number[])[], values: readonly (readonly number[])[]): number[];
}

/** Beyond this many bits the float64 under an operation could fall on another side of a tie than the exact result. */
const mostBits = 12;

/** Throws TheoryError `argument` unless s is a whole number from 1 to 12; operations refuse numbers outside F_s likewise. */
export function fixedPoint(bits: number): FixedPoint {
  expectWhole(bits, 1, 'fixedPoint: bits');
  if (bits > mostBits) throw new TheoryError('argument', `fixedPoint: expected at most ${mostBits} bits, given ${bits}`);
  const scale = 2 ** bits;
  const largest = scale - 1 / scale;
  const round = (x: number): number => {
    if (Number.isNaN(x)) throw new TheoryError('argument', 'fixedPoint: expected a number, given NaN');
    // Half-way values go down in magnitude: ⌈y − ½⌉.
    const magnitude = Math.min(Math.ceil(Math.abs(x) * scale - 0.5) / scale, largest);
    return magnitude === 0 ? 0 : Math.sign(x) * magnitude;
  };
  const expectElement = (x: number): void => {
    if (round(x) !== x) throw new TheoryError('argument', `fixedPoint: expected numbers of F_${bits}, given ${x}; round it first`);
  };
  const rounded =
    (operation: (a: number, b: number) => number) =>
    (a: number, b: number): number => {
      expectElement(a);
      expectElement(b);
      return round(operation(a, b));
    };
  const add = rounded((a, b) => a + b);
  const multiply = rounded((a, b) => a * b);
  const divide = rounded((a, b) => {
    if (b === 0) throw new TheoryError('argument', `fixedPoint: expected a divisor other than 0, given ${a} / 0`);
    return a / b;
  });
  const exp = (x: number): number => {
    expectElement(x);
    return round(Math.exp(x));
  };
  const sum = (terms: readonly number[]): number => terms.reduce((total, term) => add(total, term), 0);
  const dot = (a: readonly number[], b: readonly number[]): number => sum(a.map((x, at) => multiply(x, b[at]!)));
  const softmax = (scores: readonly number[]): number[] => {
    const weights = scores.map(exp);
    const total = sum(weights);
    return weights.map((weight) => divide(weight, total));
  };
  return {
    bits,
    step: 1 / scale,
    largest,
    round,
    add,
    multiply,
    divide,
    exp,
    sum,
    dot,
    softmax,
    attend(query, keys, values) {
      const weights = softmax(keys.map((key) => dot(query, key)));
      return values[0]!.map((_, at) =>
        dot(
          weights,
          values.map((value) => value[at]!),
        ),
      );
    },
  };
}

/** q_i: the code of i with ones between, so that exp⟨q_i, k_j⟩ = 1[i = j] in F_s. */
export const fixedPointQuery = (i: number, bits: number): number[] => signedCode(i, bits).flatMap((bit) => [bit, 1]);

/**
 * k_j: B_s times the code of j with −1 between. Each pair adds 0 where the bits agree and takes 2B_s off where they do not;
 * saturated at −B_s, no later pair makes up for it.
 */
export const fixedPointKey = (j: number, bits: number, { largest }: FixedPoint): number[] =>
  signedCode(j, bits).flatMap((bit) => [bit * largest, -largest]);

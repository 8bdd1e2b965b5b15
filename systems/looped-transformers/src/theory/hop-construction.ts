import { type Construction, largestAt } from './construction.js';
import { expectWhole, TheoryError } from './theory-error.js';

/** Problems are sequences of n symbols 0 … alphabet − 1; the answer is hop_p of the whole sequence, undefined for ⊥. */
export interface HopConstruction extends Construction<readonly number[], number | undefined> {
  /** hop_p of every prefix, from the logits of a sequence. */
  decodePrefixes(logits: Float64Array): (number | undefined)[];
}

export interface PointerDoublingOptions {
  /** Scale of the attention scores; 40 by default. */
  readonly scale?: number;
  /** `float32` by default. */
  readonly dtype?: 'float32' | 'float64';
}

/** Sequences as tokens and logits as answers: a symbol a is token a, the sink # at position 0 is `alphabet`, as an answer ⊥. */
export function hopProblems(n: number, alphabet: number): Pick<HopConstruction, 'encode' | 'decode' | 'decodePrefixes'> {
  const symbolAt = (logits: Float64Array, i: number): number | undefined => {
    const token = largestAt(logits, i * (alphabet + 1), alphabet + 1);
    return token === alphabet ? undefined : token;
  };
  return {
    encode(sequence) {
      if (sequence.length !== n || sequence.some((a) => !Number.isInteger(a) || a < 0 || a >= alphabet)) {
        throw new TheoryError(
          'argument',
          `p-hop: expected ${n} symbols from 0 to ${alphabet - 1}, given ${sequence.length}: ${sequence.join(', ')}`,
        );
      }
      return Int32Array.of(alphabet, ...sequence);
    },
    decode: (logits) => symbolAt(logits, n),
    decodePrefixes: (logits) => Array.from({ length: n }, (_, i) => symbolAt(logits, i + 1)),
  };
}

/** Throws TheoryError `argument` where a p-hop construction cannot be of this size. */
export function expectHopSizes(p: number, n: number, alphabet: number, scale: number): void {
  expectWhole(p, 1, 'p-hop: hops');
  expectWhole(n, 1, 'p-hop: length');
  expectWhole(alphabet, 2, 'p-hop: alphabet');
  if (!(scale > 0)) throw new TheoryError('argument', `p-hop: expected a scale above 0, given ${scale}`);
}

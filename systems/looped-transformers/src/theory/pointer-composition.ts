import { ceilLog2 } from './binary-code.js';
import type { LinearForm, Slot } from './residual-layout.js';

/** The two distances of which pointers are kept: (⌊p/2^t⌋, ⌈p/2^t⌉). */
export interface DistancePair {
  readonly low: number;
  readonly high: number;
}

/** F_outer ∘ F_inner: the stored pointer `outer` at the place that `inner` points at. */
export type PointerComposition = readonly [outer: 'low' | 'high', inner: 'low' | 'high'];

/** The pair after t halvings of p. */
export const halved = (p: number, t: number): DistancePair => ({ low: Math.floor(p / 2 ** t), high: Math.ceil(p / 2 ** t) });

/** The pairs of each doubling: how (F_⌊p/2^t⌋, F_⌈p/2^t⌉) are composed of the pair before, for t = ⌈log2 p⌉ − 1 … 0. */
export const doublings = (p: number): { readonly low: PointerComposition; readonly high: PointerComposition }[] =>
  Array.from({ length: ceilLog2(p) }, (_, at) => {
    const t = ceilLog2(p) - 1 - at;
    const [before, after] = [halved(p, t + 1), halved(p, t)];
    return { low: compositionOf(before, after.low), high: compositionOf(before, after.high) };
  });

/** F_{u+v} = F_u ∘ F_v: which two pointers of the pair make one `distance` long. */
function compositionOf(pair: DistancePair, distance: number): PointerComposition {
  if (distance === pair.low + pair.high) return ['low', 'high'];
  return distance === 2 * pair.low ? ['low', 'low'] : ['high', 'high'];
}

/**
 * Scores of the latest j ≤ i with v_{j−1} = v_i, else of position 0: in units of the scale 2(n+2)·1[match] + j, and n + 1 at
 * position 0, so that a match beats the sink by two or more, the sink any mismatch by one, a later match an earlier
 * one by one. `match` is the factor of the one-hot symbols' product, `preference` the rest of the key.
 */
export const latestScores = (
  slots: Readonly<Record<'place' | 'sink', Slot>>,
  n: number,
  scale: number,
): { readonly match: number; readonly preference: LinearForm } => ({
  match: 2 * (n + 2) * scale,
  preference: [
    [slots.place.offset, 1],
    [slots.sink.offset, n + 1],
  ],
});

/** A stored pointer is its place's code and then the symbol there: the coordinates of the code, of so many bits. */
export const pointerPart = ({ offset }: Slot, bits: number): Slot => ({ offset, size: bits });

/** The coordinates of the symbol that a stored pointer points at. */
export const symbolPart = ({ offset, size }: Slot, bits: number): Slot => ({ offset: offset + bits, size: size - bits });

/** The vector of symbol a. */
export const oneHot = (a: number, alphabet: number): number[] => Array.from({ length: alphabet }, (_, b) => (a === b ? 1 : 0));

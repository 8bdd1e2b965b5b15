import { firstHops } from '../tasks/hops.js';

/** Symbols of a p-hop sequence as a model reads them. */
export interface HopSequence {
  readonly symbols: readonly number[];
  /** The model's position of the first symbol: 0 by default, 1 behind a sink. */
  readonly first?: number;
}

/** F_h of many positions of a batch: element n of each array belongs together. */
export interface HopPointers {
  /** h */
  readonly hops: number;
  /** The place that points: sequence · length + position. */
  readonly from: Int32Array;
  /** The position in the same sequence that it points at after h hops. */
  readonly to: Int32Array;
  /** The symbol there. */
  readonly symbols: Int32Array;
}

/**
 * F_0 … F_p of a sequence: element [h][i] is the place of the h-th hop from place i, both from 1, 0 for nowhere; [p + 1, n + 1].
 */
export function hopPlaces(symbols: ArrayLike<number>, hops: number): Int32Array[] {
  const found = firstHops(symbols);
  const places = [found.map((_, place) => place)];
  for (let h = 1; h <= hops; h++) places.push(places[h - 1]!.map((place) => found[place]!));
  return places;
}

/**
 * Whether F_h(i) asks for any hop: it is somewhere, and i is no fixed point v_i = v_{i−1}, from which every hop leads back to i.
 * The same places as `denseHopTargets` supervises.
 */
export const isRealHop = (symbols: ArrayLike<number>, places: Int32Array, place: number): boolean =>
  places[place] !== 0 && symbols[place - 1] !== symbols[place - 2];

/** Where every real hop of a batch of sequences points at, for every h asked for; `length` positions a sequence. */
export function hopPointers(sequences: readonly HopSequence[], length: number, hops: readonly number[]): HopPointers[] {
  const lists = hops.map((h) => ({ hops: h, from: [] as number[], to: [] as number[], symbols: [] as number[] }));
  const most = Math.max(...hops);
  sequences.forEach(({ symbols, first = 0 }, row) => {
    const places = hopPlaces(symbols, most);
    for (const list of lists) {
      const ofHop = places[list.hops]!;
      for (let place = 1; place <= symbols.length; place++) {
        if (!isRealHop(symbols, ofHop, place)) continue;
        list.from.push(row * length + place - 1 + first);
        list.to.push(ofHop[place]! - 1 + first);
        list.symbols.push(symbols[ofHop[place]! - 1]!);
      }
    }
  });
  return lists.map(({ hops, from, to, symbols }) => ({
    hops,
    from: Int32Array.from(from),
    to: Int32Array.from(to),
    symbols: Int32Array.from(symbols),
  }));
}

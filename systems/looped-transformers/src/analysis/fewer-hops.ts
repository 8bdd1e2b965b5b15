import { hopPlaces, type HopSequence, isRealHop } from './hop-pointers.js';

/** How often a pointer of fewer hops would be right about one of h hops. */
export interface FewerHops {
  readonly hops: number;
  /** The best number of fewer hops for the symbol, and the share of real hops where its symbol is the same. */
  readonly symbolHops: number;
  readonly symbol: number;
  /** The same for the place: F_k(i) = F_h(i), which is so where the way ends in a fixed point. */
  readonly placeHops: number;
  readonly place: number;
}

/**
 * What one knows of F_h who knows the best of F_0 … F_{h−1}, and says no other: the level above which a read-out must be before it
 * shows that h hops were made. Over few symbols a walk that never stands still is often back after two steps.
 * @throws RangeError for less than one hop
 */
export function fewerHops(sequences: Iterable<HopSequence>, hops: readonly number[]): FewerHops[] {
  if (hops.length === 0 || hops.some((h) => !Number.isInteger(h) || h < 1)) {
    throw new RangeError(`fewer hops: expected whole numbers of hops from 1 on, given ${hops.join(', ') || 'none'}`);
  }
  const tallies = hops.map((h) => ({ count: 0, symbol: new Float64Array(h), place: new Float64Array(h) }));
  for (const { symbols } of sequences) {
    const places = hopPlaces(symbols, Math.max(...hops));
    hops.forEach((h, at) => {
      const [tally, target] = [tallies[at]!, places[h]!];
      for (let i = 1; i <= symbols.length; i++) {
        if (!isRealHop(symbols, target, i)) continue;
        tally.count++;
        for (let k = 0; k < h; k++) {
          const place = places[k]![i]!;
          if (place === target[i]) tally.place[k]! += 1;
          if (symbols[place - 1] === symbols[target[i]! - 1]) tally.symbol[k]! += 1;
        }
      }
    });
  }
  return tallies.map(({ count, symbol, place }, at) => {
    const [bySymbol, byPlace] = [symbol, place].map((right) => right.indexOf(Math.max(...right))) as [number, number];
    return { hops: hops[at]!, symbolHops: bySymbol, symbol: symbol[bySymbol]! / count, placeHops: byPlace, place: place[byPlace]! / count };
  });
}

import type { RandomStream } from '@sardonyx/data';
import { hopChain } from './hops.js';
import { TaskError } from './task-error.js';

/** Symbols 0 … |Σ| − 1 and the places of the hops from the last of them; places count from 1. */
export interface HopSample {
  readonly symbols: readonly number[];
  readonly chain: readonly number[];
}

/** How long, how many hops, over how many symbols. */
export interface HopSize {
  readonly length: number;
  readonly hops: number;
  readonly alphabet: number;
}

/** Draws before a sampler gives up; parameters are checked so that it accepts in more than one draw of a hundred. */
const attempts = 10_000;

/**
 * A uniform sequence whose last hop is defined. With `freshEnd` the last symbol differs from the one before it, since
 * otherwise the first hop stays where it is and the answer is the last symbol for every p.
 */
export function sampleByRejection(stream: RandomStream, size: HopSize, freshEnd: boolean): HopSample {
  const { length, hops, alphabet } = size;
  for (let attempt = 0; attempt < attempts; attempt++) {
    const symbols = Array.from({ length }, () => stream.integer(alphabet));
    // Uniform over the other symbols, as redrawing until it differs would be.
    if (freshEnd) symbols[length - 1] = otherThan(stream, alphabet, symbols[length - 2]!);
    const chain = hopChain(symbols, hops);
    if (chain.length === hops) return { symbols, chain };
  }
  throw new TaskError('exhausted', `p-hop: found no sequence of ${length} symbols with ${hops} hops in ${attempts} draws; raise length`);
}

/**
 * A chain of hops chosen first and the rest filled so that it stays the true one. The symbols of the chain are a uniform walk
 * without standing still from a uniform start; the free places are spread uniformly over the gaps between the hops, so
 * that hops reach as far back as the sequence is long.
 *
 * With i₀ = n and s_k the symbol at i_k: v_{i_{k+1} − 1} = s_k, and no symbol from i_{k+1} to i_k − 1 is s_k.
 */
export function samplePlanted(stream: RandomStream, { length, hops, alphabet }: HopSize): HopSample {
  const walk = [stream.integer(alphabet)];
  while (walk.length <= hops) walk.push(otherThan(stream, alphabet, walk.at(-1)!));
  const gaps = gapsBetweenHops(stream, walk, length);
  const symbols: number[] = Array.from({ length }, () => stream.integer(alphabet));
  const chain: number[] = [];
  let position = length;
  symbols[position - 1] = walk[0]!;
  gaps.forEach((gap, hop) => {
    const next = position - gap;
    // The place before i_k is taken: it holds the symbol that led here.
    for (let between = next + 1; between < position - (hop > 0 ? 1 : 0); between++) {
      symbols[between - 1] = otherThan(stream, alphabet, walk[hop]!);
    }
    symbols[next - 1] = walk[hop + 1]!;
    symbols[next - 2] = walk[hop]!;
    chain.push(next);
    position = next;
  });
  return { symbols, chain };
}

/**
 * i_k − i_{k+1} for every hop. Two, since the place before i_k is taken by s_{k−1}; one for the first hop, or where the next
 * symbol is s_{k−1} again. What is left of the sequence goes to the gaps and to the places before the chain, every
 * distribution alike (stars and bars).
 */
function gapsBetweenHops(stream: RandomStream, walk: readonly number[], length: number): number[] {
  const hops = walk.length - 1;
  const least = Array.from({ length: hops }, (_, hop) => (hop === 0 || walk[hop + 1] === walk[hop - 1] ? 1 : 2));
  const free = length - 2 - least.reduce((a, b) => a + b, 0);
  if (free < 0) {
    throw new TaskError('argument', `p-hop: a planted chain of ${hops} hops needs ${length - free} symbols, given ${length}; raise length`);
  }
  const bars = distinct(stream, hops, free + hops);
  return least.map((gap, hop) => gap + bars[hop]! - (hop === 0 ? 0 : bars[hop - 1]! + 1));
}

/** `count` different integers below `bound`, ascending, every set alike (Floyd's algorithm). */
function distinct(stream: RandomStream, count: number, bound: number): number[] {
  const chosen = new Set<number>();
  for (let last = bound - count; last < bound; last++) {
    const candidate = stream.integer(last + 1);
    chosen.add(chosen.has(candidate) ? last : candidate);
  }
  return [...chosen].sort((a, b) => a - b);
}

/** Uniform over the symbols but one. */
function otherThan(stream: RandomStream, alphabet: number, excluded: number): number {
  return (excluded + 1 + stream.integer(alphabet - 1)) % alphabet;
}

import { checkedInteger } from './order-error.js';
import { randomKey, type RandomKey } from './random.js';
import { threefry2x32 } from './threefry.js';

/** Largest domain of {@link permutedIndex}: two halves of 26 bits stay exact in float64. */
const largestCount = 2 ** 52;

/** Feistel rounds; four suffice for pseudo-randomness on large domains (Luby and Rackoff, SIAM J. Comput. 17, 1988). */
const roundCount = 8;

/**
 * Smallest half of the network. Over halves of two bits a network of any number of rounds reaches only even permutations,
 * and the orders of five or six items come out visibly uneven; over four bits they do not.
 */
const smallestHalfBits = 4;

const block = new Uint32Array(2);

/**
 * Where a random permutation of 0 … `count` − 1, chosen by `key`, sends `index`; needs no memory for the permutation.
 *
 * A Feistel network with Threefry as the round function permutes the smallest 2²ᵇ ≥ `count`, but at least 256 values;
 * walking its cycle until it returns below `count` restricts it to the indices asked for (Black and Rogaway, CT-RSA 2002,
 * "cycle-walking cipher"). From 64 items on, 2²ᵇ ≤ 4 `count`: the walk takes four steps on average at most.
 *
 * @throws {DataOrderError} `invalid-argument` where `count` is no integer from 1 to 2⁵² or `index` none below `count`
 */
export function permutedIndex(index: number, count: number, key: RandomKey): number {
  checkedInteger(count, 'count of a permutation', 1, largestCount);
  checkedInteger(index, 'index of a permutation', 0, count - 1);
  if (count === 1) return 0;
  const halfBits = Math.max(smallestHalfBits, Math.ceil(Math.log2(count) / 2));
  let image = index;
  do image = feistel(image, halfBits, key);
  while (image >= count);
  return image;
}

/**
 * The key of an epoch's order: a pure function of seed and epoch.
 * @throws {DataOrderError} `invalid-argument` where the seed is no safe integer
 */
export function epochKey(seed: number, epoch: number): RandomKey {
  return randomKey(seed, `order of epoch ${epoch}`);
}

/** A permutation of the integers of 2·`halfBits` bits. */
function feistel(value: number, halfBits: number, key: RandomKey): number {
  const halfSize = 2 ** halfBits;
  const mask = halfSize - 1;
  let left = Math.floor(value / halfSize);
  let right = value & mask;
  for (let round = 0; round < roundCount; round++) {
    threefry2x32(key[0], key[1], right, round, block);
    const mixed = left ^ (block[0]! & mask);
    left = right;
    right = mixed;
  }
  return left * halfSize + right;
}

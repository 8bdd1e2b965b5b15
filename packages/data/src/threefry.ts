/**
 * Threefry-2x32 with 20 rounds: a bijection of a 64-bit counter under a 64-bit key whose outputs, for counters 0, 1, 2, …,
 * are statistically random (no known test fails) and the same on every platform.
 *
 * Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011, section 4.2 and table 2.
 */

/** Skein's key-schedule parity constant, truncated to 32 bits. */
const keyParity = 0x1bd11bda;

/**
 * One block: writes the two output words for counter (`counter0`, `counter1`) under key (`key0`, `key1`) to `out[0]` and
 * `out[1]`. All words are taken modulo 2³².
 */
export function threefry2x32(key0: number, key1: number, counter0: number, counter1: number, out: Uint32Array): void {
  // The key schedule k₀, k₁, k₂, rotated by one place at each injection.
  let current = key0 | 0;
  let next = key1 | 0;
  let last = keyParity ^ key0 ^ key1;
  let x0 = (counter0 + current) | 0;
  let x1 = (counter1 + next) | 0;
  for (let injection = 1; injection <= 5; injection++) {
    if (injection & 1) {
      x0 = (x0 + x1) | 0;
      x1 = ((x1 << 13) | (x1 >>> 19)) ^ x0;
      x0 = (x0 + x1) | 0;
      x1 = ((x1 << 15) | (x1 >>> 17)) ^ x0;
      x0 = (x0 + x1) | 0;
      x1 = ((x1 << 26) | (x1 >>> 6)) ^ x0;
      x0 = (x0 + x1) | 0;
      x1 = ((x1 << 6) | (x1 >>> 26)) ^ x0;
    } else {
      x0 = (x0 + x1) | 0;
      x1 = ((x1 << 17) | (x1 >>> 15)) ^ x0;
      x0 = (x0 + x1) | 0;
      x1 = ((x1 << 29) | (x1 >>> 3)) ^ x0;
      x0 = (x0 + x1) | 0;
      x1 = ((x1 << 16) | (x1 >>> 16)) ^ x0;
      x0 = (x0 + x1) | 0;
      x1 = ((x1 << 24) | (x1 >>> 8)) ^ x0;
    }
    const first = current;
    current = next;
    next = last;
    last = first;
    x0 = (x0 + current) | 0;
    x1 = (x1 + next + injection) | 0;
  }
  out[0] = x0;
  out[1] = x1;
}

import { checkedInteger, DataOrderError } from './order-error.js';
import { threefry2x32 } from './threefry.js';

/** Two words of 32 bits. */
export type RandomKey = readonly [number, number];

/** Where a {@link RandomStream} stands; survives JSON. */
export interface RandomStreamState {
  readonly key: RandomKey;
  /** Index of the next block. */
  readonly counter: number;
}

/** The block that was drawn last. One for all streams: it is read before anything else is drawn, and streams are made by the thousand. */
const block = new Uint32Array(2);

/**
 * Random numbers for the host, from a counter-based generator (Threefry-2x32-20). A stream is determined by its seed and
 * name, streams of different names are independent, and its whole state is a counter: every draw takes a whole number
 * of 64-bit blocks and keeps nothing back.
 */
export class RandomStream {
  readonly key: RandomKey;
  private counter = 0;

  /**
   * @param seed a safe integer
   * @param name what the numbers are for, e.g. `dropout`
   * @throws {DataOrderError} `invalid-argument` where the seed is no safe integer
   */
  constructor(seed: number, name: string) {
    this.key = randomKey(seed, name);
  }

  /** 32 random bits; takes one block. */
  uint32(): number {
    this.advance();
    return block[0]!;
  }

  /** Uniform on [0, 1), a multiple of 2⁻⁵³; takes one block. */
  uniform(): number {
    return this.bits53() * 2 ** -53;
  }

  /**
   * Uniform on the integers 0 … `bound` − 1, without bias: draws in the incomplete last period of `bound` are
   * rejected. Takes one block, with probability below `bound` / 2⁵³ another.
   * @throws {DataOrderError} `invalid-argument` where `bound` is no integer from 1 to 2⁵³ − 1
   */
  integer(bound: number): number {
    checkedInteger(bound, 'the bound of random integers', 1, Number.MAX_SAFE_INTEGER);
    const complete = 2 ** 53 - (2 ** 53 % bound);
    for (;;) {
      const bits = this.bits53();
      if (bits < complete) return bits % bound;
    }
  }

  /**
   * Standard normal, by the cosine half of Box and Muller's transform (Ann. Math. Stat. 29, 1958); takes two blocks. Within
   * ±8.57, where the transform of 53 bits ends. Bits agree wherever `Math.log` and `Math.cos` do, which ECMAScript leaves
   * to the engine.
   */
  normal(): number {
    // 1 − u lies in (0, 1], so that the logarithm is finite.
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  /** Index of the next block: how many were taken since the start of the stream. */
  get position(): number {
    return this.counter;
  }

  /**
   * Continues at block `position`, forwards or backwards, at no cost.
   * @throws {DataOrderError} `invalid-argument`
   */
  jump(position: number): void {
    this.counter = checkedInteger(position, 'the position in a random stream', 0, Number.MAX_SAFE_INTEGER);
  }

  state(): RandomStreamState {
    return { key: this.key, counter: this.counter };
  }

  /**
   * Continues exactly where `state` was taken.
   * @throws {DataOrderError} `state-mismatch` where the state is of a stream with another seed or name
   */
  restore(state: RandomStreamState): void {
    if (state.key[0] !== this.key[0] || state.key[1] !== this.key[1]) {
      const text = (key: RandomKey) => key.join(' ');
      const remedy = 'construct the stream with the seed and name it was saved with';
      throw new DataOrderError('state-mismatch', 'state of a random stream', `key ${text(this.key)}`, text(state.key), remedy);
    }
    this.jump(state.counter);
  }

  private bits53(): number {
    this.advance();
    return (block[0]! >>> 5) * 2 ** 26 + (block[1]! >>> 6);
  }

  private advance(): void {
    threefry2x32(this.key[0], this.key[1], this.counter, Math.floor(this.counter / 2 ** 32), block);
    this.counter += 1;
  }
}

/**
 * The key of the stream `name` under `seed`: Threefry of the name's hash under the seed.
 * @throws {DataOrderError} `invalid-argument` where the seed is no safe integer
 */
export function randomKey(seed: number, name: string): RandomKey {
  checkedInteger(seed, 'seed', Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  const hash = nameHash(name);
  threefry2x32(seed, Math.floor(seed / 2 ** 32), hash[0]!, hash[1]!, hash);
  return [hash[0]!, hash[1]!];
}

/**
 * 64-bit hash of a name's UTF-8 bytes: Threefry as the block cipher E in the construction of Matyas, Meyer and Oseas,
 * h ← E_h(m) ⊕ m, over blocks of eight bytes, the byte length last.
 */
function nameHash(name: string): Uint32Array {
  const { words, bytes, padded } = encoded(name);
  const hash = new Uint32Array(2);
  for (let position = 0; position < padded; position += 8) {
    const low = words.getUint32(position, true);
    const high = words.getUint32(position + 4, true);
    threefry2x32(hash[0]!, hash[1]!, low, high, hash);
    hash[0]! ^= low;
    hash[1]! ^= high;
  }
  threefry2x32(hash[0]!, hash[1]!, bytes, 0, hash);
  hash[0]! ^= bytes;
  return hash;
}

const encoder = new TextEncoder();
/** Where short names of ASCII are written: making arrays for each would take longer than hashing. */
const scratch = new DataView(new ArrayBuffer(128));

interface EncodedName {
  /** UTF-8, then zeros to a multiple of eight bytes. */
  readonly words: DataView;
  readonly bytes: number;
  readonly padded: number;
}

function encoded(name: string): EncodedName {
  const padded = Math.ceil(name.length / 8) * 8;
  if (padded > scratch.byteLength) return encodedAtLength(name);
  for (let at = 0; at < name.length; at++) {
    const code = name.charCodeAt(at);
    if (code > 127) return encodedAtLength(name);
    scratch.setUint8(at, code);
  }
  for (let at = name.length; at < padded; at++) scratch.setUint8(at, 0);
  return { words: scratch, bytes: name.length, padded };
}

function encodedAtLength(name: string): EncodedName {
  const utf8 = encoder.encode(name);
  const padded = new Uint8Array(Math.ceil(utf8.length / 8) * 8);
  padded.set(utf8);
  return { words: new DataView(padded.buffer), bytes: utf8.length, padded: padded.length };
}

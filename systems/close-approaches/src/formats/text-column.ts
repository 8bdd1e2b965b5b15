/** Many short texts in two arrays: their UTF-8 one after the other, and where each begins. A string each would cost three times as much. */
export class TextColumn implements Iterable<string> {
  constructor(
    /** One more than texts: the last is the end. */
    readonly offsets: Uint32Array,
    readonly content: Uint8Array,
  ) {}

  static of(texts: Iterable<string>): TextColumn {
    const builder = new TextColumnBuilder();
    for (const text of texts) builder.push(text);
    return builder.build();
  }

  /** So many texts, all empty. */
  static empty(count: number): TextColumn {
    return new TextColumn(new Uint32Array(count + 1), new Uint8Array(0));
  }

  get length(): number {
    return this.offsets.length - 1;
  }

  /** Whether all texts are empty. */
  get isBlank(): boolean {
    return this.content.length === 0;
  }

  /** The text at `index`, which must be there. */
  at(index: number): string {
    const [start, end] = [this.offsets[index]!, this.offsets[index + 1]!];
    return start === end ? '' : decoder.decode(this.content.subarray(start, end));
  }

  *[Symbol.iterator](): IterableIterator<string> {
    for (let index = 0; index < this.length; index++) yield this.at(index);
  }

  /** The first text for which `isWanted` holds, or −1. */
  findIndex(isWanted: (text: string) => boolean): number {
    for (let index = 0; index < this.length; index++) if (isWanted(this.at(index))) return index;
    return -1;
  }

  /** The texts at `indices`, in their order. */
  select(indices: ArrayLike<number>): TextColumn {
    const builder = new TextColumnBuilder();
    for (let k = 0; k < indices.length; k++) builder.push(this.at(indices[k]!));
    return builder.build();
  }

  /** Places of texts that stand before already, ascending. A table of places, by the texts' hashes, instead of a set of strings. */
  repeated(): Uint32Array {
    let size = 1024;
    while (size < 2 * this.length) size *= 2;
    const table = new Uint32Array(size);
    const found: number[] = [];
    for (let index = 0; index < this.length; index++) {
      let place = this.#hash(index) & (size - 1);
      while (table[place] !== 0 && !this.#isSame(table[place]! - 1, index)) place = (place + 1) & (size - 1);
      if (table[place] === 0) table[place] = index + 1;
      else found.push(index);
    }
    return Uint32Array.from(found);
  }

  /** Whether the text at `index` is digits alone. */
  isNumber(index: number): boolean {
    const [start, end] = [this.offsets[index]!, this.offsets[index + 1]!];
    for (let at = start; at < end; at++) if (this.content[at]! < 48 || this.content[at]! > 57) return false;
    return end > start;
  }

  /** FNV-1a, 32 bits. */
  #hash(index: number): number {
    let hash = 0x811c9dc5;
    for (let at = this.offsets[index]!; at < this.offsets[index + 1]!; at++) hash = Math.imul(hash ^ this.content[at]!, 0x01000193);
    return hash >>> 0;
  }

  #isSame(a: number, b: number): boolean {
    const [startA, startB] = [this.offsets[a]!, this.offsets[b]!];
    const length = this.offsets[a + 1]! - startA;
    if (length !== this.offsets[b + 1]! - startB) return false;
    for (let k = 0; k < length; k++) if (this.content[startA + k] !== this.content[startB + k]) return false;
    return true;
  }
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const encoder = new TextEncoder();
/** Rows and bytes that are made room for at a time. */
const [rowsAPiece, bytesAPiece] = [1 << 16, 1 << 19];

/** Gathers texts; pieces of one size are put together at the end, so that nothing is copied while it grows. */
export class TextColumnBuilder {
  readonly #ends: Uint32Array[] = [];
  readonly #pieces: { readonly bytes: Uint8Array; used: number }[] = [];
  #count = 0;
  #total = 0;

  get length(): number {
    return this.#count;
  }

  push(text: string): void {
    if (this.#count % rowsAPiece === 0) this.#ends.push(new Uint32Array(rowsAPiece));
    this.#total += text === '' ? 0 : this.#append(text);
    this.#ends.at(-1)![this.#count++ % rowsAPiece] = this.#total;
  }

  #append(text: string): number {
    let piece = this.#pieces.at(-1);
    // A code unit has three bytes at most.
    if (piece === undefined || piece.bytes.length - piece.used < 3 * text.length) {
      piece = { bytes: new Uint8Array(Math.max(bytesAPiece, 3 * text.length)), used: 0 };
      this.#pieces.push(piece);
    }
    const { written } = encoder.encodeInto(text, piece.bytes.subarray(piece.used));
    piece.used += written;
    return written;
  }

  build(): TextColumn {
    const offsets = new Uint32Array(this.#count + 1);
    this.#ends.forEach((ends, k) => offsets.set(ends.subarray(0, Math.min(rowsAPiece, this.#count - k * rowsAPiece)), k * rowsAPiece + 1));
    const content = new Uint8Array(this.#total);
    let at = 0;
    for (const { bytes, used } of this.#pieces) {
      content.set(bytes.subarray(0, used), at);
      at += used;
    }
    return new TextColumn(offsets, content);
  }
}

/** One number over the steps of a run, in the order of recording; grows at its end. */
export class Series {
  readonly name: string;
  #steps = new Float64Array(64);
  #values = new Float64Array(64);
  #count = 0;

  constructor(name: string) {
    this.name = name;
  }

  get count(): number {
    return this.#count;
  }

  /** Memory that it takes. */
  get bytes(): number {
    return this.#steps.byteLength + this.#values.byteLength;
  }

  push(step: number, value: number): void {
    if (this.#count === this.#steps.length) {
      this.#steps = enlarged(this.#steps);
      this.#values = enlarged(this.#values);
    }
    this.#steps[this.#count] = step;
    this.#values[this.#count++] = value;
  }

  /** Drops all points but the first `count`. */
  truncate(count: number): void {
    this.#count = Math.min(this.#count, count);
  }

  steps(from: number, to: number): Float64Array {
    return this.#steps.subarray(from, to);
  }

  values(from: number, to: number): Float64Array {
    return this.#values.subarray(from, to);
  }

  /** All steps, then all values, as little-endian float64. */
  toBytes(): Uint8Array<ArrayBuffer> {
    const both = new Float64Array(2 * this.#count);
    both.set(this.steps(0, this.#count));
    both.set(this.values(0, this.#count), this.#count);
    const bytes = new Uint8Array(both.buffer);
    return isLittleEndian ? bytes : swapped(bytes);
  }
}

const isLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

function swapped(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  Buffer.from(bytes.buffer).swap64();
  return bytes;
}

function enlarged(array: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(2 * array.length);
  larger.set(array);
  return larger;
}

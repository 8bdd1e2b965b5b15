import { terms } from './gauss-radau.js';

/**
 * The state of an integration by IAS15, a column a quantity: `width` numbers, one a component (x, y, z of every body in turn).
 * Coefficient k of component i is at k·width + i.
 */
export class RadauColumns {
  /** At the step's start: positions, velocities, accelerations. */
  readonly x: Float64Array;
  readonly v: Float64Array;
  readonly a: Float64Array;
  /** Parts of positions and velocities that summation has not added yet, with the opposite sign. */
  readonly restX: Float64Array;
  readonly restV: Float64Array;
  /** The same at a node. */
  readonly nodeX: Float64Array;
  readonly nodeV: Float64Array;
  readonly nodeA: Float64Array;
  /** What a node changes. */
  readonly change: Float64Array;
  /** Coefficients of powers, of Newton's form, as predicted, of the last step done; what the sums of b have lost. */
  readonly b: Float64Array;
  readonly g: Float64Array;
  readonly predicted: Float64Array;
  readonly done: Float64Array;
  readonly restB: Float64Array;

  /** In `buffer` from byte `start` on, or in a buffer of their own. */
  constructor(
    readonly width: number,
    buffer?: ArrayBufferLike,
    start = 0,
  ) {
    const memory = buffer ?? new ArrayBuffer(RadauColumns.bytes(width));
    let at = start;
    const take = (count: number): Float64Array => {
      const column = new Float64Array(memory, at, count * width);
      at += column.byteLength;
      return column;
    };
    [this.x, this.v, this.a, this.restX, this.restV] = [take(1), take(1), take(1), take(1), take(1)];
    [this.nodeX, this.nodeV, this.nodeA, this.change] = [take(1), take(1), take(1), take(1)];
    [this.b, this.g, this.predicted, this.done, this.restB] = [take(terms), take(terms), take(terms), take(terms), take(terms)];
  }

  /** Bytes of columns of a width. */
  static bytes(width: number): number {
    return Float64Array.BYTES_PER_ELEMENT * width * (9 + 5 * terms);
  }
}

/** What IAS15 does with its columns. All kinds give the same bits. */
export interface RadauArithmetic {
  readonly columns: RadauColumns;
  /** Positions and, where asked for, velocities at the fraction `h` of a step of `dt` days. */
  moveTo(h: number, dt: number, withVelocities: boolean): void;
  /** g_{n−1} from the accelerations at node n, and b with it. Returns the largest change of g_{n−1}. */
  correct(n: number): number;
  /** g from b. */
  newtonFromMonomial(): void;
  /** The polynomial `from` continued over a step `ratio` times as long, plus its last error. */
  predict(from: 'b' | 'done', ratio: number): void;
  /** Takes a step of `dt` days: positions and velocities at its end. */
  commit(dt: number): void;
}

/** `ratio`, its square, …, as many as there are coefficients. */
export function powersOf(ratio: number): number[] {
  const powers: number[] = [];
  for (let k = 0, power = ratio; k < terms; k++, power *= ratio) powers.push(power);
  return powers;
}

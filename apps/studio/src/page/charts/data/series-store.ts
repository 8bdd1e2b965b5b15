import { ExtentPyramid } from './extent-pyramid.js';
import { MovingAverage } from './moving-average.js';

/** Values of a series, measured or smoothed, and where they are least and greatest. */
export interface Channel {
  readonly values: Float64Array;
  readonly extremes: ExtentPyramid;
}

/** A series over the step, in typed arrays that grow; points at equal steps keep the order of recording. */
export class SeriesStore {
  #steps = new Float64Array(0);
  #values = new Float64Array(0);
  #length = 0;
  readonly #channels = new Map<string, DerivedChannel>();

  get length(): number {
    return this.#length;
  }

  /** Steps in ascending order; only the first `length` count. */
  get steps(): Float64Array {
    return this.#steps;
  }

  get values(): Float64Array {
    return this.#values;
  }

  append(steps: ArrayLike<number>, values: ArrayLike<number>): void {
    const before = this.#length;
    this.#reserve(before + steps.length);
    this.#steps.set(steps, before);
    this.#values.set(values, before);
    this.#length += steps.length;
    if (!isAscending(this.#steps, Math.max(1, before), this.#length)) this.#sort();
  }

  /** Position of the first point at or after `step`. */
  firstAt(step: number): number {
    return this.#bisect((other) => other < step);
  }

  /** Position of the first point after `step`. */
  firstAfter(step: number): number {
    return this.#bisect((other) => other <= step);
  }

  /** Position of the point nearest to `step`; -1 in an empty series. */
  nearest(step: number): number {
    const after = this.firstAt(step);
    if (after === 0) return this.#length === 0 ? -1 : 0;
    if (after === this.#length) return after - 1;
    return step - this.#steps[after - 1]! <= this.#steps[after]! - step ? after - 1 : after;
  }

  /**
   * The values as measured (`weight` 0) or as their exponential moving average; of a logarithmic axis only those above
   * 0 count as least and greatest. Only the last weight asked for is kept.
   */
  channel(weight: number, isLogarithmic: boolean): Channel {
    const name = `${weight > 0 ? 'smooth' : 'measured'} ${isLogarithmic ? 'log' : 'linear'}`;
    let channel = this.#channels.get(name);
    if (channel === undefined || channel.weight !== weight) {
      channel = new DerivedChannel(weight, isLogarithmic ? 0 : -Infinity);
      this.#channels.set(name, channel);
    }
    channel.update(this.#values, this.#length);
    return channel;
  }

  /** Position of the first point whose step is not `before`. */
  #bisect(before: (step: number) => boolean): number {
    let [low, high] = [0, this.#length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (before(this.#steps[middle]!)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #reserve(length: number): void {
    if (length <= this.#steps.length) return;
    const capacity = Math.max(length, 2 * this.#steps.length, 1024);
    this.#steps = grown(this.#steps, capacity);
    this.#values = grown(this.#values, capacity);
  }

  /** A study may record a step again, or count from the start in a second phase; an axis needs them in order. */
  #sort(): void {
    const order = Uint32Array.from({ length: this.#length }, (_, index) => index).sort(
      (a, b) => this.#steps[a]! - this.#steps[b]! || a - b,
    );
    this.#steps = Float64Array.from(order, (index) => this.#steps[index]!);
    this.#values = Float64Array.from(order, (index) => this.#values[index]!);
    this.#channels.clear();
  }
}

class DerivedChannel implements Channel {
  readonly weight: number;
  readonly extremes: ExtentPyramid;
  readonly #average: MovingAverage | undefined;
  #own: Float64Array = new Float64Array(0);
  #measured: Float64Array = new Float64Array(0);
  #length = 0;

  constructor(weight: number, floor: number) {
    this.weight = weight;
    this.extremes = new ExtentPyramid(floor);
    this.#average = weight > 0 ? new MovingAverage(weight) : undefined;
  }

  get values(): Float64Array {
    return this.#average === undefined ? this.#measured : this.#own;
  }

  update(measured: Float64Array, length: number): void {
    this.#measured = measured;
    if (this.#average !== undefined) {
      if (this.#own.length < length) this.#own = grown(this.#own, measured.length);
      for (let index = this.#length; index < length; index++) this.#own[index] = this.#average.next(measured[index]!);
    }
    this.#length = length;
    this.extremes.update(this.values, length);
  }
}

function isAscending(steps: Float64Array, from: number, to: number): boolean {
  for (let index = from; index < to; index++) if (steps[index]! < steps[index - 1]!) return false;
  return true;
}

function grown(array: Float64Array, capacity: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(capacity);
  larger.set(array);
  return larger;
}

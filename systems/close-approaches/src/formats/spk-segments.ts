import type { DafArray } from './daf.js';

/* Evaluation of SPK segments: states in km and km/s at TDB seconds past J2000. */

/** Writes x, y, z, vx, vy, vz at a time within the segment. */
export type SegmentEvaluator = (seconds: number, out: Float64Array) => void;

/** Numbers that a segment of a type must have by its own counts, or undefined where the counts make no sense. */
export function wordsOf({ type, data }: DafArray): number | undefined {
  const [last, before] = [data.at(-1) ?? NaN, data.at(-2) ?? NaN];
  if (!(Number.isSafeInteger(last) && last >= 1 && Number.isSafeInteger(before) && before >= 0)) return undefined;
  // Every hundredth epoch stands again in a directory; the last one not always.
  const epochs = last + Math.floor((last - 1) / directoryStep);
  if (type === 2 || type === 3) return before * last + 4;
  if (type === 13) return 6 * last + epochs + 2;
  return (4 * before + 11) * last + epochs + 2;
}

const directoryStep = 100;

/** The evaluator of a segment, or undefined for types that are not read here. */
export function segmentEvaluator(array: DafArray): SegmentEvaluator | undefined {
  switch (array.type) {
    case 2:
    case 3:
      return chebyshev(array.data, array.type);
    case 13:
      return hermite(array.data);
    case 21:
      return differences(array.data);
    default:
      return undefined;
  }
}

/** The first index whose value is not below `x`, in ascending `values[from .. from + count)`; the last where all are below. */
function firstNotBelow(values: Float64Array, from: number, count: number, x: number): number {
  let [low, high] = [0, count - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[from + middle]! >= x) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Types 2 (positions) and 3 (positions and velocities): Chebyshev series over equal intervals. */
function chebyshev(data: Float64Array, type: 2 | 3): SegmentEvaluator {
  const [init, interval, size, count] = data.subarray(data.length - 4) as unknown as [number, number, number, number];
  const terms = (size - 2) / (type === 2 ? 3 : 6);
  return (seconds, out) => {
    const record = Math.max(0, Math.min(count - 1, Math.floor((seconds - init) / interval)));
    const base = record * size;
    const [middle, radius] = [data[base]!, data[base + 1]!];
    const s = (seconds - middle) / radius;
    for (let k = 0; k < (type === 2 ? 3 : 6); k++) {
      // Clenshaw's recurrence for the series and its derivative.
      let [b1, b2, d1, d2] = [0, 0, 0, 0];
      for (let j = terms - 1; j >= 1; j--) {
        const c = data[base + 2 + k * terms + j]!;
        [d1, d2] = [2 * s * d1 - d2 + 2 * b1, d1];
        [b1, b2] = [2 * s * b1 - b2 + c, b1];
      }
      out[k] = s * b1 - b2 + data[base + 2 + k * terms]!;
      if (type === 2) out[k + 3] = (b1 + s * d1 - d2) / radius;
    }
  };
}

/** Type 13: Hermite interpolation of states at unequal steps, in a window of the nearest. */
function hermite(data: Float64Array): SegmentEvaluator {
  const count = data[data.length - 1]!;
  const window = Math.min(count, data[data.length - 2]! + 1);
  const epochs = 6 * count;
  const nodes = new Float64Array(2 * window);
  const table = new Float64Array(2 * window);
  return (seconds, out) => {
    const after = firstNotBelow(data, epochs, count, seconds);
    const start = Math.max(
      0,
      Math.min(count - window, after - Math.floor(window / 2) - (window % 2 === 1 && isNearerBefore(after) ? 1 : 0)),
    );
    for (let i = 0; i < window; i++) nodes[2 * i] = nodes[2 * i + 1] = data[epochs + start + i]!;
    for (let k = 0; k < 3; k++) {
      for (let i = 0; i < window; i++) table[2 * i] = table[2 * i + 1] = data[6 * (start + i) + k]!;
      // Divided differences with every node twice; a first difference at one node is the velocity.
      for (let order = 1; order < 2 * window; order++) {
        for (let i = 2 * window - 1; i >= order; i--) {
          const width = nodes[i]! - nodes[i - order]!;
          table[i] = width === 0 ? data[6 * (start + (i >> 1)) + 3 + k]! : (table[i]! - table[i - 1]!) / width;
        }
      }
      let [value, slope] = [table[2 * window - 1]!, 0];
      for (let i = 2 * window - 2; i >= 0; i--) {
        slope = slope * (seconds - nodes[i]!) + value;
        value = value * (seconds - nodes[i]!) + table[i]!;
      }
      out[k] = value;
      out[k + 3] = slope;
    }
    function isNearerBefore(index: number): boolean {
      return index > 0 && seconds - data[epochs + index - 1]! < data[epochs + index]! - seconds;
    }
  };
}

/**
 * Type 21: the acceleration as a Newton polynomial over past nodes, integrated twice from the state at the record's reference
 * epoch (Krogh's modified divided differences).
 */
function differences(data: Float64Array): SegmentEvaluator {
  const [largest, count] = [data[data.length - 2]!, data[data.length - 1]!];
  const size = 4 * largest + 11;
  const epochs = size * count;
  const [fc, wc, w] = [new Float64Array(largest + 3), new Float64Array(largest + 3), new Float64Array(2 * largest + 6)];
  const recur = (jx: number, ks: number): void => {
    for (let j = 1; j <= jx; j++) w[j + ks] = fc[j + 1]! * w[j + ks - 1]! - wc[j]! * w[j + ks]!;
  };
  return (seconds, out) => {
    const base = size * firstNotBelow(data, epochs, count, seconds);
    const delta = seconds - data[base]!;
    const steps = base + 1;
    const reference = steps + largest;
    const table = reference + 6;
    const orders = table + 3 * largest;
    const most = data[orders]!;
    fc[1] = 1;
    let tp = delta;
    for (let j = 1; j <= most - 2; j++) {
      const g = data[steps + j - 1]!;
      fc[j + 1] = tp / g;
      wc[j] = delta / g;
      tp = delta + g;
    }
    for (let j = 1; j <= most; j++) w[j] = 1 / j;
    // W_(j + ks) ← FC_(j + 1)·W_(j + ks − 1) − WC_j·W_(j + ks), for ever more j as ks falls.
    let jx = 0;
    for (let ks = most - 1; ks >= 2; ks--) recur(++jx, ks);
    const sum = (k: number, ks: number): number => {
      let total = 0;
      for (let j = data[orders + 1 + k]!; j >= 1; j--) total += data[table + k * largest + j - 1]! * w[j + ks]!;
      return total;
    };
    for (let k = 0; k < 3; k++) out[k] = data[reference + 2 * k]! + delta * (data[reference + 2 * k + 1]! + delta * sum(k, 1));
    recur(jx, 1);
    for (let k = 0; k < 3; k++) out[3 + k] = data[reference + 2 * k + 1]! + delta * sum(k, 0);
  };
}

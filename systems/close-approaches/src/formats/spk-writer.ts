import { auPerDayOfKmPerSecond, kmPerAu } from '../constants.js';
import { cos } from '../mathematics/index.js';
import type { StateVector } from '../planets/initial-states.js';
import type { DafArray } from './daf.js';
import { naif, secondsPastJ2000 } from './spk.js';

/** The motion of a body: state (au, au/d, ecliptic of J2000) at a JD (TDB). */
export type Trajectory = (jd: number) => StateVector;

export interface SegmentRequest {
  readonly name: string;
  readonly target: number;
  readonly center?: number;
  /** JD (TDB). */
  readonly start: number;
  readonly end: number;
  /** Days of one interval of types 2, 3 and 21, and between two states of type 13. */
  readonly intervalDays: number;
  readonly type: 2 | 3 | 13 | 21;
}

/** Chebyshev terms of an interval, states of a Hermite window, differences of a type 21 record. */
const chebyshevTerms = 14;
const hermiteWindow = 8;
const differenceOrder = 13;
const directoryStep = 100;

/** A segment that follows a trajectory, on axes of the ecliptic of J2000 (ECLIPJ2000). */
export function spkSegment(request: SegmentRequest, trajectory: Trajectory): DafArray {
  const [start, end] = [secondsPastJ2000(request.start), secondsPastJ2000(request.end)];
  const intervals = Math.max(1, Math.ceil((request.end - request.start) / request.intervalDays - 1e-9));
  const at: StateAt = (seconds) => {
    const state = trajectory(request.start + (seconds - start) / 86_400);
    return state.map((value, k) => (k < 3 ? value * kmPerAu : value / auPerDayOfKmPerSecond));
  };
  const width = (end - start) / intervals;
  const build = {
    2: () => chebyshevData(at, start, width, intervals, 2),
    3: () => chebyshevData(at, start, width, intervals, 3),
    13: () => hermiteData(at, start, width, intervals),
    21: () => differenceData(at, start, width, intervals),
  };
  return {
    name: request.name,
    start,
    end,
    target: request.target,
    center: request.center ?? naif.sun,
    frame: naif.eclipticJ2000,
    type: request.type,
    data: Float64Array.from(build[request.type]()),
  };
}

type StateAt = (seconds: number) => readonly number[];

/** Chebyshev's nodes on ±1 and the values of the series' terms there. */
const nodes = Array.from({ length: chebyshevTerms }, (_, k) => cos((Math.PI * (k + 0.5)) / chebyshevTerms));
const basis = nodes.map((_, k) => Array.from({ length: chebyshevTerms }, (_unused, j) => cos((Math.PI * j * (k + 0.5)) / chebyshevTerms)));

/** Coefficients of the series through values at the nodes. */
const chebyshevFit = (values: readonly number[]): number[] =>
  Array.from(
    { length: chebyshevTerms },
    (_, j) => ((j === 0 ? 1 : 2) / chebyshevTerms) * values.reduce((sum, value, k) => sum + value * basis[k]![j]!, 0),
  );

function chebyshevData(at: StateAt, start: number, width: number, intervals: number, type: 2 | 3): number[] {
  const components = type === 2 ? 3 : 6;
  const data: number[] = [];
  for (let i = 0; i < intervals; i++) {
    const middle = start + (i + 0.5) * width;
    const states = nodes.map((node) => at(middle + 0.5 * width * node));
    data.push(middle, 0.5 * width);
    for (let k = 0; k < components; k++) data.push(...chebyshevFit(states.map((state) => state[k]!)));
  }
  return [...data, start, width, 2 + components * chebyshevTerms, intervals];
}

function hermiteData(at: StateAt, start: number, width: number, intervals: number): number[] {
  const epochs = Array.from({ length: intervals + 1 }, (_, i) => start + i * width);
  return [
    ...epochs.flatMap((seconds) => at(seconds)),
    ...epochs,
    ...directory(epochs),
    Math.min(hermiteWindow, epochs.length) - 1,
    epochs.length,
  ];
}

/** Every hundredth epoch, the last left out where the count is a multiple. */
const directory = (epochs: readonly number[]): number[] => epochs.filter((_, i) => (i + 1) % directoryStep === 0 && i + 1 < epochs.length);

/**
 * Records of type 21: velocities are fitted over the interval, their derivative gives the acceleration at the end and at points before
 * it, and its divided differences there, each times its steps, are what a record holds.
 */
function differenceData(at: StateAt, start: number, width: number, intervals: number): number[] {
  const order = differenceOrder;
  const steps = Array.from({ length: order }, (_, j) => (width * (j + 1)) / order);
  const offsets = [0, ...steps.slice(0, order - 1).map((step) => -step)];
  const records: number[] = [];
  const epochs: number[] = [];
  for (let i = 0; i < intervals; i++) {
    const end = start + (i + 1) * width;
    const middle = end - 0.5 * width;
    const states = nodes.map((node) => at(middle + 0.5 * width * node));
    const reference = at(end);
    const table: number[] = [];
    for (let k = 0; k < 3; k++) {
      const series = chebyshevFit(states.map((state) => state[3 + k]!));
      const accelerations = offsets.map((offset) => chebyshevSlope(series, 1 + (2 * offset) / width) / (0.5 * width));
      table.push(...scaledDifferences(accelerations, offsets, steps));
    }
    records.push(end, ...steps, ...[0, 1, 2].flatMap((k) => [reference[k]!, reference[3 + k]!]), ...table, order + 1, order, order, order);
    epochs.push(end);
  }
  return [...records, ...epochs, ...directory(epochs), order, intervals];
}

/** Derivative of a Chebyshev series. */
function chebyshevSlope(series: readonly number[], s: number): number {
  let [b1, b2, d1, d2] = [0, 0, 0, 0];
  for (let j = series.length - 1; j >= 1; j--) {
    [d1, d2] = [2 * s * d1 - d2 + 2 * b1, d1];
    [b1, b2] = [2 * s * b1 - b2 + series[j]!, b1];
  }
  return b1 + s * d1 - d2;
}

/** Divided differences over `offsets`, the j-th times the first j of `steps`. */
function scaledDifferences(values: readonly number[], offsets: readonly number[], steps: readonly number[]): number[] {
  const table = [...values];
  for (let order = 1; order < table.length; order++) {
    for (let i = table.length - 1; i >= order; i--) table[i] = (table[i]! - table[i - 1]!) / (offsets[i]! - offsets[i - order]!);
  }
  let scale = 1;
  return table.map((value, j) => {
    if (j > 0) scale *= steps[j - 1]!;
    return value * scale;
  });
}

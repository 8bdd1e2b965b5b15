import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { DafArray } from '../../src/formats/daf.js';
import { SpkKernel } from '../../src/formats/spk.js';
import { segmentEvaluator } from '../../src/formats/spk-segments.js';
import type { StateVector } from '../../src/planets/initial-states.js';
import { propagate } from '../../src/propagation/propagation.js';
import { describePublished, publishedPath, tell } from './published-folder.js';

const isis = 'Caltech-IPAC+kete/docs/data/20000042.bsp';
const webb = 'B612-Asteroid-Institute+adam_core/src/adam_core/utils/tests/data/spice/jwst_horizons_20200101_20240101_v01.bsp';
const kernelOf = (path: string): SpkKernel => new SpkKernel(path, readFileSync(publishedPath(path)));

const stateAt = (segment: DafArray, seconds: number): Float64Array => {
  const out = new Float64Array(6);
  segmentEvaluator(segment)!(seconds, out);
  return out;
};
const length = (v: ArrayLike<number>, from: number): number => Math.hypot(v[from]!, v[from + 1]!, v[from + 2]!);

/** The largest difference of the positions' derivative, by seven points, from the velocities, as a share of them. */
function worstVelocity(segment: DafArray, step: number, times: readonly number[]): number {
  const weights = [-1 / 60, 9 / 60, -45 / 60, 0, 45 / 60, -9 / 60, 1 / 60];
  let worst = 0;
  for (const seconds of times) {
    const derivative = [0, 0, 0];
    weights.forEach((weight, j) => {
      const state = stateAt(segment, seconds + (j - 3) * step);
      for (let c = 0; c < 3; c++) derivative[c]! += (weight * state[c]!) / step;
    });
    const state = stateAt(segment, seconds);
    const difference = derivative.map((value, c) => value - state[3 + c]!);
    worst = Math.max(worst, length(difference, 0) / length(state, 3));
  }
  return worst;
}

const evenTimes = ({ start, end }: DafArray, count: number): number[] =>
  Array.from({ length: count - 1 }, (_, k) => start + ((end - start) * (k + 1)) / count);

describePublished('SPK of (42) Isis, type 21, seven segments', [isis], () => {
  const kernel = () => kernelOf(isis);

  test('velocities are the derivative of positions', () => {
    const worst = Math.max(...kernel().segments.map((segment) => worstVelocity(segment, 21_600, evenTimes(segment, 500))));
    tell('(42) Isis, derivative of positions against velocities, relative', worst);
    // Positions of 4e8 km have 6e-8 km; over 6 h that is 3e-12 km/s of 20.
    expect(worst).toBeLessThan(1e-10);
  });

  test('segments meet', () => {
    const segments = [...kernel().segments].sort((a, b) => a.start - b.start);
    expect(segments).toHaveLength(7);
    const gaps = segments.slice(1).map((segment, k) => {
      expect(segment.start).toBe(segments[k]!.end);
      const [before, after] = [stateAt(segments[k]!, segment.start), stateAt(segment, segment.start)];
      return length(
        before.map((value, c) => value - after[c]!),
        0,
      );
    });
    tell('(42) Isis, gap at the boundaries of segments, km', Math.max(...gaps));
    // A centimetre.
    expect(Math.max(...gaps)).toBeLessThan(1e-5);
  });

  test('states follow from each other by IAS15', () => {
    const own = kernel();
    const start = 2_451_545;
    const spans = [100, 365.25, 3652.5];
    const [states] = propagate(
      [{ name: 'Isis', state: own.state(20_000_042, start).state }],
      start,
      spans.map((days) => start + days),
    ) as [StateVector[]];
    const errors = spans.map((days, k) => {
      const { state } = own.state(20_000_042, start + days);
      return length(
        states[k]!.map((value, c) => value - state[c]!),
        0,
      );
    });
    spans.forEach((days, k) => tell(`(42) Isis after ${days} d, au`, errors[k]!));
    // What the asteroids attract, of which there are none here, grows with the square of time: 1e-8 au in a year.
    expect(errors[0]).toBeLessThan(2e-9);
    expect(errors[1]).toBeLessThan(3e-8);
    expect(errors[2]).toBeLessThan(1e-6);
  });

  test('times outside are refused, with the span', () => {
    const own = kernel();
    const [start, end] = own.span(20_000_042);
    for (const jd of [start - 1, end + 1])
      expect(() => own.state(20_000_042, jd)).toThrow(`from JD ${start} (1900-01-01) to JD ${end} (2030-01-01)`);
    for (const jd of [start, end]) expect(own.state(20_000_042, jd).center).toBe(10);
  });
});

describePublished('SPK of the James Webb Space Telescope, type 13', [webb], () => {
  test('velocities are the derivative of positions', () => {
    const segment = kernelOf(webb).segments[0]!;
    const count = segment.data.at(-1)!;
    const epochs = segment.data.subarray(6 * count, 7 * count);
    // Between two epochs a day apart the path is one polynomial; at the epochs the telescope's own path is not smooth.
    const middles = Array.from({ length: count - 1 }, (_, k) => 0.5 * (epochs[k]! + epochs[k + 1]!));
    const worst = worstVelocity(segment, 1800, middles);
    tell('James Webb Space Telescope, derivative of positions against velocities, relative', worst);
    expect(worst).toBeLessThan(1e-10);
  });

  test('states at the epochs are those stored', () => {
    const { data, end } = kernelOf(webb).segments[0]!;
    const count = data.at(-1)!;
    for (let k = 0; k < count; k += 97) {
      const [seconds, stored] = [data[6 * count + k]!, data.subarray(6 * k, 6 * k + 6)];
      if (seconds > end) continue;
      const state = stateAt(kernelOf(webb).segments[0]!, seconds);
      expect(
        length(
          state.map((value, c) => value - stored[c]!),
          0,
        ),
      ).toBeLessThan(1e-6);
    }
  });
});

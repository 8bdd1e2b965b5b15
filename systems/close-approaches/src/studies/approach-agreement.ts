import { auPerDayOfKmPerSecond, kmPerAu } from '../constants.js';
import { dateText } from '../orbit/time.js';
import { otherBodies } from '../planets/bodies.js';
import { summaryOf } from '../statistics/histogram.js';
import { uniformityTest } from '../statistics/kolmogorov-smirnov.js';
import { type ComparedApproach, errorOf } from './approach-matching.js';

/** What an integration from published elements must reproduce: au, d. */
const tolerances = { distance: 1e-6, time: 1e-3 };

/** Columns of a table of compared approaches: days, au, km/s. */
export const approachColumns = {
  designation: 'utf8',
  outcome: 'utf8',
  solution: 'utf8',
  time: 'float64',
  time_error: 'float64',
  time_bound: 'float64',
  distance: 'float64',
  distance_error: 'float64',
  distance_bound: 'float64',
  speed: 'float64',
  speed_error: 'float64',
} as const;

/** An approach as a row of that table. */
export function rowOf(approach: ComparedApproach) {
  const { designation, outcome, row, own, sameSolution } = approach;
  const error = errorOf(approach);
  return {
    designation,
    outcome,
    solution: sameSolution ? 'same solution' : 'another solution',
    time: own?.time ?? row!.time,
    time_error: Math.abs(error?.time ?? NaN),
    time_bound: error?.timeBound ?? NaN,
    distance: own?.distance ?? row!.distance,
    distance_error: Math.abs(error?.distance ?? NaN),
    distance_bound: error?.distanceBound ?? NaN,
    speed: own === undefined ? row!.speed : own.speed / auPerDayOfKmPerSecond,
    speed_error: Math.abs(error?.speed ?? NaN),
  };
}

/** What is told of each approach that is missing on one side, or differs by more than the tolerances. */
export function missesOf(compared: readonly ComparedApproach[]): string[] {
  return compared.flatMap((approach) => {
    const { designation, outcome, row, own, sameSolution } = approach;
    const when = dateText(row?.time ?? own!.time);
    if (outcome !== 'matched') return [`${designation}, ${when}: ${outcome}`];
    if (isExact(approach)) return [];
    const { distance, time } = errorOf(approach)!;
    const why = sameSolution ? 'the same solution' : 'another solution than the table';
    const size = isBounded(approach) ? 'within' : 'beyond';
    return [
      `${designation}, ${when}: ${distance.toExponential(1)} au, ${time.toExponential(1)} d from the table, ${size} its 3 sigma; ${why}`,
    ];
  });
}

const isExact = (approach: ComparedApproach): boolean => {
  const { distance, time } = errorOf(approach)!;
  return Math.abs(distance) <= tolerances.distance && Math.abs(time) <= tolerances.time;
};

/** Whether an approach differs from its row by no more than the row's own uncertainty, or the tolerances where that is less. */
const isBounded = (approach: ComparedApproach): boolean => {
  const { distance, time, distanceBound, timeBound } = errorOf(approach)!;
  const largest = (bound: number, tolerance: number): number => (bound > tolerance ? bound : tolerance);
  return Math.abs(distance) <= largest(distanceBound, tolerances.distance) && Math.abs(time) <= largest(timeBound, tolerances.time);
};

/** Numbers of rows by outcome, how well the matched ones agree, and what the approaches are like. */
export function resultsOf(compared: readonly ComparedApproach[], within: number, years: number): Record<string, number> {
  const rows = compared.filter(({ row }) => row !== undefined);
  const matched = rows.filter(({ outcome }) => outcome === 'matched');
  const own = compared.flatMap((approach) => (approach.own !== undefined && approach.own.distance < within ? [approach.own] : []));
  const [same, other] = [matched.filter(({ sameSolution }) => sameSolution), matched.filter(({ sameSolution }) => !sameSolution)];
  const worst = (group: readonly ComparedApproach[], of: 'distance' | 'time' | 'speed'): number =>
    group.reduce((most, approach) => Math.max(most, Math.abs(errorOf(approach)![of])), 0);
  const middle = (group: readonly ComparedApproach[], of: 'distance' | 'time'): number =>
    summaryOf(group.map((approach) => Math.abs(errorOf(approach)![of]))).median;
  const speeds = own.map(({ speed }) => speed / auPerDayOfKmPerSecond);
  const earthGm = otherBodies.earth;
  const atInfinity = own.map(
    ({ speed, distance }) => Math.sqrt(Math.max(0, speed * speed - (2 * earthGm) / distance)) / auPerDayOfKmPerSecond,
  );
  return {
    rows: rows.length,
    matched: matched.length,
    'rows without orbit': rows.filter(({ outcome }) => outcome === 'no orbit').length,
    'rows beyond the MOID': rows.filter(({ outcome }) => outcome === 'moid too large').length,
    'rows not found': rows.filter(({ outcome }) => outcome === 'no approach found').length,
    'not in the table': compared.length - rows.length,
    'same solution': same.length,
    'same solution, within tolerances': same.filter(isExact).length,
    'same solution, within 3 sigma': same.filter(isBounded).length,
    'same solution: median distance error, au': middle(same, 'distance'),
    'same solution: largest distance error, au': worst(same, 'distance'),
    'same solution: median time error, d': middle(same, 'time'),
    'same solution: largest time error, d': worst(same, 'time'),
    'same solution: largest speed error, km/s': worst(same, 'speed'),
    'other solution': other.length,
    'other solution, within tolerances': other.filter(isExact).length,
    'other solution, within 3 sigma': other.filter(isBounded).length,
    'a year, table': rows.length / years,
    'a year, computed': own.length / years,
    'nearest, km': own.reduce((least, { distance }) => Math.min(least, distance * kmPerAu), Infinity),
    'mean speed, km/s': summaryOf(speeds).mean,
    'mean speed at infinity, km/s': summaryOf(atInfinity).mean,
    'p of miss distances against r²': uniformityTest(own.map(({ distance }) => (distance / within) ** 2)).pValue,
  };
}

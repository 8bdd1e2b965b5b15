import { terrestrialPlanets } from '../planets/bodies.js';
import type { ApproachStatistics, Estimate, PlanetStatistics } from '../statistics/approach-statistics.js';
import { fewestClusters } from '../statistics/clustered-test.js';
import type { DistributionTest } from '../statistics/kolmogorov-smirnov.js';
import type { ObservedComparison } from '../statistics/observed-approaches.js';

const number = (value: number): string =>
  Number.isNaN(value) ? '–' : value !== 0 && Math.abs(value) < 1e-3 ? value.toExponential(2) : value.toPrecision(4);
const interval = ([low, high]: readonly [number, number]): string => `${number(low)} to ${number(high)}`;
const estimate = ({ value, interval: limits }: Estimate): string => `${number(value)} (${interval(limits)})`;

/** Statistics as lines for a reader. Intervals are of 95 %. */
export function statisticsLines({ span, planets, crossPlanet, transfers }: ApproachStatistics, observed?: ObservedComparison): string[] {
  const names = terrestrialPlanets.map((name) => name.padStart(10)).join('');
  return [
    `Years ${number(span.from)} to ${number(span.to)} of the run.`,
    ...planets.flatMap(planetLines),
    '',
    `Asteroids that approach two planets ${names}`,
    ...crossPlanet.map((row, k) => `${terrestrialPlanets[k]!.padStart(35)} ${row.map((value) => number(value).padStart(10)).join('')}`),
    `transfers from planet to planet      ${transfers.length}`,
    ...(observed === undefined ? [] : observedLines(observed)),
  ];
}

function planetLines({
  planet,
  criticalDistance,
  frequency,
  numbers,
  sensitivity,
  missDistances,
  speeds,
  theory,
  impactsPerYear,
}: PlanetStatistics): string[] {
  const head = [
    '',
    `${planet}, within ${number(criticalDistance)} au: ${frequency.events} approaches of ${frequency.contributors} asteroids`,
  ];
  const counts = [
    `  a year               ${estimate({ value: frequency.perYear, interval: frequency.interval })}; were they independent ${interval(frequency.poissonInterval)}`,
    `  number ever          ${estimate(numbers.ever)}`,
    `  number standing      ${estimate(numbers.standing)}`,
    `  number in a window   ${estimate(numbers.window)}`,
  ];
  if (frequency.events === 0) return [...head, ...counts];
  return [
    ...head,
    ...counts,
    `  as many even contributors  ${number(frequency.effectiveContributors)}`,
    `  a year, from year …  ${sensitivity.map(({ from, perYear }) => `${number(from)}: ${number(perYear)}`).join(', ')}`,
    `  miss distances       p = ${number(missDistances.plain.pValue)} against r², ${number(missDistances.focused.pValue)} with focusing, were they independent`,
    `                       p = ${number(missDistances.first.pValue)} of the first of each asteroid (${missDistances.first.count}), ${byDrawing(missDistances.clustered)}`,
    `  speed, km/s          mean ${number(speeds.relative.mean)}, at infinity ${number(speeds.atInfinity.mean)}`,
    `  speed over Öpik's    median ${number(theory.speedRatio.median)}, ${number(100 * theory.withinTolerance)} % within the tolerance`,
    `  impacts a year       ${number(impactsPerYear)}`,
  ];
}

const byDrawing = ({ count, pValue }: DistributionTest): string =>
  Number.isNaN(pValue) ? `none by drawing asteroids: ${count} are too few, of ${fewestClusters}` : `${number(pValue)} by drawing asteroids`;

const observedLines = ({
  counted,
  withoutMagnitude,
  years,
  perYear,
  interval: limits,
  ratio,
  speeds,
  distances,
}: ObservedComparison): string[] => [
  '',
  `Observed at the Earth: ${counted} in ${number(years)} yr, ${number(perYear)} a year (${interval(limits)}); ${withoutMagnitude} without magnitude left out`,
  `  simulated over observed  ${number(ratio)}`,
  `  speed, km/s              observed mean ${number(speeds.observed.mean)}, simulated ${number(speeds.simulated.mean)}, p = ${number(speeds.test.pValue)}, ${number(speeds.first.pValue)} with the first of each asteroid`,
  `  observed distances       p = ${number(distances.pValue)} against r²`,
];

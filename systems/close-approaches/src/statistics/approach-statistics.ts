import { auPerDayOfKmPerSecond } from '../constants.js';
import { planets, type TerrestrialPlanet, terrestrialPlanets } from '../planets/bodies.js';
import { ApproachTable } from './approach-table.js';
import { type Approach, approachTimes, type SampleWeights, type Span, yearsSince } from './approach-times.js';
import { bootstrapIntervals, type BootstrapOptions } from './bootstrap.js';
import { type CriticalDistances, fiveHillRadii, requireCriticalDistances } from './critical-distances.js';
import { crossPlanetTable, type Transfer, transfers } from './cross-planet.js';
import { summarizeTheory, type TheorySummary } from './encounter-theory.js';
import { type Frequency, frequencyOf, weightedCounts } from './frequency.js';
import type { Interval } from './garwood.js';
import { type Summary, summaryOf } from './histogram.js';
import type { DistributionTest } from './kolmogorov-smirnov.js';
import { type IndependentTests, impactRate, independentMissDistanceTests, missDistanceTest } from './miss-distances.js';
import { defaultLongestGap, defaultWindow, everShare, requireSpan, standingShare, windowShare } from './population-counts.js';

/** Approaches of a run and whom its particles stand for. */
export interface ApproachSample {
  readonly events: Iterable<Approach>;
  readonly weights: SampleWeights;
  /** JD (TDB) of the start of the run, and its length in years. */
  readonly start: number;
  readonly years: number;
}

export interface StatisticsOptions extends BootstrapOptions {
  /** Years since the start. Default from a fifth of the run, when the flow has settled, to its end. */
  readonly span?: Span;
  /** yr. Default 10 000. */
  readonly longestGap?: number;
  /** yr. Default 300. */
  readonly window?: number;
  /** Longest transfer, yr. Default 10. */
  readonly longestTransfer?: number;
  /** Default five Hill radii. */
  readonly criticalDistances?: CriticalDistances;
}

/** An estimate with its interval by bootstrap over asteroids. */
export interface Estimate {
  readonly value: number;
  readonly interval: Interval;
}

/** What a run tells of one planet. */
export interface PlanetStatistics {
  readonly planet: TerrestrialPlanet;
  readonly criticalDistance: number;
  readonly frequency: Frequency & { readonly interval: Interval };
  /** Asteroids that ever approach, that stand as close-approach objects at a time, and that approach within a window. */
  readonly numbers: { readonly ever: Estimate; readonly standing: Estimate; readonly window: Estimate };
  /** f with the span begun at other shares of the run: what it owes to the choice. */
  readonly sensitivity: readonly { readonly from: number; readonly perYear: number }[];
  /**
   * (r_min/r_crit)² against uniform; with the planet's focusing taken into account; and so without taking the approaches of one asteroid
   * as independent.
   */
  readonly missDistances: { readonly plain: DistributionTest; readonly focused: DistributionTest } & IndependentTests;
  /** km/s. */
  readonly speeds: { readonly relative: Summary; readonly atInfinity: Summary };
  readonly theory: TheorySummary;
  /** Collisions a year of the asteroids that the sample stands for. */
  readonly impactsPerYear: number;
}

export interface ApproachStatistics {
  readonly span: Span;
  readonly planets: readonly PlanetStatistics[];
  /** Asteroids by weight that approach both of two planets, Mercury to Mars. */
  readonly crossPlanet: readonly (readonly number[])[];
  readonly transfers: readonly Transfer[];
}

/** Shares of the run at which the span begins in the table of sensitivity. */
const startShares = [0, 0.1, 0.2, 0.3, 0.5];

/**
 * Numbers of close-approach objects, frequencies, distributions and checks for Mercury to Mars.
 * @throws {StatisticsError} `argument`, `particle`
 */
export function approachStatistics(sample: ApproachSample, options: StatisticsOptions = {}): ApproachStatistics {
  const { years, start, weights } = sample;
  const { span = { from: 0.2 * years, to: years }, criticalDistances = fiveHillRadii, longestTransfer = 10 } = options;
  requireSpan(span);
  requireCriticalDistances(criticalDistances);
  const events = ApproachTable.of(sample.events).filter(
    ({ planet, rMin }) => planet < terrestrialPlanets.length && rMin < criticalDistances[terrestrialPlanets[planet]!],
  );
  const inSpan = events.filter((event) => yearsSince(event, start) > span.from && yearsSince(event, start) <= span.to);
  return {
    span,
    planets: terrestrialPlanets.map((planet, place) =>
      planetStatistics({ ...sample, events }, { ...options, span, criticalDistance: criticalDistances[planet] }, place),
    ),
    crossPlanet: crossPlanetTable(inSpan, weights, terrestrialPlanets.length),
    transfers: transfers(inSpan, start, longestTransfer),
  };
}

function planetStatistics(
  { events, weights, start, years }: ApproachSample & { readonly events: ApproachTable },
  options: StatisticsOptions & { readonly span: Span; readonly criticalDistance: number },
  place: number,
): PlanetStatistics {
  const { span, criticalDistance, longestGap = defaultLongestGap, window = defaultWindow, level = 0.95 } = options;
  const length = requireSpan(span);
  const { gm, radius } = planets[place]!;
  const times = approachTimes(events, place, start, weights.weight.length);
  const own = events.filter(
    (event) => event.planet === place && yearsSince(event, start) > span.from && yearsSince(event, start) <= span.to,
  );
  const shares = (share: (years: Float64Array) => number): Float64Array => {
    const values = new Float64Array(weights.weight.length);
    for (const [particle, particleTimes] of times) values[particle] = weights.weight[particle]! * share(particleTimes);
    return values;
  };
  const contributions = [
    weightedCounts(times, weights, span).map((count) => count / length),
    shares((particleTimes) => everShare(particleTimes, { from: 0, to: years })),
    shares((particleTimes) => standingShare(particleTimes, span, longestGap)),
    shares((particleTimes) => windowShare(particleTimes, span, window)),
  ];
  const intervals = bootstrapIntervals(contributions, weights, options);
  const estimate = (k: number): Estimate => ({ value: contributions[k]!.reduce((sum, value) => sum + value, 0), interval: intervals[k]! });
  const kmPerSecond = (speed: number): number => speed / auPerDayOfKmPerSecond;
  return {
    planet: terrestrialPlanets[place]!,
    criticalDistance,
    frequency: { ...frequencyOf(times, weights, span, level), interval: intervals[0]! },
    numbers: { ever: estimate(1), standing: estimate(2), window: estimate(3) },
    sensitivity: startShares
      .map((share) => share * years)
      .filter((from) => from < span.to)
      .map((from) => ({ from, perYear: frequencyOf(times, weights, { from, to: span.to }, level).perYear })),
    missDistances: {
      plain: missDistanceTest(own, criticalDistance),
      focused: missDistanceTest(own, criticalDistance, gm),
      ...independentMissDistanceTests(own, weights.asteroid, criticalDistance, gm, options),
    },
    speeds: {
      relative: summaryOf(own.values(({ vRel }) => kmPerSecond(vRel))),
      atInfinity: summaryOf(own.values(({ vInf }) => kmPerSecond(vInf))),
    },
    theory: summarizeTheory(own),
    impactsPerYear: impactRate(own, weights.weight, { gm, radius }, criticalDistance, length),
  };
}

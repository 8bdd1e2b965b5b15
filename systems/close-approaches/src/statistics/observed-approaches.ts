import { auPerDayOfKmPerSecond, daysPerYear } from '../constants.js';
import { ApproachTable } from './approach-table.js';
import type { Approach } from './approach-times.js';
import { garwoodInterval, type Interval } from './garwood.js';
import { type Summary, summaryOf } from './histogram.js';
import { type DistributionTest, twoSampleTest, uniformityTest } from './kolmogorov-smirnov.js';
import { firstApproaches } from './miss-distances.js';
import { StatisticsError } from './statistics-error.js';

/** A row of a table of observed approaches: au, km/s, JD (TDB); NaN where a magnitude is not known. */
export interface ObservedApproach {
  readonly body: string;
  readonly time: number;
  readonly distance: number;
  readonly speed: number;
  readonly absoluteMagnitude: number;
}

export interface ObservedComparison {
  /** Rows that count: of the planet, bright enough, near enough, with a magnitude. */
  readonly counted: number;
  /** Rows without magnitude, left out. */
  readonly withoutMagnitude: number;
  /** First to last row, yr. */
  readonly years: number;
  readonly perYear: number;
  readonly interval: Interval;
  /** Simulated frequency over observed. */
  readonly ratio: number;
  /** Speeds relative to the planet, km/s. */
  readonly speeds: {
    readonly observed: Summary;
    readonly simulated: Summary;
    /** As if approaches of one asteroid were independent, and with the first of each alone. */
    readonly test: DistributionTest;
    readonly first: DistributionTest;
  };
  /** Observed (r/r_crit)² against uniform. */
  readonly distances: DistributionTest;
}

export interface ComparisonOptions {
  /** As in the table, case aside. Default `Earth`. */
  readonly planet?: string;
  /** Faintest magnitude that counts. Default 22. */
  readonly faintest?: number;
  /** au. Default 0.05. */
  readonly criticalDistance?: number;
  /** The asteroid that each particle is; each its own where absent. */
  readonly asteroid?: ArrayLike<number>;
}

/**
 * Simulated approaches to a planet beside the observed ones.
 * @param simulated those to the planet, within the critical distance
 * @param perYear simulated frequency
 * @throws {StatisticsError} `argument` where fewer than two rows count, so that they span no time
 */
export function compareWithObserved(
  rows: readonly ObservedApproach[],
  simulated: Iterable<Approach>,
  perYear: number,
  { planet = 'Earth', faintest = 22, criticalDistance = 0.05, asteroid }: ComparisonOptions = {},
): ObservedComparison {
  const near = rows.filter(({ body, distance }) => body.toLowerCase() === planet.toLowerCase() && distance < criticalDistance);
  const counted = near.filter(({ absoluteMagnitude }) => absoluteMagnitude <= faintest);
  const times = rows.map(({ time }) => time);
  const years = times.length < 2 ? 0 : (times.reduce((a, b) => Math.max(a, b)) - times.reduce((a, b) => Math.min(a, b))) / daysPerYear;
  if (counted.length === 0 || years === 0) {
    throw new StatisticsError(
      'argument',
      `observed approaches: expected rows of ${planet} within ${criticalDistance} au and H ≤ ${faintest} that span some time, got ${counted.length} of ${rows.length} over ${years} yr; give a longer table`,
    );
  }
  const [low, high] = garwoodInterval(counted.length);
  const observedSpeeds = counted.map(({ speed }) => speed);
  const table = ApproachTable.of(simulated);
  const first = firstApproaches(table, asteroid ?? identity(table));
  const simulatedSpeeds = table.values(({ vRel }) => vRel / auPerDayOfKmPerSecond);
  return {
    counted: counted.length,
    withoutMagnitude: near.filter(({ absoluteMagnitude }) => Number.isNaN(absoluteMagnitude)).length,
    years,
    perYear: counted.length / years,
    interval: [low / years, high / years],
    ratio: (perYear * years) / counted.length,
    speeds: {
      observed: summaryOf(observedSpeeds),
      simulated: summaryOf(simulatedSpeeds),
      test: twoSampleTest(observedSpeeds, simulatedSpeeds),
      first: twoSampleTest(
        observedSpeeds,
        Float64Array.from(first, (row) => simulatedSpeeds[row]!),
      ),
    },
    distances: uniformityTest(counted.map(({ distance }) => (distance / criticalDistance) ** 2)),
  };
}

const identity = ({ particle }: ApproachTable): Uint32Array =>
  Uint32Array.from({ length: 1 + particle.reduce((a, b) => Math.max(a, b), 0) }, (_, k) => k);

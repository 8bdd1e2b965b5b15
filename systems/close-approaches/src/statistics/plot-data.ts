import { auPerDayOfKmPerSecond } from '../constants.js';
import { type TerrestrialPlanet, terrestrialPlanets } from '../planets/bodies.js';
import { ApproachTable } from './approach-table.js';
import { type Approach, type SampleWeights, type Span, yearsSince } from './approach-times.js';
import type { CriticalDistances } from './critical-distances.js';
import { type Histogram, histogram } from './histogram.js';
import type { ObservedApproach } from './observed-approaches.js';

/** Data of the figures for one planet; counts are asteroids' approaches by weight. */
export interface PlanetPlots {
  readonly planet: TerrestrialPlanet;
  /** r_min/r_crit, 0 to 1. */
  readonly missDistances: Histogram;
  /** Relative to the planet, km/s. */
  readonly speeds: Histogram;
  /** Of observed approaches, by the same edges; of the Earth, where a table is given. */
  readonly observedSpeeds?: Histogram;
  /** Approaches a year in twenty parts of the span. */
  readonly frequency: Histogram;
}

/** Bins of the speeds: 1 km/s each to 60, beyond which bound orbits hardly meet Earth and Mars. */
const speedBins = 60;

/** Histograms for the figures. `observed`: rows that count, of the Earth. */
export function plotData(
  events: Iterable<Approach>,
  { weight }: SampleWeights,
  { span, start, criticalDistances }: { readonly span: Span; readonly start: number; readonly criticalDistances: CriticalDistances },
  observed: readonly ObservedApproach[] = [],
): PlanetPlots[] {
  const inSpan = ApproachTable.of(events).filter((event) => yearsSince(event, start) > span.from && yearsSince(event, start) <= span.to);
  return terrestrialPlanets.map((planet, place) => {
    const own = inSpan.filter((event) => event.planet === place && event.rMin < criticalDistances[planet]);
    const weights = own.values(({ particle }) => weight[particle]!);
    const of = (value: (event: Approach) => number, from: number, to: number, bins: number) =>
      histogram(own.values(value), weights, from, to, bins);
    const perYear = of((event) => yearsSince(event, start), span.from, span.to, 20);
    const speeds = observed.map(({ speed }) => speed);
    return {
      planet,
      missDistances: of(({ rMin }) => rMin / criticalDistances[planet], 0, 1, 20),
      speeds: of(({ vRel }) => vRel / auPerDayOfKmPerSecond, 0, speedBins, speedBins),
      ...(planet === 'earth' &&
        speeds.length > 0 && {
          observedSpeeds: histogram(
            speeds,
            speeds.map(() => 1),
            0,
            speedBins,
            speedBins,
          ),
        }),
      frequency: { ...perYear, counts: perYear.counts.map((count) => (20 * count) / (span.to - span.from)) },
    };
  });
}

import { type TerrestrialPlanet, terrestrialPlanets } from '@sardonyx/close-approaches/mechanics';
import { type CloseApproachRow, criticalDistance, planetTitle } from '../data/close-approach.js';
import { boundsOf, type Histogram, histogramOf } from './histogram.js';
import type { HistogramFigure } from './histogram-figure.js';

/** How smallest distances and speeds of close approaches are distributed, planet by planet. */
export function approachDistributions(
  rows: readonly CloseApproachRow[],
  present: readonly TerrestrialPlanet[],
): { readonly distances: HistogramFigure; readonly speeds: HistogramFigure } {
  const groupsOf = (value: (row: CloseApproachRow) => number, low: number, high: number, bins: number): HistogramFigure['groups'] =>
    present.map((planet) => {
      const own = rows.filter((row) => row.planet === planet).map(value);
      // A planet has the same colour in every figure.
      const colour = terrestrialPlanets.indexOf(planet);
      return { name: planetTitle(planet), colour, histogram: asShares(histogramOf(own, low, high, bins)) };
    });
  const [, fastest] = boundsOf(
    rows.map(({ vRel }) => vRel),
    5,
  );
  const distances: HistogramFigure = {
    title: 'Smallest distances',
    xLabel: 'r_min / r_crit',
    isShare: true,
    yLabel: 'share of approaches',
    groups: groupsOf((row) => row.rMin / criticalDistance(row.planet), 0, 1, 20),
    expected: {
      name: 'even stream',
      heights: ({ edges, counts }) => counts.map((_, bin) => edges[bin + 1]! ** 2 - edges[bin]! ** 2),
    },
  };
  const speeds: HistogramFigure = {
    title: 'Speeds',
    xLabel: 'v_rel (km/s)',
    isShare: true,
    yLabel: 'share of approaches',
    groups: groupsOf(({ vRel }) => vRel, 0, fastest, Math.max(8, Math.round(fastest / 2))),
  };
  return { distances, speeds };
}

function asShares({ edges, counts, outside }: Histogram): Histogram {
  const total = Math.max(
    1,
    counts.reduce((sum, count) => sum + count, outside),
  );
  return { edges, counts: counts.map((count) => count / total), outside };
}

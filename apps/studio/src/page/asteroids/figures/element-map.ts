import * as Plot from '@observablehq/plot';
import { seriesColour } from '@sardonyx/study/figures';
import { crossingCurves } from '../orbits/crossing-curves.js';
import { planetOrbits } from '../orbits/planet-orbits.js';
import { resonanceGaps } from '../orbits/resonance-gaps.js';
import type { Density } from './density.js';
import { drawn } from './drawn-figure.js';
import type { FigureSize } from './figure-size.js';

/** Cividis without its darkest and lightest ends, which vanish on one of the two grounds. */
const cellColours = ['#2a4b7c', '#575d6d', '#7d7c78', '#a59c74', '#d2bc5f', '#f7dd4a'];

const crossed = planetOrbits
  .slice(0, 5)
  .map(({ title, elements: { semiMajorAxis, eccentricity } }) => ({ name: title, semiMajorAxis, eccentricity }));

/** What is drawn over the a of bodies. */
export interface ElementMap {
  readonly density: Density;
  readonly element: 'e' | 'i';
}

/** Number density over a and e, or a and i, with the gaps; over e with the curves beyond which orbits cross planets. */
export function drawElementMap(map: ElementMap, size: FigureSize): string {
  const { density, element } = map;
  const title = element === 'e' ? 'Semi-major axis and eccentricity' : 'Semi-major axis and inclination';
  const [low, high] = density.x;
  const gaps = resonanceGaps.filter(({ a }) => a > low && a < high);
  const named = spread(gaps, size.width, high - low);
  const most = density.counts.reduce((largest, count) => Math.max(largest, count), 1);
  return drawn(title, size, {
    marginTop: 44,
    x: { label: 'semi-major axis a (au) →', domain: [low, high] },
    y: { label: element === 'e' ? '↑ eccentricity e' : '↑ inclination i (°)', domain: [...density.y] },
    color: { type: 'log', domain: [1, Math.max(2, most)], range: cellColours, interpolate: 'rgb' },
    marks: [
      Plot.raster(
        [...density.counts].map((count) => (count === 0 ? NaN : count)),
        {
          width: density.columns,
          height: density.rows,
          x1: low,
          x2: high,
          y1: density.y[0],
          y2: density.y[1],
          imageRendering: 'pixelated',
        },
      ),
      Plot.ruleX(gaps, { x: 'a', stroke: 'currentColor', strokeDasharray: '2 3', strokeOpacity: 0.7 }),
      ...[0, 1].map((row) =>
        Plot.text(
          named.filter((gap) => gap.row === row),
          { x: 'a', frameAnchor: 'top', dy: 11 * row - 20, text: 'name' },
        ),
      ),
      ...(element === 'e' ? crossings(density) : []),
    ],
  });
}

/** Names of gaps in two rows where they would be written over each other. */
function spread<T extends { readonly a: number }>(gaps: readonly T[], width: number, range: number): (T & { row: number })[] {
  let row = 0;
  return gaps.map((gap, at) => {
    const before = gaps[at - 1];
    const isNear = before !== undefined && ((gap.a - before.a) / range) * width < 26;
    row = isNear ? 1 - row : 0;
    return { ...gap, row };
  });
}

function crossings({ x: [low, high], y: [, top] }: Density): Plot.Markish[] {
  return crossed.flatMap((planet, index) =>
    crossingCurves(planet, low, high).flatMap(({ kind, points }) => {
      const inside = points.filter(([, e]) => e <= top);
      if (inside.length < 2) return [];
      const [a, e] = inside[kind === 'q' ? inside.length - 1 : 0]!;
      return [
        Plot.line(inside, {
          x: '0',
          y: '1',
          stroke: seriesColour(index),
          strokeWidth: 1.75,
          strokeDasharray: kind === 'q' ? 'none' : '5 3',
        }),
        Plot.text([[a, e]], {
          x: '0',
          y: '1',
          text: () => `${kind} ${planet.name}`,
          textAnchor: kind === 'q' ? 'end' : 'start',
          dx: kind === 'q' ? -4 : 10,
          dy: 10,
          fill: seriesColour(index),
          stroke: 'var(--ground)',
          strokeWidth: 3,
        }),
      ];
    }),
  );
}

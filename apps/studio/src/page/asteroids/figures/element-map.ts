import * as Plot from '@observablehq/plot';
import { terrestrialPlanets } from '@sardonyx/close-approaches/mechanics';
import { seriesColour } from '@sardonyx/study/figures';
import { beltGaps } from '../orbits/belt-gaps.js';
import { crossingCurves } from '../orbits/crossing-curves.js';
import type { PlanetOrbit } from '../orbits/planet-orbits.js';
import { type Density, densityCsv } from './density.js';
import { drawn } from './drawn-figure.js';
import type { FigureSize } from './figure-size.js';

/** Cividis without its darkest and lightest ends, which vanish on one of the two grounds. */
const cellColours = ['#2a4b7c', '#575d6d', '#7d7c78', '#a59c74', '#d2bc5f', '#f7dd4a'];

/** Mercury to Jupiter have curves. */
const crossedPlanets = 5;

/** A body that is drawn by itself. */
export interface MappedBody {
  readonly name: string;
  readonly a: number;
  readonly e: number;
  readonly i: number;
  /** The innermost planet that it meets, 1 for Mercury to 4 for Mars; 0 where it meets none. */
  readonly met: number;
}

/** What is drawn over the a of bodies. */
export interface ElementMap {
  readonly density: Density;
  readonly element: 'e' | 'i';
  /** Whether bodies are counted in cells; else all of them are among `bodies`. */
  readonly inCells: boolean;
  /** Bodies that are drawn one by one, those that meet planets last. */
  readonly bodies: readonly MappedBody[];
  /** Mercury to Neptune. */
  readonly planets: readonly PlanetOrbit[];
}

/** Marks of bodies that meet Mercury, Venus, Earth, Mars: told apart without their colours too. */
const metSymbols = ['diamond', 'triangle', 'square', 'circle'] as const;

/** Bodies over a and e, or a and i, with the gaps; over e with the curves beyond which orbits cross planets. */
export function drawElementMap(map: ElementMap, size: FigureSize): string {
  const { density, element } = map;
  const title = element === 'e' ? 'Semi-major axis and eccentricity' : 'Semi-major axis and inclination';
  const [low, high] = density.x;
  const gaps = beltGaps.filter(({ semiMajorAxis }) => semiMajorAxis > low && semiMajorAxis < high);
  const named = spread(gaps, size.width, high - low);
  const most = density.counts.reduce((largest, count) => Math.max(largest, count), 1);
  return drawn(title, size, {
    marginTop: 44,
    x: { label: 'semi-major axis a (au) →', domain: [low, high] },
    y: { label: element === 'e' ? '↑ eccentricity e' : '↑ inclination i (°)', domain: [...density.y] },
    color: { type: 'log', domain: [1, Math.max(2, most)], range: cellColours, interpolate: 'rgb' },
    marks: [
      ...(map.inCells ? [cells(density)] : []),
      Plot.ruleX(gaps, { x: 'semiMajorAxis', stroke: 'currentColor', strokeDasharray: '2 3', strokeOpacity: 0.7 }),
      ...[0, 1].map((row) =>
        Plot.text(
          named.filter((gap) => gap.row === row),
          { x: 'semiMajorAxis', frameAnchor: 'top', dy: 11 * row - 20, text: 'name' },
        ),
      ),
      ...(element === 'e' ? crossings(map) : []),
      ...dots(map),
    ],
  });
}

function cells({ counts, columns, rows, x, y }: Density): Plot.Markish {
  return Plot.raster(
    [...counts].map((count) => (count === 0 ? NaN : count)),
    { width: columns, height: rows, x1: x[0], x2: x[1], y1: y[0], y2: y[1], imageRendering: 'pixelated' },
  );
}

/** Bodies one by one: small and grey where they meet no planet. */
function dots({ bodies, element, density }: ElementMap): Plot.Markish[] {
  const inside = bodies.filter((body) => within(body.a, density.x) && within(body[element], density.y));
  return [0, 1, 2, 3, 4].map((met) => {
    const own = inside.filter((body) => body.met === met);
    const at = { x: 'a', y: element } as const;
    if (met === 0) return Plot.dot(own, { ...at, r: own.length > 500 ? 1.25 : 2, fill: 'currentColor', fillOpacity: 0.5 });
    const mark = { symbol: metSymbols[met - 1]!, fill: seriesColour(met - 1), stroke: 'var(--ground)', strokeWidth: 0.75 };
    return Plot.dot(own, { ...at, ...mark, r: inside.length > 500 ? 3 : 4 });
  });
}

const within = (value: number, [low, high]: readonly [number, number]): boolean => value >= low && value <= high;

/** What a map shows, as CSV: its bodies, or the counts of its cells. */
export function elementMapCsv({ density, element, inCells, bodies }: ElementMap): string {
  if (inCells) return densityCsv(density, 'a', element);
  const lines = bodies.map(({ name, a, e, i, met }) => `"${name.replaceAll('"', '""')}",${a},${e},${i},${metNames[met]}`);
  return `${['name,a,e,i,meets', ...lines].join('\n')}\n`;
}

const metNames = ['', ...terrestrialPlanets];

/** Names of gaps in two rows where they would be written over each other. */
function spread<T extends { readonly semiMajorAxis: number }>(gaps: readonly T[], width: number, range: number): (T & { row: number })[] {
  let row = 0;
  return gaps.map((gap, at) => {
    const before = gaps[at - 1];
    const isNear = before !== undefined && ((gap.semiMajorAxis - before.semiMajorAxis) / range) * width < 26;
    row = isNear ? 1 - row : 0;
    return { ...gap, row };
  });
}

function crossings({ planets, density }: ElementMap): Plot.Markish[] {
  const [low, high] = density.x;
  const [, top] = density.y;
  return planets.slice(0, crossedPlanets).flatMap((planet, index) =>
    crossingCurves({ name: planet.title, ...planet.elements }, low, high).flatMap(({ kind, points }) => {
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
          text: () => `${kind} ${planet.title}`,
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

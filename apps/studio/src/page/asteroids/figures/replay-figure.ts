import { hillRadius } from '@sardonyx/close-approaches/mechanics';
import { seriesColour } from '@sardonyx/study/figures';
import { criticalDistance, planetOf } from '../data/close-approach.js';
import { type EncounterPath, placeOnPath } from '../encounters/encounter-path.js';
import { add, cross, scaled, unit, type Vector } from '../encounters/vector.js';
import type { FigureSize } from './figure-size.js';

/** From where the planet is looked at: angles in radians, and how many critical distances fit from the middle to an edge. */
export interface ReplayView {
  readonly azimuth: number;
  readonly elevation: number;
  readonly reach: number;
}

export const startView: ReplayView = { azimuth: -0.9, elevation: 0.45, reach: 1.35 };

/** A passage at a time in days from the smallest distance. */
export interface Replay {
  readonly path: EncounterPath;
  readonly time: number;
  readonly view: ReplayView;
}

/** Points in SVG pixels. */
type Projection = (place: Vector) => readonly [x: number, y: number];

/** Parallel projection along the direction of view; `scale` is pixels of an au. */
export function projection({ azimuth, elevation }: ReplayView, scale: number, { width, height }: FigureSize): Projection {
  const [sinA, cosA, sinE, cosE] = [Math.sin(azimuth), Math.cos(azimuth), Math.sin(elevation), Math.cos(elevation)];
  return ([x, y, z]) => {
    const right = cosA * x + sinA * y;
    const away = -sinA * x + cosA * y;
    return [width / 2 + scale * right, height / 2 - scale * (cosE * z + sinE * away)];
  };
}

/** The passage of an asteroid in the planet's frame, as the text of one SVG element. */
export function drawReplay({ path, time, view }: Replay, size: FigureSize): string {
  const planet = planetOf(path.approach.planet);
  const critical = criticalDistance(path.approach.planet);
  const scale = Math.min(size.width, size.height) / 2 / (view.reach * critical);
  const project = projection(view, scale, size);
  const [cx, cy] = project([0, 0, 0]);
  const circle = (radius: number, attributes: string): string => `<circle cx="${cx}" cy="${cy}" r="${radius.toFixed(2)}" ${attributes}/>`;
  const rim = (radius: number, pole: Vector, attributes: string): string => polyline(greatCircle(radius, pole).map(project), attributes);
  const hill = hillRadius(planet);
  const places = pointsOf(path);
  const [nx, ny] = project([path.closest[0]!, path.closest[1]!, path.closest[2]!]);
  const [bx, by] = project(placeOnPath(path, time));
  const faint = 'fill="none" stroke="currentColor" stroke-opacity="0.25"';
  const outline = 'fill="none" stroke="currentColor" stroke-opacity="0.6"';
  const parts = [
    circle(critical * scale, `${outline} stroke-dasharray="4 3"`),
    rim(critical, [0, 0, 1], faint),
    circle(hill * scale, `fill="currentColor" fill-opacity="0.06" stroke="currentColor" stroke-opacity="0.6"`),
    rim(hill, [0, 0, 1], faint),
    ...axisParts(path, critical, project),
    polyline(places.map(project), `fill="none" stroke="${seriesColour(0)}" stroke-width="2" stroke-linejoin="round"`),
    `<line x1="${cx}" y1="${cy}" x2="${nx}" y2="${ny}" stroke="${seriesColour(1)}" stroke-dasharray="2 2"/>`,
    circle(Math.max(2.5, planet.radius * scale), 'fill="currentColor"'),
    `<circle cx="${nx}" cy="${ny}" r="4" fill="none" stroke="${seriesColour(1)}" stroke-width="2"/>`,
    `<circle cx="${bx}" cy="${by}" r="5" fill="${seriesColour(0)}" stroke="var(--ground, #fff)" stroke-width="1.5"/>`,
    label(cx, cy + critical * scale + 13, 'r_crit', 'middle'),
    label(cx, cy + hill * scale + 13, 'Hill', 'middle'),
    label(nx + 8, ny - 7, 'closest', 'start'),
  ];
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" width="${size.width}" height="${size.height}" role="img" ` +
    `aria-label="Passage in the planet’s frame" font-family="system-ui, sans-serif" font-size="12" fill="currentColor">${parts.join('')}</svg>`
  );
}

/** The axes of the b-plane, its rim at the critical distance, and the place where the incoming asymptote meets it. */
function axisParts({ axes, approach }: EncounterPath, critical: number, project: Projection): string[] {
  if (axes === undefined) return [];
  const colour = seriesColour(2);
  const isKnown = Number.isFinite(approach.xi + approach.zeta);
  const arrow = (axis: Vector, name: string): string => {
    const [[x1, y1], [x2, y2]] = [project([0, 0, 0]), project(scaled(axis, 1.08 * critical))];
    const [tx, ty] = project(scaled(axis, 1.16 * critical));
    return `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="${colour}" stroke-opacity="0.8"/>${label(tx, ty + 4, name, 'middle', colour)}`;
  };
  const rim = polyline(
    greatCircle(critical, axes.eta).map(project),
    `fill="${colour}" fill-opacity="0.06" stroke="${colour}" stroke-opacity="0.5"`,
  );
  if (!isKnown) return [rim, arrow(axes.eta, 'η')];
  const [x, y] = project(add(scaled(axes.xi, approach.xi), scaled(axes.zeta, approach.zeta)));
  const cross = `<path d="M${x - 4} ${y}h8M${x} ${y - 4}v8" stroke="${colour}" stroke-width="2"/>`;
  return [rim, arrow(axes.xi, 'ξ'), arrow(axes.eta, 'η'), arrow(axes.zeta, 'ζ'), cross];
}

function pointsOf({ points }: EncounterPath): Vector[] {
  return Array.from({ length: points.length / 3 }, (_, k) => [points[3 * k]!, points[3 * k + 1]!, points[3 * k + 2]!]);
}

function greatCircle(radius: number, pole: Vector): Vector[] {
  const first = unit(cross(pole, Math.abs(pole[2]) < 0.9 ? [0, 0, 1] : [1, 0, 0]));
  const second = cross(pole, first);
  return Array.from({ length: 73 }, (_, k) => {
    const angle = (k * Math.PI) / 36;
    return add(scaled(first, radius * Math.cos(angle)), scaled(second, radius * Math.sin(angle)));
  });
}

const polyline = (points: readonly (readonly [number, number])[], attributes: string): string =>
  `<polyline points="${points.map(([x, y]) => `${x.toFixed(2)},${y.toFixed(2)}`).join(' ')}" ${attributes}/>`;

const label = (x: number, y: number, text: string, anchor: string, fill = 'currentColor'): string =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" fill="${fill}" font-size="11">${text}</text>`;

/** Times (days from the smallest distance) and places (au) of the path as CSV. */
export function pathCsv({ path: { times, points, isEcliptic } }: Replay): string {
  const names = isEcliptic ? 'x,y,z' : 'xi,eta,zeta';
  const lines = Array.from(times, (time, k) => [time, points[3 * k], points[3 * k + 1], points[3 * k + 2]].join(','));
  return `${[`days,${names}`, ...lines].join('\n')}\n`;
}

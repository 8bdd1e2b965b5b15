import * as Plot from '@observablehq/plot';
import type { TerrestrialPlanet } from '@sardonyx/close-approaches/mechanics';
import { seriesColour } from '@sardonyx/study/figures';
import { type CloseApproachRow, criticalDistance, planetOf } from '../data/close-approach.js';
import { focusedRadius } from '../encounters/gravitational-focusing.js';
import { drawn } from './drawn-figure.js';
import type { FigureSize } from './figure-size.js';
import { manyDots } from './many-dots.js';

/** As many approaches are elements of the drawing. */
const mostElements = 2000;

export interface BPlaneFigure {
  readonly planet: TerrestrialPlanet;
  /** Approaches of this planet. */
  readonly rows: readonly CloseApproachRow[];
  /** Half of the side of the square that is shown, in critical distances. */
  readonly extent: number;
  readonly replayed: CloseApproachRow | undefined;
}

/** ξ and ζ of approaches over the critical distance, with the planet's disc and the circle within which bodies hit it. */
export function drawBPlane({ planet, rows, extent, replayed }: BPlaneFigure, { width, height }: FigureSize): string {
  const { radius, gm } = planetOf(planet);
  const unit = criticalDistance(planet);
  const known = rows.filter(({ xi, zeta }) => Math.max(Math.abs(xi), Math.abs(zeta)) <= extent * unit);
  const side = Math.max(120, Math.min(width - 90, height - 80));
  const circle = (r: number) => Array.from({ length: 121 }, (_, k) => [r * Math.cos((k * Math.PI) / 60), r * Math.sin((k * Math.PI) / 60)]);
  const at = { x: (row: CloseApproachRow) => row.xi / unit, y: (row: CloseApproachRow) => row.zeta / unit };
  const grazing = focusedRadius(radius, gm, medianSpeed(rows)) / unit;
  return drawn(
    `b-plane, ${planet}`,
    { width, height },
    {
      marginLeft: (width - side) / 2,
      marginRight: (width - side) / 2,
      marginTop: 30,
      marginBottom: height - 30 - side,
      x: { label: 'ξ / r_crit', labelAnchor: 'center', domain: [-extent, extent], ticks: 5 },
      y: { label: '↑ ζ / r_crit', domain: [-extent, extent], ticks: 5, grid: true },
      marks: [
        ...(extent >= 1
          ? [Plot.line(circle(1), { x: '0', y: '1', stroke: 'currentColor', strokeDasharray: '4 3', strokeOpacity: 0.6 })]
          : []),
        ...(extent >= 0.2
          ? [Plot.line(circle(0.2), { x: '0', y: '1', stroke: 'currentColor', strokeDasharray: '1 3', strokeOpacity: 0.6 })]
          : []),
        known.length > mostElements
          ? manyDots(
              known.map(({ xi, zeta }) => [xi / unit, zeta / unit]),
              { radius: 1, fill: seriesColour(0), opacity: 0.6 },
            )
          : Plot.dot(known, { ...at, r: 1.75, fill: seriesColour(0), fillOpacity: 0.6 }),
        Plot.line(circle(grazing), { x: '0', y: '1', stroke: seriesColour(1), strokeWidth: 1.5, clip: true }),
        Plot.line(circle(radius / unit), {
          x: '0',
          y: '1',
          fill: 'currentColor',
          fillOpacity: 0.7,
          stroke: 'currentColor',
          strokeWidth: 0.5,
          clip: true,
        }),
        ...(replayed !== undefined && Math.abs(replayed.xi) <= extent * unit && Math.abs(replayed.zeta) <= extent * unit
          ? [Plot.dot([replayed], { ...at, r: 6, stroke: seriesColour(1), strokeWidth: 2 })]
          : []),
      ],
    },
  );
}

/** Median v_inf, km/s, of approaches that have one; 15 where none has. */
function medianSpeed(rows: readonly CloseApproachRow[]): number {
  const speeds = rows.map(({ vInf }) => vInf).filter((speed) => speed > 0);
  return speeds.sort((a, b) => a - b)[speeds.length >> 1] ?? 15;
}

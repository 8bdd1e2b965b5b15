import { withArchive } from '../archive/archive-file.js';
import { daysPerYear, sunGm } from '../constants.js';
import { type MassiveBodies, stateSize } from '../dynamics/massive-bodies.js';
import { starRecoil } from '../encounters/planet-steps.js';
import { type Gap, nearestGap } from '../population/gaps.js';
import { nearEarth } from './belt-population.js';

/** A particle whose perihelion is seen within `nearEarth` for the first time. */
export interface Entry {
  readonly particle: number;
  readonly year: number;
  /** Semi-major axis at the snapshot before, au; the gap nearest to it, and the distance from its middle. */
  readonly semiMajorAxis: number;
  readonly gap: string;
  readonly distance: number;
}

/** Particles' first snapshots with q < 1.3 au, in order of time; those that begin there are left out. */
export function entriesOf(path: string, step: number, gaps: readonly Gap[], bodies: MassiveBodies): Entry[] {
  return withArchive(path, (archive) => {
    const axes = new Map<number, number>();
    const entered = new Set<number>();
    const entries: Entry[] = [];
    for (const block of archive.regularBlocks) {
      if (block.type !== 'snapshot') continue;
      const { rows, shared } = archive.content(block);
      const states = rows['state']!.data as Float64Array;
      const node = shared['planets']!.data as Float64Array;
      const recoil = [0, 1, 2].map((k) => starRecoil(bodies, node, k));
      Array.from(rows['particle']!.data as Int32Array).forEach((particle, row) => {
        const { axis, perihelion } = orbitOf(states.subarray(stateSize * row, stateSize * (row + 1)), recoil);
        if (perihelion < nearEarth && !entered.has(particle)) {
          entered.add(particle);
          const before = axes.get(particle);
          if (before !== undefined) {
            const { gap, way } = nearestGap(before, gaps);
            entries.push({
              particle,
              year: (block.step * step) / daysPerYear,
              semiMajorAxis: before,
              gap: gap.name,
              distance: Math.abs(way),
            });
          }
        }
        axes.set(particle, axis);
      });
    }
    return entries;
  });
}

function orbitOf(state: Float64Array, recoil: readonly number[]): { axis: number; perihelion: number } {
  const [x, y, z] = [state[0]!, state[1]!, state[2]!];
  const [vx, vy, vz] = [state[3]! + recoil[0]!, state[4]! + recoil[1]!, state[5]! + recoil[2]!];
  const r2 = x * x + y * y + z * z;
  const v2 = vx * vx + vy * vy + vz * vz;
  const rv = x * vx + y * vy + z * vz;
  const inverse = 2 / Math.sqrt(r2) - v2 / sunGm;
  const h2 = r2 * v2 - rv * rv;
  const e = Math.sqrt(Math.max(0, 1 - (h2 * inverse) / sunGm));
  return { axis: 1 / inverse, perihelion: h2 / (sunGm * (1 + e)) };
}

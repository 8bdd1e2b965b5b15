import type { Archive, ArchiveBlock } from '../archive/archive.js';
import type { RunConfig } from '../archive/run-config.js';
import { sunGm } from '../constants.js';
import { stateSize } from '../dynamics/massive-bodies.js';
import { starRecoil } from '../encounters/planet-steps.js';
import { otherBodies, planets } from '../planets/bodies.js';

/** Where planets and live particles stand at a snapshot: heliocentric, axes of the ecliptic of J2000, au and au/d. */
export interface SnapshotStates {
  /** JD (TDB). */
  readonly jd: number;
  /** 6 numbers a planet, in the order of `planetNames`. */
  readonly planets: Float64Array;
  /** Ids of the live particles, and 6 numbers of each. */
  readonly particles: Int32Array;
  readonly states: Float64Array;
}

/**
 * The states of a snapshot of an archive, which holds positions relative to the Sun and velocities relative to the centre of mass.
 * @throws {ArchiveError} `damaged-block`
 */
export function snapshotStates(archive: Archive, block: ArchiveBlock): SnapshotStates {
  const { start, step, massive = [] } = archive.header.config as Partial<RunConfig> & Pick<RunConfig, 'start' | 'step'>;
  const { rows, shared } = archive.content(block);
  const node = shared['planets']!.data as Float64Array;
  const gm = Float64Array.of(...planets.map((planet) => planet.gm), ...massive.map((name) => otherBodies[name]));
  const recoil = [0, 1, 2].map((component) => starRecoil({ gm, starGm: sunGm }, node, component));
  const heliocentric = (values: Float64Array): Float64Array =>
    values.map((value, k) => (k % stateSize < 3 ? value : value + recoil[(k % stateSize) - 3]!));
  return {
    jd: start + step * block.step,
    planets: heliocentric(node).subarray(0, stateSize * planets.length),
    particles: rows['particle']!.data as Int32Array,
    states: heliocentric(rows['state']!.data as Float64Array),
  };
}

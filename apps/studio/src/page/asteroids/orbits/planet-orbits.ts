import {
  j2000,
  type KeplerianElements,
  keplerianOf,
  keplerDrift,
  type Planet,
  planets,
  planetsAt2000,
  sunGm,
} from '@sardonyx/close-approaches/mechanics';

/** A planet on the conic that touches its path at a time. */
export interface PlanetOrbit extends Planet {
  /** Word as it stands on the page. */
  readonly title: string;
  /** JD (TDB) of the state and the elements. */
  readonly epoch: number;
  /** Heliocentric, au and au/d, axes of the ecliptic of J2000. */
  readonly state: Float64Array;
  readonly elements: KeplerianElements;
}

/** μ of a planet's motion about the Sun: both masses count. */
const gmOf = ({ gm }: Planet): number => sunGm + gm;

/** Mercury to Neptune from their heliocentric states at a JD, 6 numbers each. */
export function planetOrbitsOf(states: Float64Array, epoch: number): readonly PlanetOrbit[] {
  return planets.map((planet, index) => {
    const state = states.slice(6 * index, 6 * index + 6);
    const title = planet.name[0]!.toUpperCase() + planet.name.slice(1);
    const [x, y, z, vx, vy, vz] = state as unknown as [number, number, number, number, number, number];
    return { ...planet, title, epoch, state, elements: keplerianOf([x, y, z, vx, vy, vz], gmOf(planet)) };
  });
}

/** The planets' orbits of J2000.0. */
export const planetOrbits = planetOrbitsOf(planetsAt2000().states, j2000);

/**
 * Heliocentric state (au, au/d) of a planet at a JD, to `out`: along its conic, which keeps within 0.01 au of the inner planets over a
 * few centuries and stands for the orbit, not for the place, over longer times.
 */
export function planetStateAt(planet: PlanetOrbit, jd: number, out: Float64Array): void {
  out.set(planet.state);
  keplerDrift(out, 0, gmOf(planet), jd - planet.epoch);
}

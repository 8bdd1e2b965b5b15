import {
  initialStates2000,
  j2000,
  type KeplerianElements,
  keplerianOf,
  keplerDrift,
  type Planet,
  planets,
  sunGm,
} from '@sardonyx/close-approaches/mechanics';

/** A planet on the conic that touched its path at J2000.0. */
export interface PlanetOrbit extends Planet {
  readonly elements: KeplerianElements;
  /** Word as it stands on the page. */
  readonly title: string;
}

const stateOf = ({ name }: Planet) => initialStates2000[name === 'earth' ? 'earthMoonBarycenter' : name];

/** μ of a planet's motion about the Sun: both masses count. */
const gmOf = ({ gm }: Planet): number => sunGm + gm;

/** Mercury to Neptune. */
export const planetOrbits: readonly PlanetOrbit[] = planets.map((planet) => ({
  ...planet,
  title: planet.name[0]!.toUpperCase() + planet.name.slice(1),
  elements: keplerianOf(stateOf(planet), gmOf(planet)),
}));

/**
 * Heliocentric state (au, au/d) of a planet at a JD, to `out`: along its conic of J2000.0, which keeps within 0.01 au of the inner
 * planets over a few centuries and stands for the orbit, not for the place, over longer times.
 */
export function planetStateAt(planet: Planet, jd: number, out: Float64Array): void {
  out.set(stateOf(planet));
  keplerDrift(out, 0, gmOf(planet), jd - j2000);
}

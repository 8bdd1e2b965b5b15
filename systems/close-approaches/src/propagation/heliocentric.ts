import { barycentricStar } from '../dynamics/massive-bodies.js';
import type { Origin } from '../formats/origin.js';
import type { StateVector } from '../planets/initial-states.js';
import { equatorialToEcliptic } from '../planets/solar-system.js';
import type { SolarSystem } from './propagation.js';

/**
 * A state (au, au/d, ecliptic of J2000) relative to the Sun, from one relative to another origin, by the embedded planets: the Earth to
 * 1e-7 au in this century; the barycentre to 1e-6 au, as bodies beyond Pluto and asteroids are not weighed in.
 */
export function heliocentricState(state: StateVector, jd: number, origin: Origin, system: SolarSystem): StateVector {
  if (origin === 'sun') return state;
  const of =
    origin === 'earth'
      ? system.state('earth', jd)
      : equatorialToEcliptic(Array.from(barycentricStar(system.at(jd)), (value) => -value) as unknown as StateVector);
  return state.map((value, k) => value + of[k]!) as unknown as StateVector;
}

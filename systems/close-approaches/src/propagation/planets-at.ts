import { type MassiveBodies, massiveBodies, stateSize } from '../dynamics/massive-bodies.js';
import { planets } from '../planets/bodies.js';
import type { StateVector } from '../planets/initial-states.js';
import { ephemerisBodies, type EphemerisBody, equatorialToEcliptic } from '../planets/solar-system.js';
import { SolarSystem } from './propagation.js';

/**
 * Sun and eight planets at a JD (TDB) as belt runs take them, ecliptic of J2000: the barycentre of Earth and Moon stands for the
 * Earth, and Pluto is left out.
 */
export function planetsAt(jd: number, system = new SolarSystem()): MassiveBodies {
  return lumped(system.at(jd));
}

/** The same from bodies in the order of `ephemerisBodies`, axes of ICRF's equator. */
export function lumped({ gm, states }: MassiveBodies): MassiveBodies {
  const placeOf = (name: EphemerisBody): number => ephemerisBodies.indexOf(name);
  const stateOf = (name: EphemerisBody): number[] => {
    const from = stateSize * placeOf(name);
    return [...states.subarray(from, from + stateSize)];
  };
  const share = gm[placeOf('moon')]! / (gm[placeOf('earth')]! + gm[placeOf('moon')]!);
  const moon = stateOf('moon');
  return massiveBodies(
    planets.map(({ name, gm: own }) => {
      const state = stateOf(name);
      const at = name === 'earth' ? state.map((value, k) => (1 - share) * value + share * moon[k]!) : state;
      return { gm: own, state: equatorialToEcliptic(at as unknown as StateVector) };
    }),
  );
}

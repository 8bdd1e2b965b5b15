import { obliquityOfEcliptic, sunGm } from '../constants.js';
import { type MassiveBodies, massiveBodies } from '../dynamics/massive-bodies.js';
import { otherBodies, type Planet, planets } from './bodies.js';
import { initialStates1969, initialStates2000, type StateVector } from './initial-states.js';

/** Axes of ICRF's equator to those of the ecliptic of J2000: a turn about x by 84381.448″. */
export function equatorialToEcliptic([x, y, z, vx, vy, vz]: StateVector): StateVector {
  const { cosine, sine } = obliquityOfEcliptic;
  return [x, y * cosine + z * sine, z * cosine - y * sine, vx, vy * cosine + vz * sine, vz * cosine - vy * sine];
}

/** Axes of the ecliptic of J2000 to those of ICRF's equator. */
export function eclipticToEquatorial([x, y, z, vx, vy, vz]: StateVector): StateVector {
  const { cosine, sine } = obliquityOfEcliptic;
  return [x, y * cosine - z * sine, z * cosine + y * sine, vx, vy * cosine - vz * sine, vz * cosine + vy * sine];
}

/** Sun and eight planets at J2000.0, axes of the ecliptic, the Earth as the barycentre of Earth and Moon. */
export const planetsAt2000 = (): MassiveBodies =>
  massiveBodies(planets.map(({ name, gm }) => ({ gm, state: initialStates2000[name === 'earth' ? 'earthMoonBarycenter' : name] })));

/** Names of the bodies of `ephemerisBodiesAt1969`, in their order. */
export const ephemerisBodies = ['mercury', 'venus', 'earth', 'moon', 'mars', 'jupiter', 'saturn', 'uranus', 'neptune', 'pluto'] as const;
export type EphemerisBody = (typeof ephemerisBodies)[number];

/**
 * Sun, planets and Pluto at JD 2440400.5, axes of ICRF's equator, with Earth and Moon apart: the published Moon is relative to the
 * Earth, and both are about the published barycentre.
 */
export function ephemerisBodiesAt1969(): MassiveBodies {
  const moonShare = otherBodies.moon / (otherBodies.earth + otherBodies.moon);
  const barycenter = initialStates1969.earthMoonBarycenter;
  const earth = barycenter.map((value, k) => value - moonShare * initialStates1969.moon[k]!);
  const moon = earth.map((value, k) => value + initialStates1969.moon[k]!);
  return massiveBodies(
    ephemerisBodies.map((name) => ({
      gm: gmOf(name),
      state: name === 'earth' ? earth : name === 'moon' ? moon : initialStates1969[name],
    })),
    sunGm,
  );
}

const gmOf = (name: EphemerisBody): number =>
  name === 'earth' || name === 'moon' || name === 'pluto' ? otherBodies[name] : planets.find((planet: Planet) => planet.name === name)!.gm;

import { type MassiveBodies, massiveBodies, stateSize } from '../dynamics/massive-bodies.js';
import { type MinorBodyName, otherBodies, planets } from '../planets/bodies.js';
import { asteroidStates2020, type StateVector } from '../planets/initial-states.js';
import { ephemerisBodies, type EphemerisBody, equatorialToEcliptic } from '../planets/solar-system.js';
import { propagate, SolarSystem } from './propagation.js';

/**
 * Sun and eight planets at a JD (TDB) as belt runs take them, ecliptic of J2000: the barycentre of Earth and Moon stands for the
 * Earth. The bodies of `others` follow in their order, Pluto as of the system, asteroids from their states of 2020.
 */
export function planetsAt(jd: number, others: readonly MinorBodyName[] = [], system = new SolarSystem()): MassiveBodies {
  const { starGm, gm, states } = lumped(system.at(jd));
  const asteroids = others.filter((name) => name !== 'pluto');
  const carried = asteroidsAt(asteroids, jd, system);
  const followed = others.map((name) => (name === 'pluto' ? system.state(name, jd) : carried[asteroids.indexOf(name)]!));
  return {
    starGm,
    gm: Float64Array.of(...gm, ...others.map((name) => otherBodies[name])),
    states: Float64Array.of(...states, ...followed.flat()),
  };
}

function asteroidsAt(names: readonly Exclude<MinorBodyName, 'pluto'>[], jd: number, system: SolarSystem): StateVector[] {
  const starts = names.map((name) => ({ name, state: equatorialToEcliptic(asteroidStates2020[name]) }));
  return propagate(starts, asteroidStates2020.epoch, [jd], { system }).map(([state]) => state!);
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

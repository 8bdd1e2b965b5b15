import { stateSize } from '../dynamics/massive-bodies.js';
import { stateOfKeplerian } from '../orbit/state-from-elements.js';
import { particleStream } from '../particle-stream.js';
import { sunGm } from '../constants.js';

/**
 * Heliocentric states of orbits that cross those of the terrestrial planets, in place of a catalogue: perihelia uniform in 0.2 to 1.3 au,
 * semi-major axes in 0.8 to 3 au, inclinations of density falling to 30°, angles uniform. Orbit k depends on the seed and k only.
 */
export function nearEarthStates(count: number, seed: number): Float64Array {
  const states = new Float64Array(stateSize * count);
  for (let k = 0; k < count; k++) {
    const stream = particleStream(seed, 'near-Earth orbit', k);
    const angle = (): number => 360 * stream.uniform();
    const perihelion = 0.2 + 1.1 * stream.uniform();
    const semiMajorAxis = Math.max(perihelion / 0.95, 0.8 + 2.2 * stream.uniform());
    const elements = {
      semiMajorAxis,
      eccentricity: 1 - perihelion / semiMajorAxis,
      inclination: 30 * stream.uniform() * stream.uniform(),
      node: angle(),
      argument: angle(),
      meanAnomaly: angle(),
    };
    states.set(stateOfKeplerian(elements, sunGm), stateSize * k);
  }
  return states;
}

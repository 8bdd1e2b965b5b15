import { daysPerYear } from '../constants.js';
import { DemocraticHeliocentric } from '../dynamics/democratic-heliocentric.js';
import { type MassiveBodies, stateSize } from '../dynamics/massive-bodies.js';
import { planetNames } from '../planets/bodies.js';

/** Period of the great inequality of Jupiter and Saturn, which the mean is taken over, yr. */
const greatInequality = 883;
/** Days: 1/67 of Jupiter's period. */
const step = 64;

/**
 * Mean osculating semi-major axis of the run's own Jupiter, au: Sun and giant planets are followed for 883 yr, the planets inside,
 * a few millionths of the Sun's mass, added to it.
 * @param bodies Sun and planets in the order of `planetNames`
 */
export function meanJupiterAxis({ starGm, gm, states }: MassiveBodies): number {
  const jupiter = planetNames.indexOf('jupiter');
  const inner = gm.subarray(0, jupiter).reduce((sum, mass) => sum + mass, 0);
  const mu = starGm + inner + gm[jupiter]!;
  const giants = { starGm: starGm + inner, gm: gm.slice(jupiter), states: states.slice(stateSize * jupiter) };
  const integrator = new DemocraticHeliocentric(giants);
  const samples = Math.round((greatInequality * daysPerYear) / step);
  let sum = 0;
  for (let sample = 0; sample < samples; sample++) {
    integrator.advance(step);
    const [x, y, z, vx, vy, vz] = integrator.heliocentric().states;
    sum += 1 / (2 / Math.sqrt(x! * x! + y! * y! + z! * z!) - (vx! * vx! + vy! * vy! + vz! * vz!) / mu);
  }
  return sum / samples;
}

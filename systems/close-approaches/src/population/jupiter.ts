import { daysPerYear } from '../constants.js';
import { DemocraticHeliocentric } from '../dynamics/democratic-heliocentric.js';
import { type MassiveBodies, stateSize } from '../dynamics/massive-bodies.js';
import { planetNames } from '../planets/bodies.js';

/** Period of the great inequality of Jupiter and Saturn, which the mean is taken over, yr. */
const greatInequality = 883;
/** Step and interval of samples, days. */
const [step, stepsPerSample] = [8, 20];

/**
 * Mean osculating semi-major axis of the run's own Jupiter, au: its planets are followed for 883 yr (under a second).
 * @param bodies Sun and planets in the order of `planetNames`
 */
export function meanJupiterAxis(bodies: MassiveBodies): number {
  const jupiter = planetNames.indexOf('jupiter');
  const mu = bodies.starGm + bodies.gm[jupiter]!;
  const integrator = new DemocraticHeliocentric(bodies);
  const samples = Math.round((greatInequality * daysPerYear) / (step * stepsPerSample));
  let sum = 0;
  for (let sample = 0; sample < samples; sample++) {
    integrator.advance(step, stepsPerSample);
    const [x, y, z, vx, vy, vz] = integrator.heliocentric().states.subarray(stateSize * jupiter, stateSize * (jupiter + 1));
    sum += 1 / (2 / Math.sqrt(x! * x! + y! * y! + z! * z!) - (vx! * vx! + vy! * vy! + vz! * vz!) / mu);
  }
  return sum / samples;
}

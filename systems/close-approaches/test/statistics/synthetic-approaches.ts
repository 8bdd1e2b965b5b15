import { RandomStream } from '@sardonyx/data';
import { daysPerYear, j2000, sunGm } from '../../src/constants.js';
import type { Approach } from '../../src/statistics/approach-times.js';
import { planets } from '../../src/planets/bodies.js';

/** An approach with the given parts; the rest as of a slow flyby of the Earth. */
export function approach(parts: Partial<Approach> & { years: number }): Approach {
  const { years, ...rest } = parts;
  const planet = rest.planet ?? 2;
  const opikU = rest.opikU ?? 0.5;
  const vInf = rest.vInf ?? opikU * Math.sqrt(sunGm / planets[planet]!.semiMajorAxis);
  return {
    particle: 0,
    planet,
    jd: j2000 + daysPerYear * years,
    rMin: 0.02,
    vRel: vInf,
    vInf,
    opikU,
    tisserand: 3 - opikU * opikU,
    ...rest,
  };
}

/**
 * Clusters: each asteroid with probability `share` becomes a close-approach object at a random time for a random while, and has
 * Poisson approaches then. The expected number of approaches is known.
 */
export function clusters(asteroids: number, years: number, seed: number): { events: Approach[]; expected: number } {
  const [share, longest, perYear] = [0.3, 0.2 * years, 100 / years];
  const events: Approach[] = [];
  for (let particle = 0; particle < asteroids; particle++) {
    const stream = new RandomStream(seed, `cluster ${particle}`);
    if (stream.uniform() >= share) continue;
    const begin = stream.uniform() * (years - longest);
    const end = begin + stream.uniform() * longest;
    for (let time = begin; ; ) {
      time -= Math.log(1 - stream.uniform()) / perYear;
      if (time >= end) break;
      events.push(approach({ particle, years: time, rMin: 0.05 * Math.sqrt(stream.uniform()) }));
    }
  }
  return { events, expected: asteroids * share * perYear * 0.5 * longest };
}

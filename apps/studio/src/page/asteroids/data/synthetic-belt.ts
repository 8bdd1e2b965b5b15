import { j2000 } from '@sardonyx/close-approaches/mechanics';
import { RandomStream } from '@sardonyx/data';
import { resonanceGaps } from '../orbits/resonance-gaps.js';
import { type Catalogue, elementColumns } from './elements-table.js';

/** Edges of the histogram of semi-major axes, au, and the relative number of bodies in each of its bins. */
const edges = [1.8, 2.0, 2.12, 2.25, 2.5, 2.7, 2.83, 2.96, 3.03, 3.1, 3.28, 3.5, 3.7] as const;
const weights = [0.01, 0.01, 0.08, 0.2, 0.17, 0.14, 0.06, 0.07, 0.08, 0.16, 0.015, 0.005] as const;

const eccentricityScale = 0.15;
const largestEccentricity = 0.6;
const inclinationScale = 8;
/** Perihelion of Mars-crossers, au. */
const leastPerihelion = 1.666;
/** Numbers of bodies grow as 10^(slope·H) up to the faintest. */
const magnitudeSlope = 0.35;
const faintest = 20;
const brightest = 3;

/**
 * A belt as statistics make it: a from a histogram with the gaps cut out, e and i after Rayleigh's distribution, angles
 * uniform, H after 10^(0.35·H). The same seed gives the same bodies.
 */
export function syntheticBelt(count: number, seed: number): Catalogue {
  const random = new RandomStream(seed, 'asteroids/synthetic-belt');
  const columns = elementColumns(count);
  for (let index = 0; index < count; index++) {
    const a = semiMajorAxis(random);
    columns.a[index] = a;
    columns.e[index] = eccentricity(random, a);
    columns.i[index] = rayleigh(random, inclinationScale);
    columns.node[index] = 360 * random.uniform();
    columns.peri[index] = 360 * random.uniform();
    columns.meanAnomaly[index] = 360 * random.uniform();
    columns.epoch[index] = j2000;
    columns.H[index] = magnitude(random);
  }
  return {
    title: 'synthetic belt',
    note: 'Not real asteroids: drawn from distributions like those of the main belt, with its gaps.',
    table: { ...columns, name: (index) => `synthetic ${index + 1}` },
  };
}

function semiMajorAxis(random: RandomStream): number {
  for (;;) {
    let share = random.uniform() * total;
    let bin = 0;
    while (bin < weights.length - 1 && share > weights[bin]!) share -= weights[bin++]!;
    const a = edges[bin]! + (edges[bin + 1]! - edges[bin]!) * random.uniform();
    if (!resonanceGaps.some((gap) => Math.abs(a - gap.a) < gap.halfWidth)) return a;
  }
}

const total = weights.reduce((sum, weight) => sum + weight, 0);

function eccentricity(random: RandomStream, a: number): number {
  const most = Math.min(largestEccentricity, 1 - leastPerihelion / a);
  for (;;) {
    const e = rayleigh(random, eccentricityScale);
    if (e < most) return e;
  }
}

const rayleigh = (random: RandomStream, scale: number): number => scale * Math.sqrt(-2 * Math.log(1 - random.uniform()));

function magnitude(random: RandomStream): number {
  const most = 10 ** (magnitudeSlope * (faintest - brightest));
  return brightest + Math.log10(1 + (most - 1) * random.uniform()) / magnitudeSlope;
}

import { RandomStream } from '@sardonyx/data';
import { cos, log } from './mathematics/index.js';

/**
 * Random numbers of one particle: independent of those of every other particle and purpose, and the same bits on every machine,
 * as long as they are drawn by `uniform`, `integer` and the functions here.
 */
export const particleStream = (seed: number, purpose: string, particle: number): RandomStream =>
  new RandomStream(seed, `${purpose} of particle ${particle}`);

/** Standard normal, by Box and Muller's transform; takes two blocks. */
export const standardNormal = (stream: RandomStream): number => rayleigh(stream) * cos(2 * Math.PI * stream.uniform());

/** Rayleigh distribution of parameter 1: √(−2 ln(1 − u)); takes one block. */
export const rayleigh = (stream: RandomStream): number => Math.sqrt(-2 * log(1 - stream.uniform()));

/** Length of a vector of three standard normals (Maxwell's distribution, peak √2); takes six blocks. */
export function maxwellian(stream: RandomStream): number {
  const [x, y, z] = [standardNormal(stream), standardNormal(stream), standardNormal(stream)];
  return Math.sqrt(x * x + y * y + z * z);
}

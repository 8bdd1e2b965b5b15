import type { RandomStream } from '@sardonyx/data';
import { acos, exp, pow } from '../mathematics/index.js';
import { maxwellian } from '../particle-stream.js';
import { obliquityTorque, rateTorque } from './spin-torques.js';
import { rateOfPeriod, type Spin } from './yarkovsky-drift.js';

export interface SpinOptions {
  /** Strength of the radiation torques against those of the tables, 0.5 to 0.7 as observed spins ask for. Default 0.6. */
  readonly strength?: number;
  /** Longest step of the integration, yr. Default 50. */
  readonly stepYears?: number;
  /** Whether collisions reorient. Default true. */
  readonly collisions?: boolean;
}

/** What turns an asteroid. */
export interface SpinningBody {
  /** m. */
  readonly diameter: number;
  /** kg/m³. */
  readonly density: number;
  /** au. */
  readonly semiMajorAxis: number;
}

/** What happened to a spin beside the torques. */
export type SpinEvent = 'none' | 'collision' | 'mass-shedding';

/** Rotation is no longer followed beyond this period: torques average out in tumbling. */
const longestPeriod = 1000;
/** Most frequent period after a collision, h. */
const peakPeriod = 10;
/** Blocks of random numbers that one call of {@link nextSpin} may take. */
export const randomBlocksPerSpinStep = 16;

/** Torques on this body relative to those of the tables: c (2500 kg/m³/ρ)(2.5 au/a)²(2 km/D)². */
export function torqueScale({ diameter, density, semiMajorAxis }: SpinningBody, strength = 0.6): number {
  const [distance, size] = [2.5 / semiMajorAxis, 2000 / diameter];
  return strength * (2500 / density) * distance * distance * size * size;
}

/** Mean time between collisions that reorient, yr: 0.9 · 84.5 kyr (ω/ω₅ₕ)^(5/6) (D/2 m)^(4/3). */
export const reorientationTime = (rate: number, diameter: number): number =>
  0.9 * 84_500 * pow(rate / rateOfPeriod(5), 5 / 6) * pow(diameter / 2, 4 / 3);

/** Cohesion that holds a body together, Pa; and (1 + sin φ)/(2 cos φ) at an angle of friction of 32.5°. */
const cohesion = 100;
const frictionFactor = (1 + 0.537_299_608_346_823_9) / (2 * 0.843_391_445_812_885_7);

/** Shortest period before mass is shed, h: that of a strengthless body, 2.44 h, or less where cohesion holds a small one. */
export const sheddingPeriod = ({ diameter, density }: Pick<SpinningBody, 'diameter' | 'density'>): number =>
  Math.min(2.44, (Math.PI * diameter * Math.sqrt((density * frictionFactor) / (5 * cohesion))) / 3600);

/**
 * The spin after `years`: torques of thermal radiation by Runge and Kutta's fourth-order method, then chance.
 *
 * A collision draws cos γ uniformly and the period from Maxwell's distribution with its peak at 10 h. A body that spins too fast
 * sheds mass and keeps its obliquity; what it loses slows it to a period of the same distribution (our choice: the source says
 * when, not what). Slower than 1000 h nothing turns it but collisions.
 *
 * @param stream the particle's; at most {@link randomBlocksPerSpinStep} blocks are taken, so that step k may start at k times that
 *   and needs no state of its own
 */
export function nextSpin(
  spin: Spin,
  body: SpinningBody,
  years: number,
  stream: RandomStream,
  { strength = 0.6, stepYears = 50, collisions = true }: SpinOptions = {},
): { readonly spin: Spin; readonly event: SpinEvent } {
  if (collisions && stream.uniform() < 1 - exp(-years / reorientationTime(spin.rate, body.diameter))) {
    const obliquity = acos(2 * stream.uniform() - 1);
    return { spin: { obliquity, rate: drawnRate(stream) }, event: 'collision' };
  }
  const turned = torqued(spin, torqueScale(body, strength), years, stepYears);
  if (turned.rate > rateOfPeriod(sheddingPeriod(body))) {
    return { spin: { obliquity: turned.obliquity, rate: drawnRate(stream) }, event: 'mass-shedding' };
  }
  return { spin: turned, event: 'none' };
}

/** Spin under the torques alone. */
export function torqued(spin: Spin, scale: number, years: number, stepYears = 50): Spin {
  const slowest = rateOfPeriod(longestPeriod);
  const steps = Math.ceil(years / stepYears);
  const h = (years / steps) * 1e-6;
  let { rate, obliquity } = spin;
  for (let step = 0; step < steps && rate > slowest; step++) {
    const [w1, g1] = slopes(rate, obliquity, scale);
    const [w2, g2] = slopes(rate + 0.5 * h * w1, obliquity + 0.5 * h * g1, scale);
    const [w3, g3] = slopes(rate + 0.5 * h * w2, obliquity + 0.5 * h * g2, scale);
    const [w4, g4] = slopes(rate + h * w3, obliquity + h * g3, scale);
    rate = Math.max(slowest, rate + (h / 6) * (w1 + 2 * w2 + 2 * w3 + w4));
    obliquity = Math.min(Math.PI, Math.max(0, obliquity + (h / 6) * (g1 + 2 * g2 + 2 * g3 + g4)));
  }
  return { rate, obliquity };
}

const degreesPerRadian = 180 / Math.PI;

/** dω/dt in 1/s and dγ/dt in rad, a Myr. */
const slopes = (rate: number, obliquity: number, scale: number): readonly [number, number] => {
  const degrees = obliquity * degreesPerRadian;
  return [scale * rateTorque(degrees), (scale * obliquityTorque(degrees)) / rate];
};

/** Peak of the unit Maxwellian is √2. */
const drawnRate = (stream: RandomStream): number => rateOfPeriod(maxwellian(stream) * (peakPeriod / Math.SQRT2));

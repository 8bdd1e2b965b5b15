import { planetsAt2000 } from '@sardonyx/close-approaches';
import { z } from 'zod';
import type { BenchmarkCase } from './benchmark.js';

const numbers = z.array(z.number());

/** Integrations of Sun, planets and massless particles; a step of the benchmark is `days` of them. */
export const closeApproachesCaseSchema = z.strictObject({
  /**
   * `map`: Wisdom–Holman steps of `step` days for all, states known at the end only. `uniform`: the same, every step looked at for the
   * limits about the Sun. `hybrid`: with encounters integrated, and approaches detected where a contender does. `individual`: that, each
   * particle with a step of its own. `statistics`: that, of orbits that cross those of the terrestrial planets. `ias15`: planets alone.
   */
  kind: z.enum(['map', 'uniform', 'hybrid', 'individual', 'statistics', 'ias15']),
  particles: z.int().min(0),
  /** Days. */
  step: z.number(),
  days: z.number(),
  /** The Sun's G·m, the planets', au³/d², and their heliocentric states, au and au/d. */
  starGm: z.number(),
  gm: numbers,
  states: numbers,
});
export type CloseApproachesCase = z.infer<typeof closeApproachesCaseSchema>;

function particleCase(kind: 'map' | 'uniform' | 'hybrid' | 'individual', particles: number, steps: number): BenchmarkCase {
  const { starGm, gm, states } = planetsAt2000();
  const specification: CloseApproachesCase = { kind, particles, step: 4, days: 4 * steps, starGm, gm: [...gm], states: [...states] };
  return {
    name: `${kind}-${particles}`,
    specification,
    measure: 'step',
    maximumIterations: 1000,
    comparedSteps: [0, 1],
    work: { unit: kind === 'individual' ? 'particle and 4 d' : 'particle-step', count: particles * steps },
  };
}

/** Ten years a step; REBOUND takes steps of `step` days. Orbits that meet planets part from code to code: only their starts are compared. */
function statisticsCase(particles: number, step: number): BenchmarkCase {
  const { starGm, gm, states } = planetsAt2000();
  const specification: CloseApproachesCase = {
    kind: 'statistics',
    particles,
    step,
    days: 3648,
    starGm,
    gm: [...gm],
    states: [...states],
  };
  return {
    name: `statistics-${particles}-${step}d`,
    specification,
    measure: 'step',
    maximumIterations: 1000,
    comparedSteps: [0],
    work: { unit: 'particle and 4 d', count: (particles * 3648) / 4 },
  };
}

function ias15Case(): BenchmarkCase {
  const { starGm, gm, states } = planetsAt2000();
  const specification: CloseApproachesCase = {
    kind: 'ias15',
    particles: 0,
    step: 1,
    days: 3652.5,
    starGm,
    gm: [...gm],
    states: [...states],
  };
  return { name: 'ias15-planets', specification, measure: 'step', maximumIterations: 1000, comparedSteps: [0, 1] };
}

/** The cases of the benchmark of close approaches, in the order in which they are measured. */
export const closeApproachesCases: readonly BenchmarkCase[] = [
  particleCase('map', 1000, 256),
  particleCase('map', 100_000, 64),
  particleCase('uniform', 1000, 256),
  particleCase('uniform', 100_000, 64),
  particleCase('hybrid', 1000, 256),
  particleCase('hybrid', 100_000, 64),
  particleCase('individual', 1000, 256),
  statisticsCase(1000, 8),
  statisticsCase(1000, 4),
  statisticsCase(1000, 2),
  ias15Case(),
];

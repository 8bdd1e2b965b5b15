import { planetsAt2000 } from '@sardonyx/close-approaches';
import { z } from 'zod';
import type { BenchmarkCase } from './benchmark.js';

const numbers = z.array(z.number());

/** Integrations of Sun, planets and massless particles; a step of the benchmark is `days` of them. */
export const closeApproachesCaseSchema = z.strictObject({
  /** `uniform`: Wisdom–Holman steps of `step` days for all. `individual`: each particle its own. `ias15`: planets alone. */
  kind: z.enum(['uniform', 'individual', 'ias15']),
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

function particleCase(kind: 'uniform' | 'individual', particles: number, steps: number): BenchmarkCase {
  const { starGm, gm, states } = planetsAt2000();
  const specification: CloseApproachesCase = { kind, particles, step: 4, days: 4 * steps, starGm, gm: [...gm], states: [...states] };
  return {
    name: `${kind}-${particles}`,
    specification,
    measure: 'step',
    maximumIterations: 1000,
    comparedSteps: [0, 1],
    work: { unit: kind === 'uniform' ? 'particle-step' : 'particle and 4 d', count: particles * steps },
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
  particleCase('uniform', 1000, 256),
  particleCase('uniform', 100_000, 64),
  particleCase('individual', 1000, 256),
  ias15Case(),
];

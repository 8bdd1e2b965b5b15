import { defineStudy, type StudyContext } from '@sardonyx/study';
import { z } from 'zod';
import { correctDemocratic } from '../dynamics/democratic-corrector.js';
import { DemocraticHeliocentric } from '../dynamics/democratic-heliocentric.js';
import { bodiesOf, integratorOf } from '../dynamics/integrate-bodies.js';
import { JacobiWisdomHolman } from '../dynamics/jacobi.js';
import { energy, type MassiveBodies } from '../dynamics/massive-bodies.js';
import { democratic, heliocentricPlanets, PlanetSteps } from '../encounters/planet-steps.js';
import { planetsAt2000 } from '../planets/solar-system.js';

const params = z.object({
  years: z.number().positive().max(1e6).default(2000).describe('years by the symplectic integrators'),
  ias15Years: z.number().positive().max(1e5).default(200).describe('years by IAS15'),
  samples: z.int().min(10).max(100_000).default(2000).describe('times at which the energy is taken'),
});

interface SymplecticIntegrator {
  advance(h: number, count?: number): void;
  heliocentric(): MassiveBodies;
}

interface Contender {
  readonly name: string;
  readonly step: number;
  /** Largest |ΔE/E| over 2000 years by an independent implementation. */
  readonly reference: number;
  make(bodies: MassiveBodies): SymplecticIntegrator;
}

const contenders: readonly Contender[] = [
  { name: 'democratic heliocentric, 4 d', step: 4, reference: 1.6e-8, make: (bodies) => new DemocraticHeliocentric(bodies) },
  { name: 'democratic heliocentric, 8 d', step: 8, reference: 6.9e-8, make: (bodies) => new DemocraticHeliocentric(bodies) },
  { name: 'Jacobi, 4 d', step: 4, reference: 7.4e-10, make: (bodies) => new JacobiWisdomHolman(bodies) },
  {
    name: 'Jacobi, 4 d, 17th-order corrector',
    step: 4,
    reference: 6.6e-13,
    make: (bodies) => new JacobiWisdomHolman(bodies, { corrector: 17 }),
  },
];
/** The second splitting as runs of the belt have it, with a corrector at every look. */
const corrected = 'democratic heliocentric, 4 d, corrector';
const correctedSteps = (bodies: MassiveBodies, h: number): SymplecticIntegrator => {
  const steps = new PlanetSteps(democratic(correctDemocratic(bodies, h, 1)), h);
  return {
    advance(_h, count = 1) {
      for (let step = 0; step < count; step++) steps.advance();
    },
    heliocentric: () => correctDemocratic(heliocentricPlanets(steps), h, -1),
  };
};
const ias15 = 'IAS15';

interface EnergyTable {
  append(row: { integrator: string; years: number; error: number }): void;
}

/** The largest |ΔE/E|, and the slope per century of a straight line through ΔE/E, in units of it. */
async function drift(
  ctx: StudyContext,
  table: EnergyTable,
  name: string,
  years: number,
  samples: number,
  bodiesAfter: (years: number) => MassiveBodies,
): Promise<{ largest: number; trend: number }> {
  const first = energy(bodiesAfter(0));
  let [largest, weighted, squares] = [0, 0, 0];
  for (let sample = 1; sample <= samples; sample++) {
    const time = (years * sample) / samples;
    const error = energy(bodiesAfter(time)) / first - 1;
    table.append({ integrator: name, years: time, error });
    largest = Math.max(largest, Math.abs(error));
    const centred = time - years / 2;
    weighted += centred * error;
    squares += centred * centred;
    ctx.progress(sample, samples, name);
    await ctx.yield();
  }
  return { largest, trend: (weighted / squares) * years };
}

/** Energy errors of Sun and planets by every integrator. */
export const energyError = defineStudy({
  name: 'energy-error',
  title: 'The energy of the planets oscillates and does not drift',
  paper: { arxiv: '2502.13489', where: 'numerical integration' },
  summary: 'relative energy error of Sun and eight planets over 2000 years: Wisdom–Holman in two splittings, IAS15 over 200',
  params,
  presets: { quick: {}, standard: { years: 20_000 }, paper: { years: 200_000, samples: 20_000 } },
  async run(ctx, { years, ias15Years, samples }) {
    const table = ctx.table('energy', { integrator: 'utf8', years: 'float64', error: 'float64' });
    const withCorrector = { name: corrected, step: 4, make: (bodies: MassiveBodies) => correctedSteps(bodies, 4) };
    for (const { name, step, make } of [...contenders, withCorrector]) {
      const integrator = make(planetsAt2000());
      let done = 0;
      const { largest, trend } = await drift(ctx, table, name, years, samples, (time) => {
        const steps = Math.round((time * 365.25) / step);
        integrator.advance(step, steps - done);
        done = steps;
        return integrator.heliocentric();
      });
      ctx.result(`${name}: largest |ΔE/E|`, largest);
      ctx.result(`${name}: linear trend over the run`, trend);
    }
    const start = planetsAt2000();
    const integrator = integratorOf(start, { relativity: false });
    const { largest } = await drift(ctx, table, ias15, ias15Years, Math.min(200, samples), (time) => {
      integrator.integrateTo(time * 365.25);
      return bodiesOf(integrator, start);
    });
    ctx.result(`${ias15}: largest |ΔE/E|`, largest);
  },
  figures: [
    {
      name: 'energy',
      title: 'Relative energy error',
      kind: 'line',
      table: 'energy',
      x: 'years',
      y: 'error',
      series: 'integrator',
      xLabel: 'time (yr)',
      yLabel: 'ΔE/E',
    },
  ],
  expect: [
    ...contenders.map(({ name, reference }) => ({
      name,
      paper: `${reference.toExponential(1)} (an independent implementation, 2000 yr)`,
      claim: 'largest error within a factor 2 of it, linear trend below half of the largest error',
      evaluate: (results: { number(name: string): number }) => {
        const [largest, trend] = [results.number(`${name}: largest |ΔE/E|`), results.number(`${name}: linear trend over the run`)];
        const holds = largest < 2 * reference && largest > reference / 2 && Math.abs(trend) < largest / 2;
        return {
          ours: `${largest.toExponential(1)}, trend ${trend.toExponential(1)}`,
          verdict: holds ? ('holds' as const) : ('fails' as const),
        };
      },
    })),
    {
      name: corrected,
      paper: 'left over: powers of the planets’ masses from the second on',
      claim: 'below a thousandth of the error without',
      evaluate: (results) => {
        const [largest, without] = [corrected, contenders[0]!.name].map((name) => results.number(`${name}: largest |ΔE/E|`));
        return { ours: largest!.toExponential(1), verdict: largest! < 1e-3 * without! ? 'holds' : 'fails' };
      },
    },
    {
      name: ias15,
      paper: 'about 1e-15 over 200 yr',
      claim: 'below 5e-15: a few roundings of the sum',
      evaluate: (results) => {
        const largest = results.number(`${ias15}: largest |ΔE/E|`);
        return { ours: largest, verdict: largest < 5e-15 ? 'holds' : 'fails' };
      },
    },
  ],
});

import {
  type BeltOptions,
  BeltRun,
  bodiesOf,
  energy,
  integratorOf,
  type MassiveBodies,
  type ParticleTable,
  particleTable,
} from '@sardonyx/close-approaches';
import { type CloseApproachesCase, closeApproachesCaseSchema } from '../close-approaches-cases.js';
import { serveContender } from '../contender.js';
import { hash, projection } from '../formula.js';
import type { PreparedCase } from '../prepared-case.js';

/** Years of which the energy error, or the approaches, are told. */
const toldYears = 100;
/** First of the six streams of the particles' elements. */
const elementStream = 2000;

/** a, e and inclination from three numbers between 0 and 1. */
type Shape = (unit: (stream: number) => number) => readonly [number, number, number];

/** The inner and middle belt; the same in `peers/rebound_close_approaches.py`. */
const beltShape: Shape = (unit) => [2.1 + 1.1 * unit(0), 0.2 * unit(1), 0.2 * unit(2)];

/** Perihelia from 0.3 to 1.6 au; the same there. */
const crossingShape: Shape = (unit) => {
  const q = 0.3 + 1.3 * unit(1);
  const a = Math.max(1.05 * q, 0.9 + 2.3 * unit(0));
  return [a, 1 - q / a, 0.35 * unit(2)];
};

function particlesOf(shape: Shape, count: number, mu: number): ParticleTable {
  const table = particleTable(count);
  for (let i = 0; i < count; i++) {
    const unit = (stream: number): number => hash(i, elementStream + stream) / 2 ** 32;
    const [a, e, inclination] = shape(unit);
    const [node, perihelion, E] = [3, 4, 5].map((stream) => 2 * Math.PI * unit(stream)) as [number, number, number];
    const [b, n] = [Math.sqrt(1 - e * e), Math.sqrt(mu / a ** 3)];
    const speed = (a * n) / (1 - e * Math.cos(E));
    const turned = (u: number, v: number): number[] => {
      const x = u * Math.cos(perihelion) - v * Math.sin(perihelion);
      const y = u * Math.sin(perihelion) + v * Math.cos(perihelion);
      const [c, z] = [y * Math.cos(inclination), y * Math.sin(inclination)];
      return [x * Math.cos(node) - c * Math.sin(node), x * Math.sin(node) + c * Math.cos(node), z];
    };
    const state = [...turned(a * (Math.cos(E) - e), a * b * Math.sin(E)), ...turned(-speed * Math.sin(E), speed * b * Math.cos(E))];
    for (let k = 0; k < 6; k++) table.values[k * table.stride + i] = state[k]!;
  }
  return table;
}

const bodiesIn = ({ starGm, gm, states }: CloseApproachesCase): MassiveBodies => ({
  starGm,
  gm: Float64Array.from(gm),
  states: Float64Array.from(states),
});

function prepare(benchmarkCase: CloseApproachesCase): PreparedCase | Promise<PreparedCase> {
  return benchmarkCase.kind === 'ias15' ? planets(benchmarkCase) : particles(benchmarkCase);
}

/** What each kind asks of a run, beside its steps. */
const demands: Record<Exclude<CloseApproachesCase['kind'], 'ias15'>, BeltOptions> = {
  map: { detector: 'none' },
  uniform: { criticalDistances: {}, hybrid: { kind: 'none' } },
  hybrid: {},
  individual: {},
  statistics: {},
};

function open(benchmarkCase: CloseApproachesCase): BeltRun {
  const { kind, step, days, starGm, particles: count } = benchmarkCase;
  if (kind === 'ias15') throw new RangeError('open: expected a case with particles, got planets alone');
  const workers = Number(process.env['SARDONYX_BENCH_THREADS'] ?? 1);
  const hasOwnSteps = kind === 'individual' || kind === 'statistics';
  const lengths = hasOwnSteps ? { longestStep: 16, levels: 5 } : { longestStep: step, levels: 1 };
  return new BeltRun(bodiesIn(benchmarkCase), particlesOf(kind === 'statistics' ? crossingShape : beltShape, count, starGm), {
    ...lengths,
    ...demands[kind],
    stepsPerReview: kind === 'statistics' ? 12 : Math.min(64, days / lengths.longestStep),
    workers,
    batch: Math.min(1024, Math.ceil(count / (4 * workers))),
  });
}

async function particles(benchmarkCase: CloseApproachesCase): Promise<PreparedCase> {
  const { kind, days, particles: count } = benchmarkCase;
  const run = open(benchmarkCase);
  const lengths =
    run.groupSizes.length === 1 ? `${run.longestStep} d` : run.groupSizes.map((size, level) => `${2 ** level} d: ${size}`).join(', ');
  const events = kind === 'statistics' ? `; ${await toldEvents(benchmarkCase)}` : '';
  return {
    step: async () => void (await run.advance(days / run.longestStep)),
    inspect: () => ({ x: projection(run.heliocentric().values.subarray(0, count)) }),
    dispose: () => run.end(),
    note: `${Number(process.env['SARDONYX_BENCH_THREADS'] ?? 1)} threads, steps of ${lengths}${events}`,
  };
}

/** Approaches of a hundred years, by planet. */
async function toldEvents(benchmarkCase: CloseApproachesCase): Promise<string> {
  await using run = open(benchmarkCase);
  const { events } = await run.advance(Math.round((365.25 * toldYears) / run.longestStep));
  const counts = ['Mercury', 'Venus', 'Earth', 'Mars'].map(
    (name, planet) => `${name} ${events.filter((event) => event.planet === planet).length}`,
  );
  return `${toldYears} years: ${counts.join(', ')}`;
}

function planets(benchmarkCase: CloseApproachesCase): PreparedCase {
  const bodies = bodiesIn(benchmarkCase);
  const integration = (): ReturnType<typeof integratorOf> => integratorOf(bodies, { relativity: false }, { firstStep: benchmarkCase.step });
  const trial = integration();
  trial.integrateTo(365.25 * toldYears);
  const error = Math.abs(energy(bodiesOf(trial, bodies)) / energy(bodies) - 1);
  const integrator = integration();
  return {
    step: () => integrator.integrateTo(integrator.time + benchmarkCase.days),
    inspect: () => ({ x: projection(bodiesOf(integrator, bodies).states) }),
    note: `|ΔE/E| ${error.toExponential(1)} after ${toldYears} years`,
  };
}

await serveContender<CloseApproachesCase>({
  name: 'sardonyx',
  versions: { node: process.versions.node },
  parseCase: (value) => closeApproachesCaseSchema.parse(value),
  prepare,
});

import {
  BeltIntegrator,
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

/** First of the six streams of the particles' elements. */
const elementStream = 2000;

/** Ellipses of the inner and middle belt; the same in `peers/rebound_close_approaches.py`. */
function beltParticles(count: number, mu: number): ParticleTable {
  const table = particleTable(count);
  for (let i = 0; i < count; i++) {
    const unit = (stream: number): number => hash(i, elementStream + stream) / 2 ** 32;
    const [a, e, inclination] = [2.1 + 1.1 * unit(0), 0.2 * unit(1), 0.2 * unit(2)];
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

function prepare(benchmarkCase: CloseApproachesCase): PreparedCase {
  return benchmarkCase.kind === 'ias15' ? planets(benchmarkCase) : particles(benchmarkCase);
}

function particles(benchmarkCase: CloseApproachesCase): PreparedCase {
  const { kind, step, days, starGm } = benchmarkCase;
  const workers = Number(process.env['SARDONYX_BENCH_THREADS'] ?? 1);
  const lengths = kind === 'uniform' ? { longestStep: step, levels: 1 } : { longestStep: 16, levels: 5 };
  const count = benchmarkCase.particles;
  const integrator = new BeltIntegrator(bodiesIn(benchmarkCase), beltParticles(count, starGm), {
    ...lengths,
    stepsPerReview: Math.min(64, days / lengths.longestStep),
    workers,
    batch: Math.min(2048, Math.ceil(count / (4 * workers))),
  });
  return {
    step: () => integrator.advance(days / lengths.longestStep),
    inspect: () => ({ x: projection(integrator.heliocentric().values.subarray(0, count)) }),
    dispose: () => integrator.end(),
    note: `${workers} threads, steps of ${kind === 'uniform' ? `${step} d` : `${integrator.groupSizes.map((size, level) => `${2 ** level} d: ${size}`).join(', ')}`}`,
  };
}

/** Years of which the energy error is told. */
const toldYears = 100;

function planets(benchmarkCase: CloseApproachesCase): PreparedCase {
  const bodies = bodiesIn(benchmarkCase);
  const open = (): ReturnType<typeof integratorOf> => integratorOf(bodies, { relativity: false }, { firstStep: benchmarkCase.step });
  const trial = open();
  trial.integrateTo(365.25 * toldYears);
  const error = Math.abs(energy(bodiesOf(trial, bodies)) / energy(bodies) - 1);
  const integrator = open();
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

import { defineStudy } from '@sardonyx/study';
import { z } from 'zod';
import { kmPerAu, secondsPerDay } from '../constants.js';
import { integratorOf } from '../dynamics/integrate-bodies.js';
import { type MassiveBodies, massiveBodies, stateSize } from '../dynamics/massive-bodies.js';
import { BeltRun } from '../belt/belt-run.js';
import { tableOfStates } from '../belt/particle-table.js';
import { planetNames } from '../planets/bodies.js';
import type { StateVector } from '../planets/initial-states.js';
import { ephemerisBodies, equatorialToEcliptic } from '../planets/solar-system.js';
import { lumped } from '../propagation/planets-at.js';
import { SolarSystem } from '../propagation/propagation.js';

const params = z.object({
  steps: z
    .array(z.number().positive().max(8))
    .min(2)
    .default([4, 2, 1])
    .describe('days of the hybrid’s steps, each half of the one before'),
});

/** (99942) Apophis relative to the Sun, ICRF, at a JD (TDB) 102 days before its approach (JPL). */
const apophis = {
  epoch: 2_462_138.535_998_938_6,
  state: [
    -0.559_465_385_504_885, 0.856_475_647_575_745, 0.304_150_662_171_022_5, -0.013_818_324_735_921_64, -0.006_008_827_559_793_92,
    -0.002_580_504_463_130_963,
  ] as StateVector,
};
const days = 120;
/** JD (TDB) before the approach. */
const day = 2_462_240;
const earthPlace = planetNames.indexOf('earth');

interface Pass {
  /** au, JD (TDB), au/d. */
  readonly distance: number;
  readonly jd: number;
  readonly speed: number;
}

/** Apophis past the Earth on 13 April 2029. */
export const apophisStudy = defineStudy({
  name: 'apophis',
  title: 'Apophis passes the Earth in April 2029',
  paper: { arxiv: '2502.13489', where: 'close encounters' },
  summary: 'IAS15 with Earth and Moon apart, and the hybrid integrator with their barycentre at steps of 4, 2 and 1 d',
  params,
  presets: { quick: {}, standard: { steps: [4, 2, 1, 0.5] }, paper: { steps: [4, 2, 1, 0.5, 0.25] } },
  async run(ctx, { steps }) {
    const table = ctx.table('passes', { integrator: 'utf8', step: 'float64', distance: 'float64', error: 'float64' });
    const bodies = new SolarSystem().at(apophis.epoch);
    const lumps = lumped(bodies);
    const particle = equatorialToEcliptic(apophis.state);
    let { truth } = (ctx.restored?.state ?? { truth: 0 }) as { truth: number };
    // Stage 0: Earth and Moon apart; 1: their barycentre; then one hybrid run each.
    for (let stage = ctx.restored?.step ?? 0; stage < 2 + steps.length; stage++) {
      if (stage === 0) {
        const { distance, jd, speed } = closest(withParticle(bodies, apophis.state), ephemerisBodies.indexOf('earth'), true);
        ctx.result('distance, km', distance * kmPerAu);
        // The day apart: results are shown with four digits.
        ctx.result(`time, d after JD ${day}`, jd - day);
        ctx.result('speed, km/s', (speed * kmPerAu) / secondsPerDay);
      } else if (stage === 1) {
        truth = closest(withParticle(lumps, particle), earthPlace, false).distance;
        table.append({ integrator: 'IAS15', step: NaN, distance: truth * kmPerAu, error: 0 });
        ctx.result('distance from the barycentre by IAS15, km', truth * kmPerAu);
      } else {
        const step = steps[stage - 2]!;
        const run = new BeltRun(lumps, tableOfStates(particle), { longestStep: step, levels: 1, epoch: apophis.epoch });
        const { events } = await run.advance(Math.round(days / step));
        const distance = events.find(({ planet }) => planet === earthPlace)!.rMin;
        const error = Math.abs(distance / truth - 1);
        table.append({ integrator: 'hybrid', step, distance: distance * kmPerAu, error });
        ctx.result(`hybrid, ${step} d: relative error`, error);
      }
      ctx.progress(stage + 1, 2 + steps.length);
      await ctx.yield();
      if (ctx.dueCheckpoint()) await ctx.checkpoint({ step: stage + 1, arrays: {}, state: { truth } });
    }
  },
  figures: [
    {
      name: 'convergence',
      title: 'Miss distance by the hybrid integrator',
      kind: 'line',
      table: 'passes',
      x: 'step',
      y: 'error',
      series: 'integrator',
      xLabel: 'step (d)',
      yLabel: 'relative error',
      xScale: 'log',
      yScale: 'log',
    },
  ],
  expect: [
    {
      name: 'approach of 2029',
      paper: '38 000 ± 100 km at JD 2462240.407 ± 0.001, 7.423 km/s (JPL)',
      claim: 'within these limits, the speed within 0.005 km/s',
      evaluate: (results) => {
        const [distance, speed] = [results.number('distance, km'), results.number('speed, km/s')];
        const jd = day + results.number(`time, d after JD ${day}`);
        const holds = Math.abs(distance - 38_000) <= 100 && Math.abs(jd - 2_462_240.407) <= 0.001 && Math.abs(speed - 7.423) <= 0.005;
        return { ours: `${distance.toFixed(0)} km at JD ${jd.toFixed(4)}, ${speed.toFixed(3)} km/s`, verdict: holds ? 'holds' : 'fails' };
      },
    },
    {
      name: 'hybrid',
      paper: 'at most 1 % at 4 d against IAS15, of second order',
      claim: 'at most 1 % at the longest step, ratios of errors at halved steps from 3 to 5',
      evaluate: (results) => {
        const columns = results.table('passes')?.columns ?? {};
        const errors = (columns['error'] ?? []).flatMap((value, row) => (columns['integrator']![row] === 'hybrid' ? [Number(value)] : []));
        const ratios = errors.slice(1).map((error, k) => errors[k]! / error);
        const holds = errors[0]! <= 0.01 && ratios.every((ratio) => ratio > 3 && ratio < 5);
        const ours = `${errors.map((error) => error.toExponential(1)).join(', ')}; ratios ${ratios.map((ratio) => ratio.toFixed(2)).join(', ')}`;
        return { ours, verdict: holds ? 'holds' : 'fails' };
      },
    },
  ],
});

const withParticle = ({ starGm, gm, states }: MassiveBodies, state: StateVector): MassiveBodies =>
  massiveBodies(
    [
      ...Array.from(gm, (own, body) => ({ gm: own, state: [...states.subarray(stateSize * body, stateSize * (body + 1))] })),
      { gm: 0, state },
    ],
    starGm,
  );

/** Parts of an IAS15 step at which the distance is looked at; its least is then found by golden section. */
const looks = 64;

/** The least distance of the last body from body `other` under IAS15. */
function closest(bodies: MassiveBodies, other: number, relativity: boolean): Pass {
  const integrator = integratorOf(bodies, { relativity });
  const last = bodies.gm.length;
  const [x, v] = [new Float64Array(3 * (last + 1)), new Float64Array(3 * (last + 1))];
  const apart = (table: Float64Array): number => Math.hypot(...[0, 1, 2].map((k) => table[3 * last + k]! - table[3 * (other + 1) + k]!));
  const distanceAt = (fraction: number): number => {
    integrator.interpolate(fraction, x, v);
    return apart(x);
  };
  let best: Pass = { distance: Infinity, jd: 0, speed: 0 };
  integrator.integrateTo(days, () => {
    for (let k = 0; k <= looks; k++) {
      if (distanceAt(k / looks) >= best.distance) continue;
      const fraction = leastBetween(distanceAt, Math.max(0, (k - 1) / looks), Math.min(1, (k + 1) / looks));
      const distance = distanceAt(fraction);
      best = { distance, jd: apophis.epoch + integrator.time - (1 - fraction) * integrator.lastStep, speed: apart(v) };
    }
    return false;
  });
  return best;
}

/** Where a function with one minimum is least, by golden section to 10⁻⁹. */
function leastBetween(f: (x: number) => number, low: number, high: number): number {
  const golden = 0.5 * (Math.sqrt(5) - 1);
  let [a, b] = [low, high];
  let [c, d] = [b - golden * (b - a), a + golden * (b - a)];
  let [fc, fd] = [f(c), f(d)];
  while (b - a > 1e-9) {
    if (fc < fd) {
      [b, d, fd] = [d, c, fc];
      c = b - golden * (b - a);
      fc = f(c);
    } else {
      [a, c, fc] = [c, d, fd];
      d = a + golden * (b - a);
      fd = f(d);
    }
  }
  return 0.5 * (a + b);
}

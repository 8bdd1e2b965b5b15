import { describe, expect, test } from 'vitest';
import type { BeltOptions } from '../../src/belt/belt-options.js';
import { BeltRun } from '../../src/belt/belt-run.js';
import { beltShard } from '../../src/belt/belt-shard.js';
import type { ParticleTable } from '../../src/belt/particle-table.js';
import { planetsAt2000 } from '../../src/planets/solar-system.js';
import { type Kind, randomTable } from './random-orbits.js';

/** Threads load built modules. */
const shardKernel = { ...beltShard, module: new URL('../../dist/belt/belt-shard.js', import.meta.url).href };
const kinds: readonly Kind[] = ['belt', 'crossing', 'belt', 'near-parabolic', 'hyperbolic'];
const particles = randomTable(333, kinds, 3);
const forces = { yarkovsky: true, relativity: true };

async function statesAfter(steps: number, options: BeltOptions = {}, table: ParticleTable = particles): Promise<Float64Array> {
  await using integrator = new BeltRun(planetsAt2000(), table, { stepsPerReview: 4, forces, shardKernel, ...options });
  await integrator.advance(steps);
  return integrator.heliocentric().values;
}

const bits = (values: Float64Array): BigUint64Array => new BigUint64Array(values.slice().buffer);

describe('particles with steps of their own', () => {
  test('any number of workers and any batch gives the same bits', async () => {
    const one = bits(await statesAfter(40));
    for (const options of [
      { batch: 1 },
      { batch: 7 },
      { workers: 2, batch: 50 },
      { workers: 3, batch: 1000 },
      { kernel: 'typescript' as const },
    ]) {
      expect(bits(await statesAfter(40, options)), JSON.stringify(options)).toEqual(one);
    }
  });

  test('a particle alone moves as among others', async () => {
    const whole = await statesAfter(40);
    for (const i of [0, 1, 3, 4, 332]) {
      const column = Float64Array.from({ length: 10 }, (_, k) => particles.values[k * particles.stride + i]!);
      const alone = await statesAfter(40, {}, { values: column, stride: 1, count: 1 });
      expect(bits(alone)).toEqual(bits(Float64Array.from({ length: 10 }, (_, k) => whole[k * particles.count + i]!)));
    }
  });

  test('output does not disturb the integration', async () => {
    const integrator = new BeltRun(planetsAt2000(), particles, { stepsPerReview: 4, forces });
    for (let step = 0; step < 40; step++) {
      await integrator.advance(1);
      integrator.heliocentric();
      integrator.planets();
    }
    expect(bits(integrator.heliocentric().values)).toEqual(bits(await statesAfter(40)));
  });

  test('the belt takes long steps, what comes near the Sun short ones', async () => {
    const sizes = (kind: Kind): readonly number[] => new BeltRun(planetsAt2000(), randomTable(200, [kind], 1)).groupSizes;
    expect(sizes('belt')[4]).toBeGreaterThan(180);
    expect(sizes('crossing')[4]).toBe(0);
    expect(sizes('near-parabolic')[0]).toBeGreaterThan(10);
  });

  test('a step that changes follows the orbit: raised when the perihelion sinks, and back after patience', async () => {
    // Perihelion just above the crossing zone, within Jupiter's reach: the secular change of q takes it in and out.
    const table = randomTable(2000, ['belt'], 12);
    const integrator = new BeltRun(planetsAt2000(), table, {
      stepsPerReview: 2,
      rule: { crossing: [{ within: 2.2, step: 4 }], patience: 4 },
    });
    const seen = new Set<string>();
    for (let step = 0; step < 120; step++) {
      await integrator.advance(2);
      seen.add(integrator.groupSizes.join());
    }
    expect(seen.size).toBeGreaterThan(1);
    // Ten years: what changes of the step add is less than what the longest step errs by itself.
    const states = async (longestStep: number, levels: number): Promise<Float64Array> =>
      await statesAfter((240 * 16) / longestStep, { longestStep, levels, forces: {} }, table);
    const [fine, uniform] = [await states(1, 1), await states(16, 1)];
    const worst = (values: Float64Array): number =>
      Math.max(
        ...Array.from({ length: table.count }, (_, i) =>
          Math.hypot(...[0, 1, 2].map((k) => values[k * table.count + i]! - fine[k * table.count + i]!)),
        ),
      );
    expect(worst(integrator.heliocentric().values)).toBeLessThan(1.1 * worst(uniform));
  });
});

describe('a run without a detector', () => {
  const options: BeltOptions = { detector: 'none', longestStep: 4, levels: 1 };

  test('is the same map: the bits of a run that watches each step', async () => {
    const watched = await statesAfter(40, { ...options, detector: 'quintic', criticalDistances: {}, hybrid: { kind: 'none' } });
    const values = await statesAfter(40, options);
    const { count } = particles;
    let together = 0;
    for (let i = 0; i < count; i++) {
      // The limits about the Sun are looked at later.
      if (Number.isNaN(watched[i]) || Number.isNaN(values[i])) continue;
      together++;
      for (let k = 0; k < 6; k++) expect(values[k * count + i]).toBe(watched[k * count + i]);
    }
    expect(together).toBeGreaterThan(0.9 * count);
  });

  test.each<BeltOptions>([{ batch: 1 }, { batch: 7 }, { workers: 2, batch: 50 }, { workers: 3, batch: 1000 }, { kernel: 'typescript' }])(
    'gives the same bits with %o, and with steps of their own',
    async (other) => {
      for (const lengths of [options, { ...options, longestStep: 16, levels: 5 }]) {
        expect(bits(await statesAfter(40, { ...lengths, ...other }))).toEqual(bits(await statesAfter(40, lengths)));
      }
    },
  );

  test('interruptions do not show in states and removals', async () => {
    const whole = new BeltRun(planetsAt2000(), particles, { ...options, stepsPerReview: 4, forces });
    const { removals } = await whole.advance(40);
    expect(removals.length).toBeGreaterThan(3);
    let run = new BeltRun(planetsAt2000(), particles, { ...options, stepsPerReview: 4, forces });
    const parts = [];
    for (const stretch of [1, 6, 4, 29]) {
      parts.push(...(await run.advance(stretch)).removals);
      run = BeltRun.resume(planetsAt2000(), structuredClone(run.snapshot()), { ...options, stepsPerReview: 4, forces });
    }
    expect(parts).toEqual(removals);
    expect(bits(run.heliocentric().values)).toEqual(bits(whole.heliocentric().values));
    for (const { particle } of removals) expect(run.heliocentric().values[particle]).toBeNaN();
  });

  test('errs as the square of the step', async () => {
    const table = randomTable(100, ['belt'], 4);
    const days = 1600;
    const states = (step: number): Promise<Float64Array> =>
      statesAfter(days / step, { ...options, longestStep: step, stepsPerReview: 50, forces: {} }, table);
    const [fine, ...coarse] = [await states(0.5), await states(4), await states(8)];
    const errors = coarse.map((values) => Math.sqrt(values.subarray(0, 300).reduce((sum, x, at) => sum + (x - fine[at]!) ** 2, 0)));
    // 4, within what the next power and the reference's own error of 1/64 add.
    expect(Math.abs(errors[1]! / errors[0]! - 4)).toBeLessThan(0.2);
  });
});

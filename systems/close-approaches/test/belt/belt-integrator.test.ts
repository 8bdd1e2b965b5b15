import { describe, expect, test } from 'vitest';
import { BeltIntegrator, type BeltOptions } from '../../src/belt/belt-integrator.js';
import { beltShard } from '../../src/belt/belt-shard.js';
import type { ParticleTable } from '../../src/belt/particle-table.js';
import { DemocraticHeliocentric } from '../../src/dynamics/democratic-heliocentric.js';
import { planetsAt2000 } from '../../src/planets/solar-system.js';
import { type Kind, randomTable } from './random-orbits.js';

/** Threads load built modules. */
const shardKernel = { ...beltShard, module: new URL('../../dist/belt/belt-shard.js', import.meta.url).href };
const kinds: readonly Kind[] = ['belt', 'crossing', 'belt', 'near-parabolic', 'hyperbolic'];
const particles = randomTable(333, kinds, 3);
const forces = { yarkovsky: true, relativity: true };

async function statesAfter(steps: number, options: BeltOptions = {}, table: ParticleTable = particles): Promise<Float64Array> {
  await using integrator = new BeltIntegrator(planetsAt2000(), table, { stepsPerReview: 4, forces, shardKernel, ...options });
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

  test('an interrupted integration goes on as if it had not been', async () => {
    const options = { stepsPerReview: 4, forces };
    let current = new BeltIntegrator(planetsAt2000(), particles, options);
    for (const steps of [3, 1, 9, 20, 7]) {
      await current.advance(steps);
      const resumed = new BeltIntegrator(planetsAt2000(), particles, options);
      resumed.restore(structuredClone(current.checkpoint()));
      current = resumed;
    }
    expect(bits(current.heliocentric().values)).toEqual(bits(await statesAfter(40)));
  });

  test('output does not disturb the integration, and planets are those of their own integration', async () => {
    const integrator = new BeltIntegrator(planetsAt2000(), particles, { stepsPerReview: 4, forces });
    const alone = new DemocraticHeliocentric(planetsAt2000());
    for (let step = 0; step < 40; step++) {
      await integrator.advance(1);
      integrator.heliocentric();
      integrator.planets();
      alone.advance(1, 16);
    }
    expect(bits(integrator.heliocentric().values)).toEqual(bits(await statesAfter(40)));
    expect(integrator.planets().states).toEqual(alone.heliocentric().states);
  });

  test('the belt takes long steps, what comes near the Sun short ones, and a removed particle none', async () => {
    const sizes = (kind: Kind): readonly number[] => new BeltIntegrator(planetsAt2000(), randomTable(200, [kind], 1)).groupSizes;
    expect(sizes('belt')[4]).toBeGreaterThan(180);
    expect(sizes('crossing')[4]).toBe(0);
    expect(sizes('near-parabolic')[0]).toBeGreaterThan(10);
    const integrator = new BeltIntegrator(planetsAt2000(), randomTable(200, ['belt'], 1));
    integrator.remove([17]);
    await integrator.advance(3);
    expect(integrator.groupSizes.reduce((a, b) => a + b)).toBe(199);
    expect(integrator.heliocentric().values[17]).toBeNaN();
    expect(integrator.heliocentric().values[18]).not.toBeNaN();
  });

  test('a step that changes follows the orbit: raised when the perihelion sinks, and back after patience', async () => {
    // Perihelion just above the crossing zone, within Jupiter's reach: the secular change of q takes it in and out.
    const table = randomTable(2000, ['belt'], 12);
    const integrator = new BeltIntegrator(planetsAt2000(), table, {
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

import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { binarySource, compileKernels } from '../../kernels/build.mjs';
import { type BeltKernel, BeltMemory } from '../../src/belt/belt-memory.js';
import { components, type ParticleTable } from '../../src/belt/particle-table.js';
import { recordPlanets } from '../../src/belt/planet-track.js';
import { forceBits } from '../../src/belt/sun.js';
import { sunGm } from '../../src/constants.js';
import { PlanetAnnuli } from '../../src/encounters/planet-annuli.js';
import { democratic, PlanetSteps } from '../../src/encounters/planet-steps.js';
import { SafeSteps } from '../../src/encounters/safe-steps.js';
import { runsCompiledKernels } from '../../src/kernels/web-assembly.js';
import { planetsAt2000 } from '../../src/planets/solar-system.js';
import { type Kind, randomTable } from './random-orbits.js';

const kinds: readonly Kind[] = ['belt', 'crossing', 'near-parabolic', 'hyperbolic'];
const steps = 12;
const rows = steps + 1;

interface Run {
  readonly kernel: BeltKernel;
  readonly h: number;
  readonly forces?: number;
  /** Particles that one call moves; all by default. */
  readonly batch?: number;
  readonly shared?: boolean;
  /** Steps that one call does; all by default. */
  readonly stretch?: number;
}

/** States after steps. */
function moved(start: ParticleTable, { kernel, h, forces = 0, batch = start.count, shared = false, stretch = steps }: Run): Float64Array {
  const memory = BeltMemory.create({ particles: start.count, planets: 8, rows }, { kernel, shared });
  const planets = new PlanetSteps(democratic(planetsAt2000()), h);
  memory.gm.set(planets.gm);
  recordPlanets(planets, memory.track, steps);
  memory.table.values.set(start.values);
  for (let begin = 0; begin < start.count; begin += batch) {
    const count = Math.min(batch, start.count - begin);
    for (let firstRow = 0; firstRow < steps; firstRow += stretch) {
      memory.advance(begin, count, { mu: sunGm, firstRow, rowsPerStep: 1, steps: stretch, h, forces });
    }
  }
  return memory.table.values;
}

/** Bit patterns, so that zeros of different sign differ. */
const bits = (values: Float64Array): BigUint64Array => new BigUint64Array(values.slice().buffer);

describe('the compiled kernels', () => {
  test('are what their sources compile to, byte for byte', async () => {
    const committed = await readFile(new URL('../../src/kernels/binary.ts', import.meta.url), 'utf8');
    expect(binarySource(await compileKernels())).toBe(committed);
  });

  test('are used where the machine runs them', () => {
    expect(runsCompiledKernels()).toBe(true);
    expect(BeltMemory.create({ particles: 1, planets: 8, rows }).handle.kernel).toBe('webassembly');
  });

  test.each([1, 4, 16, 200, -4])('give the plain implementation bit for bit at steps of %d d', (h) => {
    const start = randomTable(4001, kinds, h + 1000);
    expect(bits(moved(start, { kernel: 'webassembly', h }))).toEqual(bits(moved(start, { kernel: 'typescript', h })));
  });

  test.each([...Object.values(forceBits), 15])('do so with the forces %d', (forces) => {
    const start = randomTable(1001, kinds, forces);
    const compiled = moved(start, { kernel: 'webassembly', h: 8, forces });
    expect(bits(compiled)).toEqual(bits(moved(start, { kernel: 'typescript', h: 8, forces })));
    expect(bits(compiled)).not.toEqual(bits(moved(start, { kernel: 'webassembly', h: 8 })));
  });

  test('a particle does not depend on its batch or its neighbour', () => {
    const start = randomTable(1301, kinds, 5);
    const whole = bits(moved(start, { kernel: 'webassembly', h: 4, forces: 15 }));
    for (const batch of [1, 2, 3, 7, 511, 512, 513, 1300]) {
      expect(bits(moved(start, { kernel: 'webassembly', h: 4, forces: 15, batch })), `${batch} a batch`).toEqual(whole);
    }
    expect(bits(moved(start, { kernel: 'webassembly', h: 4, forces: 15, shared: true })), 'shared memory').toEqual(whole);
  });

  test.each(['webassembly', 'typescript'] as const)('%s: steps one by one are steps at once, bit for bit', (kernel) => {
    const start = randomTable(301, kinds, 8);
    for (const forces of [0, 15]) {
      const whole = bits(moved(start, { kernel, h: 4, forces }));
      for (const stretch of [1, 3, 4]) expect(bits(moved(start, { kernel, h: 4, forces, stretch })), `${stretch}`).toEqual(whole);
    }
  });

  test('a state that is no number stays its own', () => {
    const start = randomTable(8, ['belt'], 6);
    const whole = moved(start, { kernel: 'webassembly', h: 4 });
    start.values[3] = NaN;
    const spoilt = moved(start, { kernel: 'webassembly', h: 4 });
    for (let k = 0; k < components.length; k++) {
      for (let i = 0; i < 8; i++) if (i !== 3) expect(spoilt[8 * k + i]).toBe(whole[8 * k + i]);
    }
    expect(spoilt[3]).toBeNaN();
  });

  test.each([1, 4, 16, -8])('prove what the plain implementation proves, at steps of %d d', (h) => {
    const start = randomTable(2000, kinds, 3);
    const planets = new PlanetSteps(democratic(planetsAt2000()), h);
    const annuli = new PlanetAnnuli(planets).current;
    const reach = Float64Array.from(annuli.outer, (outer) => 0.06 * outer);
    const proofs = new SafeSteps(planets, annuli, reach, reach, { star: 0.05, far: 40, extra: 1e-9 });
    const proved = (['webassembly', 'typescript'] as const).map((kernel) => {
      const memory = BeltMemory.create({ particles: start.count, planets: 8, rows: 3 }, { kernel });
      recordPlanets(new PlanetSteps(democratic(planetsAt2000()), h), memory.track, 2);
      memory.table.values.set(start.values);
      return Array.from({ length: start.count }, (_, slot) => [...memory.safeSteps(slot, slot % 3, proofs)]);
    });
    expect(proved[0]).toEqual(proved[1]);
    expect(new Set(proved[0]!.flat()).size).toBeGreaterThan(5);
  });
});

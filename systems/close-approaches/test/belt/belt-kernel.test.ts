import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { binarySource, compileKernels } from '../../kernels/build.mjs';
import { type BeltKernel, BeltMemory, runsCompiledBelt } from '../../src/belt/belt-memory.js';
import { components, type ParticleTable } from '../../src/belt/particle-table.js';
import { PlanetTrack } from '../../src/belt/planet-track.js';
import { forceBits } from '../../src/belt/sun.js';
import { sunGm } from '../../src/constants.js';
import { planetsAt2000 } from '../../src/planets/solar-system.js';
import { type Kind, randomTable } from './random-orbits.js';

const kinds: readonly Kind[] = ['belt', 'crossing', 'near-parabolic', 'hyperbolic'];
const rows = 12;

interface Run {
  readonly kernel: BeltKernel;
  readonly h: number;
  readonly forces?: number;
  /** Particles that one call moves; all by default. */
  readonly batch?: number;
  readonly shared?: boolean;
}

/** States after steps, and the number of steps a call. */
function moved(start: ParticleTable, { kernel, h, forces = 0, batch = start.count, shared = false }: Run): Float64Array {
  const memory = BeltMemory.create({ particles: start.count, planets: 8, rows }, { kernel, shared });
  const planets = new PlanetTrack(planetsAt2000(), Math.abs(h));
  memory.gm.set(planets.gm);
  for (let row = 0; row < rows; row++) planets.record(1, memory.track, [row]);
  memory.table.values.set(start.values);
  for (let begin = 0; begin < start.count; begin += batch) {
    const steps = { mu: sunGm, firstRow: 0, steps: rows, h, firstDrift: 0.5 * h, lastDrift: 0.5 * h, forces };
    memory.advance(begin, Math.min(batch, start.count - begin), steps);
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
    expect(runsCompiledBelt()).toBe(true);
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
});

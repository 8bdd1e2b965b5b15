import { buffers } from './guarded-runtime.js';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../src/index.js';
import { drawInputs, seeded } from '../conformance/draw.js';
import { toTensor } from '../conformance/host.js';
import { suites } from '../conformance/cases/index.js';
import { tensorsOf } from '../conformance/tensors-of.js';
import { guarded } from './runtimes.js';

it('sees a byte written beside a buffer', () => {
  const { storage, damage } = guarded({ dtype: 'float32', shape: [3] });
  const all = new Uint8Array(storage.array.buffer);
  all[storage.array.byteOffset + 12] = 1;
  all[storage.array.byteOffset - 1] = 1;
  expect(damage()).toEqual([-1, 12]);
});

/* Kernels work in vectors: one that rounds a length up would write beside the output it was given. */
describe.each(suites.map(({ family, cases }) => ({ family, cases })))('$family', ({ cases }) => {
  it('writes nowhere but into its outputs', async () => {
    for (const testCase of cases) {
      await evaluate([...tensorsOf(testCase.call(...drawInputs(testCase.inputs, seeded(testCase.name)).map(toTensor)))]);
      expect(buffers.length, testCase.name).toBeGreaterThan(0);
      const damaged = buffers.splice(0).filter((buffer) => buffer.damage().length > 0);
      expect(
        damaged.map(({ storage }) => storage.shape),
        testCase.name,
      ).toEqual([]);
    }
  });
});

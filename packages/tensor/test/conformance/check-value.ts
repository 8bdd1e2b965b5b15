import { expect } from 'vitest';
import type { DType } from '../../src/index.js';
import type { HostArray, OpCase } from './case.js';
import { drawInputs, seeded } from './draw.js';
import { isFloatDType, toHost, toTensor } from './host.js';
import { listOf, tensorsOf } from './tensors-of.js';

/**
 * Relative tolerance in float32: kernels sum in an order of their own and use vectorised exponentials good to a few
 * units in the last place (2⁻²⁴ = 6e-8); 2e-6 is about 30 such units, far below what a wrong formula does.
 */
const float32Tolerance = 2e-6;

/** The same number of units in the other formats, with a few more in float64, where the references round as well. */
const coarseness: Partial<Record<DType, number>> = { float32: 1, float64: 2 ** -27, float16: 2 ** 13 / 4 };

/** The operator against plain loops, in the dtypes the case was written in and in those of `alsoIn`. */
export async function checkValue(testCase: OpCase): Promise<void> {
  for (const dtype of [undefined, ...(testCase.alsoIn ?? [])]) {
    const inputs = drawInputs(testCase.inputs, seeded(testCase.name), dtype);
    const expected = listOf(testCase.reference(...inputs));
    const actual = tensorsOf(testCase.call(...inputs.map(toTensor)));
    expect(actual.length, 'number of outputs').toBe(expected.length);
    for (const [i, output] of actual.entries()) {
      expectClose(await toHost(output), expected[i]!, testCase.tolerance, `output ${i} of ${dtype ?? 'given'} inputs`);
    }
  }
}

/**
 * Same dtype, same shape, and elements equal: exactly for integers and booleans, for floats within
 * tolerance · max(1, |expected|), because elements drawn around 1 may cancel to almost nothing.
 */
export function expectClose(actual: HostArray, expected: HostArray, tolerance = float32Tolerance, what = 'value'): void {
  expect(actual.dtype, `${what}: dtype`).toBe(expected.dtype);
  expect(actual.shape, `${what}: shape`).toEqual(expected.shape);
  const allowed = isFloatDType(expected.dtype) ? tolerance * (coarseness[expected.dtype] ?? 1) : 0;
  expected.data.forEach((want, i) => {
    const got = actual.data[i]!;
    const same = Object.is(got + 0, want + 0) || Math.abs(got - want) <= allowed * Math.max(1, Math.abs(want));
    if (!same) expect.fail(`${what}: element ${i} of [${expected.shape.join()}] is ${got}, expected ${want}`);
  });
}

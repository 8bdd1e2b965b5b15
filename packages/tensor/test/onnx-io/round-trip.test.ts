import { describe, test } from 'vitest';
import { encodeModel, exportOnnx, grad, importOnnx, sum, type Tensor } from '../../src/index.js';
import type { OpCase } from '../conformance/case.js';
import { suites } from '../conformance/cases/index.js';
import { expectClose } from '../conformance/check-value.js';
import { drawInputs, seeded } from '../conformance/draw.js';
import { isFloatDType, toHost, toTensor } from '../conformance/host.js';
import { tensorsOf } from '../conformance/tensors-of.js';

/**
 * Every conformance case of every operator, with its gradient, exported and imported again: the import must compute the
 * same. Gradients sum over cotangents of 1 in another order than before, hence ten times the tolerance of a value.
 */
const gradientTolerance = 2e-5;

/** The outputs of a case, and the gradients of the sum of the first by the inputs that its gradient is checked for. */
const valueAndGradients =
  ({ call, gradient }: OpCase) =>
  (inputs: readonly Tensor[]) => {
    const floating = inputs.map((_, i) => i).filter((i) => isFloatDType(inputs[i]!.dtype));
    const wanted = gradient ?? floating;
    const values = tensorsOf(call(...inputs));
    if (wanted.length === 0 || !isFloatDType(values[0]!.dtype)) return { values, gradients: [] };
    const gradients = grad((sources: readonly Tensor[]) =>
      sum(tensorsOf(call(...inputs.map((x, i) => (wanted.includes(i) ? sources[wanted.indexOf(i)]! : x))))[0]!),
    )(wanted.map((i) => inputs[i]!));
    return { values, gradients };
  };

for (const { family, cases } of suites) {
  describe(family, () => {
    test.each(cases.map((item) => [item.name, item] as const))('%s', async (_, testCase) => {
      const inputs = drawInputs(testCase.inputs, seeded(testCase.name)).map(toTensor);
      const f = valueAndGradients(testCase);
      const model = await importOnnx(encodeModel(await exportOnnx(f, [inputs], { argumentNames: ['x'] })));
      const given = model.call(model.parameters, Object.fromEntries(inputs.map((x, i) => [`x[${i}]`, x])));
      const { values, gradients } = f(inputs);
      for (const [i, value] of values.entries()) {
        expectClose(await toHost(given[`values[${i}]`]!), await toHost(value), testCase.tolerance, `output ${i}`);
      }
      for (const [i, gradient] of gradients.entries()) {
        const tolerance = Math.max(gradientTolerance, 10 * (testCase.tolerance ?? 0));
        expectClose(await toHost(given[`gradients[${i}]`]!), await toHost(gradient), tolerance, `gradient ${i}`);
      }
    });
  });
}

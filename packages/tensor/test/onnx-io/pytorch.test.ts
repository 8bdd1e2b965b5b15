import { describe, expect, test } from 'vitest';
import { importOnnx, jit, type NamedTensors, type Tensor, treeMap, valueAndGrad, zerosLike } from '../../src/index.js';
import {
  decode,
  type Fixture,
  fixtureNames,
  floatsOf,
  lossOf,
  pathOf,
  readFixture,
  relativeDifference,
  toTensor,
  toTensors,
} from './fixture.js';

/**
 * float32 sums of some hundred terms in another order than PyTorch's differ by a few ulp (6e-8) a layer; ten layers of
 * them, forward and backward, stay below this, relative to the largest element of a tensor.
 */
const tolerance = 1e-5;

/**
 * Adam divides by the root of a running mean of squared gradients, so where a gradient is nothing but its own rounding
 * error the steps follow that error's sign: biases whose gradient vanishes in exact arithmetic (those of attention's keys:
 * softmax does not see them) are not determined; they move by at most a learning rate a step.
 */
const undetermined = (fixture: Fixture, name: string, i: number): boolean =>
  name.endsWith('bias') && Math.abs((decode(fixture.gradients[name]!) as Float32Array)[i]!) < 1e-7;

const sgd = (p: Tensor, g: Tensor, rate: number) => p.sub(g.mul(rate));

describe.each(fixtureNames)('%s by PyTorch', async (name) => {
  const fixture = readFixture(name);
  const model = await importOnnx(pathOf(`${name}.onnx`));
  const inputs = toTensors(fixture.inputs);
  const target = toTensor(fixture.target);
  const loss = (parameters: NamedTensors, given: NamedTensors, wanted: Tensor) =>
    lossOf(fixture, model.call(parameters, given)['output']!, wanted);

  test('has the parameters of the module', () => {
    expect(Object.keys(model.parameters).sort()).toEqual(Object.keys(fixture.gradients).sort());
    expect([...model.constants].sort()).toEqual(fixture.otherFloats);
  });

  test('computes the same output', async () => {
    const { output } = model.call(model.parameters, inputs);
    expect(output!.shape).toEqual(fixture.output.shape);
    expect(relativeDifference(await floatsOf(output!), decode(fixture.output) as Float32Array)).toBeLessThan(tolerance);
  });

  test('has the same gradients', async () => {
    const [value, gradients] = jit(valueAndGrad(loss))(model.parameters, inputs, target);
    expect(await value.item()).toBeCloseTo(fixture.loss, 5);
    const expected = Object.entries(fixture.gradients);
    const largest = Math.max(...expected.map(([, encoded]) => Math.max(...Array.from(decode(encoded) as Float32Array, Math.abs))));
    for (const [parameter, encoded] of expected) {
      const [given, wanted] = [await floatsOf(gradients[parameter]!), decode(encoded) as Float32Array];
      // A gradient that vanishes but for rounding has no digits of its own: its scale is that of the other gradients.
      const scale = Math.max(1e-2 * largest, ...Array.from(wanted, Math.abs));
      const difference = Math.max(...Array.from(wanted, (x, i) => Math.abs(given[i]! - x)));
      expect(difference / scale, parameter).toBeLessThan(tolerance);
    }
  });

  test('is fine-tuned by gradient descent as by PyTorch', async () => {
    const { learningRate, losses, parameters } = fixture.fineTuning.sgd;
    const step = jit((current: NamedTensors, given: NamedTensors, wanted: Tensor) => {
      const [value, gradients] = valueAndGrad(loss)(current, given, wanted);
      return [value, treeMap((p, _, g) => sgd(p, g!, learningRate), current, gradients)] as const;
    });
    let current: NamedTensors = model.parameters;
    for (const expected of losses) {
      const [value, next] = step(current, inputs, target);
      expect(await value.item()).toBeCloseTo(expected, 5);
      current = next;
    }
    for (const [parameter, encoded] of Object.entries(parameters)) {
      const given = await floatsOf(current[parameter]!);
      expect(relativeDifference(given, decode(encoded) as Float32Array), parameter).toBeLessThan(tolerance);
    }
  });

  test('is fine-tuned by Adam as by PyTorch', async () => {
    const { learningRate, losses, parameters } = fixture.fineTuning.adam;
    const step = jit(adamStep(loss, learningRate));
    const zeros = () => treeMap(zerosLike, model.parameters as NamedTensors);
    let state: AdamState = {
      parameters: model.parameters,
      first: zeros(),
      second: zeros(),
      count: model.parameters[Object.keys(model.parameters)[0]!]!.sum().mul(0),
    };
    for (const expected of losses) {
      const [value, next] = step(state, inputs, target);
      expect(await value.item()).toBeCloseTo(expected, 5);
      state = next;
    }
    for (const [parameter, encoded] of Object.entries(parameters)) {
      const [given, wanted] = [await floatsOf(state.parameters[parameter]!), decode(encoded) as Float32Array];
      const scale = Math.max(...Array.from(wanted, Math.abs));
      wanted.forEach((x, i) => {
        const allowed = undetermined(fixture, parameter, i) ? 2 * losses.length * learningRate : tolerance * scale;
        expect(Math.abs(given[i]! - x), `${parameter}[${i}]`).toBeLessThan(allowed);
      });
    }
  });
});

interface AdamState {
  readonly parameters: NamedTensors;
  readonly first: NamedTensors;
  readonly second: NamedTensors;
  readonly count: Tensor;
}

/** Kingma, Ba 2014 (arXiv:1412.6980), algorithm 1, with PyTorch's standard constants. */
function adamStep(loss: (p: NamedTensors, x: NamedTensors, y: Tensor) => Tensor, rate: number) {
  const [beta1, beta2, epsilon] = [0.9, 0.999, 1e-8];
  return (state: AdamState, x: NamedTensors, y: Tensor): readonly [Tensor, AdamState] => {
    const [value, gradients] = valueAndGrad(loss)(state.parameters, x, y);
    const count = state.count.add(1);
    const correction = (beta: number) => count.mul(Math.log(beta)).expm1().neg();
    const first = treeMap((m, _, g) => m.mul(beta1).add(g!.mul(1 - beta1)), state.first, gradients);
    const second = treeMap((v, _, g) => v.mul(beta2).add(g!.square().mul(1 - beta2)), state.second, gradients);
    const parameters = treeMap(
      (p, _, m, v) =>
        p.sub(
          m!
            .div(correction(beta1))
            .div(v!.div(correction(beta2)).sqrt().add(epsilon))
            .mul(rate),
        ),
      state.parameters,
      first,
      second,
    );
    return [value, { parameters, first, second, count }];
  };
}

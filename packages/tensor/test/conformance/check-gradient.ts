import { expect } from 'vitest';
import { grad, jit, mul, sum, type Tensor } from '../../src/index.js';
import type { HostArray, OpCase } from './case.js';
import { drawInputs, normal, type Random, seeded } from './draw.js';
import { isFloatDType, toHost, toTensor } from './host.js';
import { tensorsOf } from './tensors-of.js';

/** Step of the differences, relative to elements larger than 1. */
const step = 1e-5;

/**
 * A central difference with step h errs by h²|f‴|/6 ≈ 2e-11·|f‴| from truncation and by ε|f|/h ≈ 2e-11·|f| from
 * rounding, each summed over the outputs. 1e-6 leaves room for third derivatives and sums in the thousands, and is
 * orders below what a missing term or factor does.
 */
const tolerance = 1e-6;

/** Elements differentiated by differences; of larger inputs a seeded sample. */
const mostElements = 48;

type ScalarFunction = (...inputs: Tensor[]) => Tensor;

/** Gradients of a random projection of the outputs against central differences in float64, and their gradients again. */
export async function checkGradient(testCase: OpCase): Promise<void> {
  const random = seeded(`${testCase.name} gradient`);
  const inputs = drawInputs(testCase.inputs, random, 'float64');
  const sources = testCase.gradient ?? inputs.flatMap((x, i) => (isFloatDType(x.dtype) ? [i] : []));
  if (sources.length === 0) return;

  const first = await projection(testCase.call, inputs, random);
  await compareWithDifferences(first, inputs, sources, random, 'gradient');
  if (testCase.secondGradient === false) return;
  const gradients = gradientsBy(first, sources);
  const second = await projection(gradients, inputs, random);
  await compareWithDifferences(second, inputs, sources, random, 'second gradient');
}

/** Σ w·y over all floating-point outputs y, with weights w drawn once. */
async function projection(call: OpCase['call'], inputs: readonly HostArray[], random: Random): Promise<ScalarFunction> {
  const weights = tensorsOf(call(...inputs.map(toTensor))).map(({ dtype, shape, size }) =>
    isFloatDType(dtype) ? toTensor({ dtype, shape, data: Array.from({ length: size }, () => normal(random)) }) : undefined,
  );
  return (...xs) => {
    const terms = tensorsOf(call(...xs)).flatMap((y, i) => (weights[i] ? [sum(mul(y, weights[i]))] : []));
    return terms.reduce((total, term) => total.add(term));
  };
}

/** The gradients of f by several of its arguments, as a function of all arguments. */
function gradientsBy(f: ScalarFunction, sources: readonly number[]): (...inputs: Tensor[]) => Tensor[] {
  return (...xs) => grad((chosen: Tensor[]) => f(...xs.map((x, i) => chosen[sources.indexOf(i)] ?? x)))(sources.map((i) => xs[i]!));
}

async function compareWithDifferences(
  f: ScalarFunction,
  inputs: readonly HostArray[],
  sources: readonly number[],
  random: Random,
  what: string,
): Promise<void> {
  const tensors = inputs.map(toTensor);
  const gradients = await Promise.all(gradientsBy(f, sources)(...tensors).map(toHost));
  const compiled = jit(f);
  const valueAt = (source: number, data: readonly number[]): Promise<number> =>
    compiled(...tensors.map((x, i) => (i === source ? toTensor({ ...inputs[i]!, data }) : x))).item();

  for (const [position, source] of sources.entries()) {
    const { data } = inputs[source]!;
    const gradient = gradients[position]!;
    expect(gradient.shape, `${what} by input ${source}: shape`).toEqual(inputs[source]!.shape);
    for (const element of sampled(data.length, random)) {
      const h = step * Math.max(1, Math.abs(data[element]!));
      const above = await valueAt(source, data.with(element, data[element]! + h));
      const below = await valueAt(source, data.with(element, data[element]! - h));
      const want = (above - below) / (2 * h);
      const scale = Math.max(1, Math.abs(want), Math.abs(above));
      const got = gradient.data[element]!;
      if (!(Math.abs(got - want) <= tolerance * scale)) {
        expect.fail(`${what} by element ${element} of input ${source} is ${got}, differences give ${want}`);
      }
    }
  }
  compiled.dispose();
}

function sampled(size: number, random: Random): number[] {
  const all = Array.from({ length: size }, (_, i) => i);
  if (size <= mostElements) return all;
  return Array.from({ length: mostElements }, () => Math.floor(random() * size));
}

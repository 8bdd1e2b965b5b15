import { type FloatDType, jit, matmul, mul, sub, sum, tensor, type Tensor, valueAndGrad } from '@sardonyx/tensor';
import { describe, expect, test } from 'vitest';
import { type Optimizer, shampoo, structuredAdaGrad, type StructuredAdaGradOptions } from '../src/index.js';
import { refreshed, start, type TrainingState } from './runs.js';

/*
 * f(X) = ½⟨A, (X − X*)(X − X*)ᵀ⟩ from X = 0, three steps with η = 0.5 and ε = 0. The element (1, 3) of the first gradient is
 * exactly 0, and the right statistic of the first step has rank 2 of 3. The values were computed independently in float64.
 */
const hessian = [
  [2, 1],
  [1, 3],
];
const optimum = [
  [1, -2, 0.5],
  [0.3, 0.8, -1],
];

async function run(optimizer: Optimizer, dtype: FloatDType, steps = 3): Promise<{ losses: number[]; x: number[] }> {
  const [a, best] = [tensor(hessian, undefined, dtype), tensor(optimum, undefined, dtype)];
  const loss = (x: Tensor) => {
    const error = sub(x, best);
    return mul(sum(mul(matmul(a, error), error)), 0.5);
  };
  const step = jit(({ params, state }: TrainingState<Tensor>) => {
    const [next, nextState] = optimizer.update(valueAndGrad(loss)(params)[1], state, params);
    return { params: next, state: nextState };
  });
  const losses: number[] = [];
  let current = await start<Tensor>(optimizer, tensor(new Float64Array(6), [2, 3]).cast(dtype));
  for (let i = 0; i < steps; i++) {
    current = await refreshed(optimizer, step(current));
    losses.push(await loss(current.params).item());
  }
  return { losses, x: Array.from(await current.params.data(), Number) };
}

const exact: StructuredAdaGradOptions = { learningRate: 0.5, epsilon: 0 };

const answers = [
  {
    name: 'AdaGrad-Norm',
    optimizer: structuredAdaGrad({ ...exact, set: 'scalar' }),
    losses: [1.829819301, 0.869867252, 0.433080525],
    x: [0.805343022, -1.409985845, 0.237810633, 0.415065222, 0.437839927, -0.834014479],
  },
  {
    name: 'AdaGrad',
    optimizer: structuredAdaGrad({ ...exact, set: 'diagonal' }),
    losses: [2.52, 1.56037606, 0.93994066],
    x: [0.764392405, -1.00470823, 0.233902729, 0.425222511, 0.485315241, -0.850950199],
  },
  {
    name: 'full-matrix AdaGrad',
    optimizer: structuredAdaGrad({ ...exact, set: 'full' }),
    losses: [3.846905969, 2.757741416, 2.066844527],
    x: [0.450899628, -0.735422283, 0.088783015, 0.279067129, 0.189589101, -0.474667767],
  },
  {
    name: 'one-sided Shampoo, left',
    optimizer: structuredAdaGrad({ ...exact, set: 'left' }),
    losses: [1.813368527, 0.878986567, 0.457013112],
    x: [0.738429249, -1.361914278, 0.274796159, 0.425487108, 0.489803769, -0.888609791],
  },
  {
    name: 'one-sided Shampoo, right',
    optimizer: structuredAdaGrad({ ...exact, set: 'right' }),
    losses: [2.308956281, 1.27912523, 0.789203307],
  },
  {
    name: 'two-sided Shampoo',
    optimizer: shampoo({ learningRate: 0.5, epsilon: 0, beta1: 0, mergeDimensions: false }),
    losses: [3.144334675, 2.042469836, 1.449853223],
  },
];

describe.each(answers)('$name', ({ optimizer, losses, x }) => {
  test.each([
    // The answers have nine decimals.
    ['float64', 1e-9],
    // Roundings of 6e-8 in the statistics; a singular value counts by its root, and there are four orders between them here.
    ['float32', 1e-5],
  ] as const)('takes three known steps in %s', async (dtype, tolerance) => {
    const found = await run(optimizer, dtype);
    found.losses.forEach((value, i) => expect(Math.abs(value - losses[i]!)).toBeLessThan(tolerance));
    x?.forEach((value, i) => expect(Math.abs(found.x[i]! - value)).toBeLessThan(tolerance));
  });
});

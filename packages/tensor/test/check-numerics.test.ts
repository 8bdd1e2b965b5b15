import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  checkpoint,
  div,
  exp,
  grad,
  jit,
  log,
  matmul,
  mul,
  NumericalError,
  softmax,
  sqrt,
  sum,
  tensor,
  type Tensor,
  where,
} from '../src/index.js';

const caught = async (result: Tensor): Promise<NumericalError> => {
  const error = await result.data().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(NumericalError);
  return error as NumericalError;
};

/** Where this file holds a comment, as errors tell it. */
function lineWith(comment: string): RegExp {
  const lines = readFileSync(fileURLToPath(import.meta.url), 'utf8').split('\n');
  return new RegExp(`check-numerics\\.test\\.ts:${lines.findIndex((line) => line.endsWith(`// ${comment}`)) + 1}:\\d+$`);
}

const layer = (x: Tensor, w: Tensor): Tensor => {
  const hidden = matmul(x, w);
  return log(hidden).mul(2); // the line blamed
};

describe('checkNumerics', () => {
  const x = tensor([
    [1, 2],
    [3, 4],
  ]);

  it('names the operator, its inputs and the line inside a layer', async () => {
    const f = jit((x: Tensor, w: Tensor) => sum(layer(x, w)), { checkNumerics: true });
    const error = await caught(f(x, tensor([[1], [-1]])));
    expect(error).toMatchObject({ code: 'non-finite', operator: 'log', nanCount: 2, infinityCount: 0 });
    expect(error.message).toMatch(
      /^log: expected finite numbers, made 2 NaN of the 2 elements of float32\[2, 1\] of float32\[2, 1\] from -1 to -1; /,
    );
    expect(error.line).toMatch(lineWith('the line blamed'));
    expect(error.message).toContain(error.line);
    expect(await f(x, tensor([[1], [1]])).item()).toBeCloseTo(2 * (Math.log(3) + Math.log(7)), 5);
  });

  it('finds 0/0 in a gradient, at the line of the operator differentiated', async () => {
    // d/dx √(x·x) is x/√(x·x): no number at 0, where the function itself is fine.
    const length = (x: Tensor) => sum(sqrt(mul(x, x))); // its gradient is blamed
    const f = jit(grad(length), { checkNumerics: true });
    const error = await caught(f(tensor([0, 3])));
    expect(error.message).toMatch(/in the gradient of sqrt: /);
    expect(error.line).toMatch(lineWith('its gradient is blamed'));
    expect([...(await f(tensor([2, -3])).data())]).toEqual([1, -1]);
  });

  it('finds the overflow before the NaN that follows from it', async () => {
    const f = jit((x: Tensor) => div(exp(x), exp(x)), { checkNumerics: true });
    const error = await caught(f(tensor([1, 1000, 2])));
    expect(error).toMatchObject({ operator: 'exp', nanCount: 0, infinityCount: 1 });
    expect(error.message).toContain('1 infinite of the 3 elements of float32[3] of float32[3] from 1 to 1000');
  });

  it('does not blame what was masked out', async () => {
    const f = jit((x: Tensor) => sum(where(x.greater(0), log(x), 0)).mul(exp(x.sum())), { checkNumerics: true });
    expect(await f(tensor([1, -1])).item()).toBe(0);
    expect(await caught(f(tensor([-500, 700])))).toMatchObject({ operator: 'exp' });
  });

  it('names what came in that way, and what made NaN of infinity', async () => {
    const f = jit((state: { w: Tensor }) => state.w.mul(2), { checkNumerics: true });
    expect((await caught(f({ w: tensor([1, Number.NaN]) }))).message).toMatch(
      /^argument \[0\]\.w: expected finite numbers, given 1 NaN of the 2 elements/,
    );
    const masked = jit((x: Tensor) => softmax(where(x.greater(5), x, -Infinity)), { checkNumerics: true });
    expect(await caught(masked(tensor([[1, 2]])))).toMatchObject({ operator: 'softmax', nanCount: 2 });
    expect([...(await masked(tensor([[1, 6]])).data())]).toEqual([0, 1]);
  });

  it('looks into checkpoints, other dtypes and donated state', async () => {
    const f = jit((state: Tensor) => checkpoint((x: Tensor) => log(x))(state).add(state), { checkNumerics: true, donate: [0] });
    const state = tensor([1, -2], [2], 'float64');
    expect(await caught(f(state))).toMatchObject({ operator: 'log', nanCount: 1 });
    expect([...(await f(tensor([1, 1], [2], 'float64')).data())]).toEqual([1, 1]);
    const half = jit((x: Tensor) => x.mul(x).cast('float16'), { checkNumerics: true });
    expect(await caught(half(tensor([1000])))).toMatchObject({ operator: 'cast', infinityCount: 1 });
    expect(await half(tensor([100])).item()).toBe(10000);
  });

  it('is not done when not asked for', async () => {
    const f = jit((x: Tensor) => log(x));
    expect([...(await f(tensor([-1, 1])).data())]).toEqual([Number.NaN, 0]);
  });
});

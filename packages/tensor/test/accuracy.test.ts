import { expect, test } from 'vitest';
import { erf, erfInv, expm1, log1p, sigmoid, softplus, tan, tanh, tensor, type Tensor } from '../src/index.js';

/* Functions that are compositions where ONNX Runtime has no kernel: errors in units in the last place of the result. */

/** Arguments over many binades, both signs. */
const wide = Array.from({ length: 4000 }, (_, i) => (i % 2 ? -1 : 1) * 10 ** (-8 + (9 * i) / 4000));

/** erf by its series of positive terms 2x/√π e^(−x²) Σ (2x²)ⁿ/(2n + 1)!!, beyond 2 by the continued fraction of 1 − erf. */
function exactErf(x: number): number {
  if (x < 0) return -exactErf(-x);
  if (x > 6) return 1;
  const scale = Math.exp(-x * x) / Math.sqrt(Math.PI);
  if (x > 2) {
    let fraction = x;
    for (let k = 200; k > 0; k--) fraction = x + k / 2 / fraction;
    return 1 - scale / fraction;
  }
  const terms = [1];
  for (let n = 1; n < 60; n++) terms.push((terms[n - 1]! * 2 * x * x) / (2 * n + 1));
  return 2 * x * scale * terms.reduceRight((total, t) => total + t, 0);
}

const epsilon = { float32: 2 ** -23, float64: 2 ** -52 } as const;

async function worstUnits(f: (x: Tensor) => Tensor, exact: (x: number) => number, points: number[], dtype: 'float32' | 'float64') {
  const given = points.map((x) => (dtype === 'float32' ? Math.fround(x) : x));
  const got = (await f(tensor(given, [given.length], dtype)).data()) as Float64Array;
  let worst = 0;
  given.forEach((x, i) => {
    const want = exact(x);
    const unit = Math.max(Math.abs(want) * epsilon[dtype], dtype === 'float32' ? 2 ** -126 : Number.MIN_VALUE);
    worst = Math.max(worst, Math.abs(got[i]! - want) / unit);
  });
  return worst;
}

const aboveMinusOne = wide.filter((x) => x > -0.9);
// ONNX Runtime's float32 logistic function is good to 6e-8 of 1, not of its value, so that small values are left out.
test.each<[string, (x: Tensor) => Tensor, (x: number) => number, number[], { float32: number; float64: number }]>([
  ['log1p', log1p, Math.log1p, aboveMinusOne, { float32: 3, float64: 3 }],
  ['expm1', expm1, Math.expm1, wide, { float32: 6, float64: 6 }],
  ['tanh', tanh, Math.tanh, wide, { float32: 4, float64: 4 }],
  ['erf', erf, exactErf, wide, { float32: 4, float64: 4 }],
  ['softplus', softplus, (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))), wide, { float32: 4, float64: 4 }],
  ['tan', tan, Math.tan, wide.filter((x) => Math.abs(x) < 1.5), { float32: 4, float64: 4 }],
  ['sigmoid', sigmoid, (x) => 1 / (1 + Math.exp(-x)), wide.filter((x) => x > -1), { float32: 8, float64: 4 }],
])('%s is within a few units in the last place', async (_, f, exact, points, bound) => {
  for (const dtype of ['float32', 'float64'] as const) {
    const worst = await worstUnits(f, exact, points, dtype);
    expect(worst, dtype).toBeLessThan(bound[dtype]);
  }
});

test('erfInv undoes erf as far as erf tells arguments apart', async () => {
  const points = wide.filter((x) => Math.abs(x) < 5.5);
  for (const dtype of ['float32', 'float64'] as const) {
    const x = tensor(points.map(exactErf), [points.length], dtype);
    const back = (await erf(erfInv(x)).data()) as Float64Array;
    const given = (await x.data()) as Float64Array;
    // Where float32 rounds erf to ±1 the inverse is infinite and erf leads back to ±1 exactly.
    back.forEach((y, i) => expect(Math.abs(y - given[i]!)).toBeLessThanOrEqual(4 * epsilon[dtype] * Math.abs(given[i]!)));
  }
});

import * as fc from 'fast-check';
import { describe, test } from 'vitest';
import {
  add,
  div,
  equal,
  less,
  logsumexp,
  matmul,
  max,
  maximum,
  mean,
  min,
  mul,
  norm,
  prod,
  reshape,
  sub,
  sum,
  type Tensor,
  TensorError,
  transpose,
  variance,
  where,
} from '../../src/index.js';
import type { HostArray } from './case.js';
import { expectClose } from './check-value.js';
import { drawInput, seeded } from './draw.js';
import { toHost, toTensor } from './host.js';
import { at, broadcastShape, build, elementwise, reduce, sumOf } from './reference.js';

/* Random shapes, empty axes and scalars among them: the engine gives what plain loops give, or both refuse. */

const settings = { seed: 20250313, numRuns: 60 };
const size = fc.nat({ max: 3 });
const shape = fc.array(size, { maxLength: 4 });

/** Two shapes that mostly broadcast: axes of one common shape, some collapsed to 1, some leading ones dropped. */
const broadcastable = fc
  .record({
    common: shape,
    collapse: fc.array(fc.nat({ max: 3 }), { minLength: 8, maxLength: 8 }),
    drop: fc.nat({ max: 4 }),
    spoil: fc.nat({ max: 19 }),
  })
  .map(({ common, collapse, drop, spoil }) => {
    const some = (offset: number) => common.map((n, axis) => (collapse[axis + offset] === 0 ? 1 : n));
    const second = some(4).slice(drop);
    return [some(0), spoil === 0 ? [...second, 5] : second] as const;
  });

const draw = (dims: readonly number[], name: string): HostArray =>
  drawInput({ shape: dims, draw: 'positive' }, seeded(`${name} ${dims.join()}`), 'float64');

/** Same value, or both throw. */
async function sameOrBothThrow(
  inputs: readonly HostArray[],
  engine: (...xs: Tensor[]) => Tensor,
  reference: (...xs: HostArray[]) => HostArray,
): Promise<void> {
  const expected = attempt(() => reference(...inputs), Error);
  const actual = attempt(() => engine(...inputs.map(toTensor)), TensorError);
  if (!expected || !actual) {
    if (expected) throw new Error('the engine refuses what plain loops compute');
    if (actual) throw new Error(`the engine gives ${actual} where plain loops refuse`);
    return;
  }
  expectClose(await toHost(actual), expected);
}

function attempt<T>(body: () => T, Expected: abstract new (...args: never[]) => Error): T | undefined {
  try {
    return body();
  } catch (error) {
    if (error instanceof Expected) return undefined;
    throw error;
  }
}

const check = <T>(arbitrary: fc.Arbitrary<T>, body: (drawn: T) => Promise<void>) => fc.assert(fc.asyncProperty(arbitrary, body), settings);

describe('random shapes', () => {
  const binary = {
    add: [add, (a, b) => a + b],
    sub: [sub, (a, b) => a - b],
    mul: [mul, (a, b) => a * b],
    div: [div, (a, b) => a / b],
  } satisfies Record<string, [typeof add, (a: number, b: number) => number]>;
  test.each(Object.entries(binary))('%s', (_, [engine, f]) =>
    check(broadcastable, ([a, b]) =>
      sameOrBothThrow(
        [draw(a, 'a'), draw(b, 'b')],
        engine,
        elementwise((x, y) => f(x!, y!)),
      ),
    ),
  );

  test('maximum, and where the larger is chosen by comparing', () =>
    check(broadcastable, ([a, b]) =>
      sameOrBothThrow(
        [draw(a, 'a'), draw(b, 'b')],
        (x, y) => where(equal(maximum(x, y), where(less(x, y), y, x)), maximum(x, y), Number.NaN),
        elementwise((x, y) => Math.max(x!, y!)),
      ),
    ));

  const axesOf = fc.record({ dims: shape, axes: fc.array(fc.integer({ min: -5, max: 4 }), { maxLength: 3 }), keepDims: fc.boolean() });
  const reductions: [string, typeof sum, (x: number[]) => number][] = [
    ['sum', sum, sumOf],
    ['mean', mean, (x) => sumOf(x) / x.length],
    ['max', max, (x) => Math.max(...x)],
    ['min', min, (x) => Math.min(...x)],
    ['prod', prod, (x) => x.reduce((p, v) => p * v, 1)],
    ['logsumexp', logsumexp, (x) => Math.log(sumOf(x.map(Math.exp)))],
    ['norm', norm, (x) => Math.sqrt(sumOf(x.map((v) => v * v)))],
    ['variance', variance, (x) => sumOf(x.map((v) => v * v)) / x.length - (sumOf(x) / x.length) ** 2],
  ];
  test.each(reductions)('%s', (name, engine, f) =>
    check(axesOf, ({ dims, axes, keepDims }) =>
      sameOrBothThrow(
        [draw(dims, name)],
        (x) => engine(x, axes, { keepDims }),
        (x) => reduce(x, expectElements(name, dims, resolve(axes, dims.length)), keepDims, f),
      ),
    ),
  );

  test('reshape', () =>
    check(fc.record({ dims: shape, target: fc.array(fc.integer({ min: -1, max: 6 }), { maxLength: 4 }) }), ({ dims, target }) =>
      sameOrBothThrow(
        [draw(dims, 'reshape')],
        (x) => reshape(x, target),
        (x) => reshaped(x, target),
      ),
    ));

  test('reshape to the axes in another order', () =>
    check(
      shape.chain((dims) => fc.record({ dims: fc.constant(dims), target: fc.shuffledSubarray(dims, { minLength: dims.length }) })),
      ({ dims, target }) =>
        sameOrBothThrow(
          [draw(dims, 'reshape')],
          (x) => reshape(x, target),
          (x) => reshaped(x, target),
        ),
    ));

  const permutation = shape.chain((dims) =>
    fc.record({
      dims: fc.constant(dims),
      order: fc.oneof(
        { weight: 4, arbitrary: fc.shuffledSubarray([...dims.keys()], { minLength: dims.length }) },
        { weight: 1, arbitrary: fc.array(fc.integer({ min: -4, max: 4 }), { maxLength: 4 }) },
      ),
    }),
  );
  test('transpose', () =>
    check(permutation, ({ dims, order }) =>
      sameOrBothThrow(
        [draw(dims, 'transpose')],
        (x) => transpose(x, order),
        (x) => {
          const axes = resolve(order, dims.length, false);
          if (axes.length !== dims.length) throw new Error('not a permutation');
          return build(
            x.dtype,
            axes.map((axis) => dims[axis]!),
            (index) =>
              at(
                x,
                axes.map((_, axis) => index[axes.indexOf(axis)]!),
              ),
          );
        },
      ),
    ));

  const factors = fc
    .record({
      batch: broadcastable,
      rows: size,
      inner: size,
      columns: size,
      spoil: fc.nat({ max: 9 }),
      transposeA: fc.boolean(),
      transposeB: fc.boolean(),
    })
    .map(({ batch: [p, q], rows, inner, columns, spoil, ...flags }) => {
      const innerB = spoil === 0 ? inner + 1 : inner;
      return {
        a: [...p, ...(flags.transposeA ? [inner, rows] : [rows, inner])],
        b: [...q, ...(flags.transposeB ? [columns, innerB] : [innerB, columns])],
        flags,
      };
    });
  test('matmul', () =>
    check(factors, ({ a, b, flags }) =>
      sameOrBothThrow(
        [draw(a, 'a'), draw(b, 'b')],
        (x, y) => matmul(x, y, flags),
        (x, y) => product(x, y, flags),
      ),
    ));
});

/** Negative axes counted from the end; throws for axes outside or named twice. */
function resolve(axes: readonly number[], rank: number, sorted = true): number[] {
  const found = axes.map((axis) => (axis < 0 ? axis + rank : axis));
  if (found.some((axis) => axis < 0 || axis >= rank) || new Set(found).size < found.length) throw new Error('axes');
  return sorted ? found.sort((p, q) => p - q) : found;
}

/** There is no largest of no elements. */
function expectElements(name: string, dims: readonly number[], axes: number[]): number[] {
  if ((name === 'max' || name === 'min') && axes.some((axis) => dims[axis] === 0)) throw new Error('no elements');
  return axes;
}

function reshaped(x: HostArray, target: readonly number[]): HostArray {
  const known = target.filter((n) => n !== -1).reduce((p, n) => p * n, 1);
  const dims = target.map((n) => (n === -1 ? (known === 0 ? 0 : x.data.length / known) : n));
  const total = dims.reduce((p, n) => p * n, 1);
  if (target.filter((n) => n === -1).length > 1 || total !== x.data.length || dims.some((n) => n % 1 !== 0))
    throw new Error('sizes differ');
  return { ...x, shape: dims };
}

function product(a: HostArray, b: HostArray, { transposeA, transposeB }: { transposeA: boolean; transposeB: boolean }): HostArray {
  const [rows, inner] = transposeA ? a.shape.slice(-2).reverse() : a.shape.slice(-2);
  const [innerB, columns] = transposeB ? b.shape.slice(-2).reverse() : b.shape.slice(-2);
  if (inner !== innerB) throw new Error('inner sizes differ');
  const batch = broadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  return build(a.dtype, [...batch, rows!, columns!], (index) => {
    const [i, j] = index.slice(-2) as [number, number];
    const rest = index.slice(0, -2);
    let total = 0;
    for (let k = 0; k < inner!; k++) {
      total += at(a, [...rest, ...(transposeA ? [k, i] : [i, k])]) * at(b, [...rest, ...(transposeB ? [j, k] : [k, j])]);
    }
    return total;
  });
}

import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { conv2d, convTranspose2d, type ConvOptions, type Tensor, tensor, vjp } from '../src/index.js';
import { convolve } from './conformance/cases/convolution.js';
import { normal, seeded } from './conformance/draw.js';
import { toHost } from './conformance/host.js';

/*
 * Random geometries, channels that fill blocks among them: the value is that of plain loops, and because a convolution
 * is linear in x and in w, Σ g·y = Σ x·∂x = Σ w·∂w whatever the options.
 */

const settings = { seed: 20250401, numRuns: 80 };
const small = (max: number) => fc.integer({ min: 1, max });
const pair = <T>(of: fc.Arbitrary<T>) => fc.tuple(of, of);

const geometry = fc
  .record({
    images: small(3),
    groups: fc.constantFrom(1, 1, 2, 3, 16),
    inputs: fc.constantFrom(1, 2, 5, 16),
    outputs: fc.constantFrom(1, 3, 8, 16),
    size: pair(fc.integer({ min: 1, max: 12 })),
    kernel: pair(small(4)),
    stride: pair(small(3)),
    dilation: pair(small(3)),
    padding: pair(pair(fc.nat({ max: 3 }))),
    seed: fc.nat(),
  })
  .map((g) => (g.groups === 16 ? { ...g, inputs: 1, outputs: 1 } : g))
  .filter(({ size, kernel, dilation, padding }) =>
    [0, 1].every((axis) => size[axis]! + padding[axis]![0] + padding[axis]![1] > dilation[axis]! * (kernel[axis]! - 1)),
  );

type Geometry = typeof geometry extends fc.Arbitrary<infer T> ? T : never;

function draw({ images, groups, inputs, outputs, size, kernel, seed }: Geometry): {
  x: Tensor;
  w: Tensor;
  like: (shape: readonly number[]) => Tensor;
} {
  const random = seeded(`convolution ${seed}`);
  const like = (shape: readonly number[]) =>
    tensor(
      Float32Array.from({ length: shape.reduce((p, n) => p * n, 1) }, () => normal(random)),
      shape,
    );
  return { x: like([images, groups * inputs, ...size]), w: like([groups * outputs, inputs, ...kernel]), like };
}

const optionsOf = ({ stride, dilation, padding, groups }: Geometry): ConvOptions => ({ stride, dilation, padding, groups });

async function dot(a: Tensor, b: Tensor): Promise<{ sum: number; scale: number }> {
  const [p, q] = [await a.data(), await b.data()].map((data) => Array.from(data as Float32Array));
  const terms = p!.map((value, i) => value * q![i]!);
  return { sum: terms.reduce((s, t) => s + t, 0), scale: Math.hypot(...terms) };
}

/** Sums of at most 4 · 4 · 16 products in float32: 256 · 6e-8 of the largest at worst, and terms are near 1. */
const tolerance = 2e-5;

test('conv2d gives what plain loops give', () =>
  fc.assert(
    fc.asyncProperty(geometry, async (g) => {
      const { x, w } = draw(g);
      const y = await toHost(conv2d(x, w, optionsOf(g)));
      const before = g.padding.map(([first]) => first);
      const expected = convolve(await toHost(x), await toHost(w), y.shape.slice(2), { ...g, before });
      const size = [0, 1].map((axis) => {
        const room = g.size[axis]! + g.padding[axis]![0] + g.padding[axis]![1] - g.dilation[axis]! * (g.kernel[axis]! - 1) - 1;
        return Math.floor(room / g.stride[axis]!) + 1;
      });
      expect(y.shape.slice(2)).toEqual(size);
      const error = Math.max(...y.data.map((value, i) => Math.abs(value - expected.data[i]!)));
      expect(error).toBeLessThan(tolerance * Math.max(1, ...expected.data.map(Math.abs)));
    }),
    settings,
  ));

test('both gradients of conv2d give back Σ g·y', () =>
  fc.assert(
    fc.asyncProperty(geometry, async (g) => {
      const { x, w, like } = draw(g);
      const [y, pullback] = vjp(([a, b]: Tensor[]) => conv2d(a!, b!, optionsOf(g)), [x, w]);
      const cotangent = like(y.shape);
      const [dx, dw] = pullback(cotangent);
      const { sum, scale } = await dot(y, cotangent);
      // Each of the three sums is rounded on its own, relative to the root of its squared terms.
      const allowed = 1e-4 * Math.max(1, scale);
      expect(Math.abs((await dot(x, dx!)).sum - sum)).toBeLessThan(allowed);
      expect(Math.abs((await dot(w, dw!)).sum - sum)).toBeLessThan(allowed);
    }),
    settings,
  ));

test('convTranspose2d is the adjoint of conv2d', () =>
  fc.assert(
    fc.asyncProperty(geometry, async (g) => {
      const { x, w, like } = draw(g);
      const y = conv2d(x, w, optionsOf(g));
      const outputPadding = [0, 1].map((axis) => {
        const room = g.size[axis]! + g.padding[axis]![0] + g.padding[axis]![1] - g.dilation[axis]! * (g.kernel[axis]! - 1) - 1;
        return room % g.stride[axis]!;
      }) as [number, number];
      const cotangent = like(y.shape);
      const back = convTranspose2d(cotangent, w, { ...g, outputPadding });
      expect(back.shape).toEqual(x.shape);
      const { sum, scale } = await dot(y, cotangent);
      expect(Math.abs((await dot(x, back)).sum - sum)).toBeLessThan(1e-4 * Math.max(1, scale));
    }),
    settings,
  ));

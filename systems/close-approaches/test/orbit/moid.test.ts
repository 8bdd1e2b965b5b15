import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { moid, type OrbitShape } from '../../src/orbit/index.js';
import { curvePoint, OrbitCurve } from '../../src/orbit/orbit-curve.js';

const circle = (radius: number): OrbitShape => ({ perihelionDistance: radius, eccentricity: 0, inclination: 0, node: 0, argument: 0 });

/** The least distance on a grid of both orbits. */
function bruteForce(a: OrbitShape, b: OrbitShape, n: number): number {
  const points = [a, b].map((shape) => {
    const [curve, point] = [new OrbitCurve(shape), curvePoint()];
    return Array.from({ length: n }, (_, i) => {
      curve.at(curve.limit * ((2 * i) / (n - 1) - 1), point);
      return [...point.position] as [number, number, number];
    });
  });
  let least = Infinity;
  for (const [x, y, z] of points[0]!) {
    for (const [u, v, w] of points[1]!) least = Math.min(least, (x - u) ** 2 + (y - v) ** 2 + (z - w) ** 2);
  }
  return Math.sqrt(least);
}

describe('MOID', () => {
  test('of circles in one plane is the difference of their radii', () => {
    expect(moid(circle(1), circle(1.5)).distance).toBeCloseTo(0.5, 14);
    expect(moid(circle(1), circle(1.5)).nodes).toBeUndefined();
  });

  test('of inclined circles of one radius is 0, at both nodes', () => {
    const { distance, minima, nodes } = moid({ ...circle(1), inclination: 30 }, circle(1));
    expect(distance).toBeLessThan(1e-15);
    expect(minima.filter((minimum) => minimum.distance < 1e-12)).toHaveLength(2);
    for (const node of nodes!) expect(node).toBeCloseTo(0, 14);
  });

  test('of aligned ellipses in one plane is that of their apsides', () => {
    const [inner, outer] = [
      { ...circle(1), eccentricity: 0.1 },
      { ...circle(1.3), eccentricity: 0.3 },
    ];
    expect(moid(inner, outer).distance).toBeCloseTo(0.3, 14);
    const round = { ...circle(1.2), eccentricity: 0 };
    // Q = 1·1.1/0.9 = 1.2222…: farther out than 1.2.
    expect(moid(inner, round).distance).toBeLessThan(1e-14);
    expect(moid(inner, { ...circle(1.3), eccentricity: 0 }).distance).toBeCloseTo(1.3 - 1.1 / 0.9, 14);
  });

  test('of a circle and an ellipse perpendicular to it is at a node', () => {
    const [q, e, argument] = [0.9, 0.3, 40];
    const { distance, nodes } = moid({ perihelionDistance: q, eccentricity: e, inclination: 90, node: 77, argument }, circle(1));
    const cosine = Math.cos((argument * Math.PI) / 180);
    const expected = [1, -1].map((sign) => (q * (1 + e)) / (1 + sign * e * cosine) - 1);
    expect(nodes![0]).toBeCloseTo(expected[0]!, 14);
    expect(nodes![1]).toBeCloseTo(expected[1]!, 14);
    // The node is where the orbits come near, though not exactly where the ellipse is oblique to the line of nodes.
    expect(distance).toBeLessThanOrEqual(Math.min(...expected.map(Math.abs)) + 1e-15);
    expect(moid({ perihelionDistance: q, eccentricity: e, inclination: 90, node: 77, argument: 0 }, circle(1)).distance).toBeCloseTo(
      0.1,
      14,
    );
  });

  test.each([1, 1.0001, 2.5])('reaches orbits of e = %s', (eccentricity) => {
    const shape = { perihelionDistance: 0.5, eccentricity, inclination: 40, node: 10, argument: 75 };
    const expected = bruteForce(shape, circle(1), 3000);
    expect(moid(shape, circle(1)).distance).toBeLessThanOrEqual(expected);
    expect(moid(shape, circle(1)).distance).toBeGreaterThan(expected - 0.01);
  });

  test('is the least distance on grids, and the same either way', () => {
    const angle = fc.double({ min: 0, max: 360, noNaN: true });
    const shape = (most: number): fc.Arbitrary<OrbitShape> =>
      fc.record({
        perihelionDistance: fc.double({ min: 0.2, max: 2, noNaN: true }),
        eccentricity: fc.double({ min: 0, max: most, noNaN: true }),
        inclination: fc.oneof(fc.constantFrom(0, 180), fc.double({ min: 0, max: 180, noNaN: true })),
        node: angle,
        argument: angle,
      });
    fc.assert(
      fc.property(shape(0.97), shape(0.3), (a, b) => {
        const { distance } = moid(a, b);
        expect(moid(b, a).distance).toBeCloseTo(distance, 9);
        expect(distance).toBeLessThanOrEqual(bruteForce(a, b, 300) + 1e-12);
      }),
      { seed: 6, numRuns: 150 },
    );
  });

  test('refuses what is no orbit', () => {
    expect(() => moid({ ...circle(1), eccentricity: -1 }, circle(1))).toThrowError(expect.objectContaining({ code: 'not-an-orbit' }));
  });
});

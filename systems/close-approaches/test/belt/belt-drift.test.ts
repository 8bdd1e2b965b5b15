import { expect, test } from 'vitest';
import { beltDrift } from '../../src/belt/belt-drift.js';
import { sunGm } from '../../src/constants.js';
import { keplerDrift } from '../../src/dynamics/kepler-drift.js';
import { type Kind, randomParticle, uniforms } from './random-orbits.js';

const norm = (s: Float64Array, from: number): number => Math.hypot(s[from]!, s[from + 1]!, s[from + 2]!);

test.each<[Kind, number]>([
  ['belt', 4],
  ['belt', 32],
  ['crossing', 4],
  ['near-parabolic', 2],
  ['hyperbolic', 8],
  ['belt', -16],
])('%s orbits, %d d: the drift of the general solver', (kind, h) => {
  const random = uniforms(1);
  for (let orbit = 0; orbit < 5000; orbit++) {
    const state = Float64Array.from(randomParticle(kind, random).slice(0, 6));
    const general = state.slice();
    beltDrift(state, 1, 0, sunGm, h);
    keplerDrift(general, 0, sunGm, h);
    for (const from of [0, 3]) {
      const apart = norm(
        state.map((value, k) => value - general[k]!),
        from,
      );
      // Two roundings apart each, and what a rounding of r does where the velocity turns within a step: h·|a|/v, most at perihelion.
      const turning = 1 + (Math.abs(h) * sunGm) / (norm(general, 0) ** 2 * norm(general, 3));
      expect(apart).toBeLessThan(8 * 2 ** -52 * turning * norm(general, from));
    }
  }
});

test('a million drifts leave the orbit: energy wanders by chance, not in one direction', () => {
  const errors = Array.from({ length: 10 }, (_, orbit) => {
    const state = Float64Array.from([2 + 0.1 * orbit, 0.3, 0.1, 0.001, 0.012, 0.001]);
    const energy = (): number => 0.5 * norm(state, 3) ** 2 - sunGm / norm(state, 0);
    const first = energy();
    for (let step = 0; step < 1e5; step++) beltDrift(state, 1, 0, sunGm, 4);
    return energy() / first - 1;
  });
  // A walk of 10⁵ steps of a rounding or two: √10⁵·2⁻⁵²·2 = 1.4e-13; a bias of a tenth of a rounding a step would be 2e-12.
  for (const error of errors) expect(Math.abs(error)).toBeLessThan(4e-13);
  expect(errors.some((error) => error > 0) && errors.some((error) => error < 0)).toBe(true);
});

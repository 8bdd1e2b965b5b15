import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { sunGm } from '../../src/constants.js';
import { keplerDrift } from '../../src/dynamics/kepler-drift.js';

interface Case {
  readonly eccentricity: number;
  readonly state: readonly number[];
  readonly mu: number;
  readonly dt: number;
  readonly moved: readonly number[];
}
const cases = JSON.parse(readFileSync(new URL('fixtures/kepler-drift.json', import.meta.url), 'utf8')) as Case[];

const drifted = (state: readonly number[], mu: number, dt: number): number[] => {
  const body = Float64Array.from(state);
  keplerDrift(body, 0, mu, dt);
  return [...body];
};
const length = (v: readonly number[]): number => Math.hypot(...v);

/**
 * What one rounding of the input is worth at the end: the largest change of the result when a component of the state moves by
 * one unit in the last place. No algorithm in doubles can be asked for less.
 */
function conditioning({ state, mu, dt, moved }: Case): number {
  const changes = state.map((value, i) => {
    const nudged = state.map((other, j) => (i === j ? value * (1 + 2 ** -52) : other));
    const end = drifted(nudged, mu, dt);
    return length(end.slice(0, 3).map((x, k) => x - moved[k]!));
  });
  return Math.max(...changes);
}

describe('motion along a conic', () => {
  test.each(cases.map((each, index) => ({ index, ...each })))('$index: e = $eccentricity agrees with 50 digits', (each) => {
    const end = drifted(each.state, each.mu, each.dt);
    const error = length(end.slice(0, 3).map((x, i) => x - each.moved[i]!));
    // Twenty roundings of the input cover the arithmetic of f and g.
    expect(error).toBeLessThan(20 * (conditioning(each) + 2e-16 * length(each.moved.slice(0, 3))));
  });

  test('a circle is left in place after a whole turn', () => {
    const period = 2 * Math.PI * Math.sqrt(1 / sunGm);
    const start = [1, 0, 0, 0, Math.sqrt(sunGm), 0];
    const end = drifted(start, sunGm, period);
    for (let i = 0; i < 6; i++) expect(end[i]).toBeCloseTo(start[i]!, 14);
  });

  test('there and back is the start', () => {
    for (const each of cases) {
      const { state, mu, dt, eccentricity } = each;
      const end = drifted(state, mu, dt);
      const back = drifted(end, mu, -dt);
      const error = length(back.slice(0, 3).map((x, i) => x - state[i]!));
      const wayBack = conditioning({ ...each, state: end, dt: -dt, moved: back });
      // Roundings of the way out, stretched by the way back as the way back stretches one of its own.
      expect(error, `e = ${eccentricity}, dt = ${dt}`).toBeLessThan(
        40 * (conditioning(each) + wayBack + 2e-16 * length(state.slice(0, 3))),
      );
    }
  });

  test('a parabola keeps its energy at zero', () => {
    const start = [1, 0, 0, 0, Math.sqrt(2 * sunGm), 0];
    const end = drifted(start, sunGm, 500);
    const energy = 0.5 * length(end.slice(3)) ** 2 - sunGm / length(end.slice(0, 3));
    expect(Math.abs(energy)).toBeLessThan(1e-18);
  });

  test('a radial fall that turns before the Sun is followed', () => {
    // r(t) of a body thrown straight outward: energy and the closed form r = a(1 − cos E), t = √(a³/μ)(E − sin E).
    const [a, E] = [1, 2];
    const r = a * (1 - Math.cos(E));
    const speed = Math.sqrt(sunGm * (2 / r - 1 / a));
    const later = 3.5;
    const time = Math.sqrt(a ** 3 / sunGm) * (later - Math.sin(later) - (E - Math.sin(E)));
    const end = drifted([r, 0, 0, speed, 0, 0], sunGm, time);
    expect(end[0]).toBeCloseTo(a * (1 - Math.cos(later)), 13);
    expect(end[3]).toBeLessThan(0);
  });

  test('no time is no motion, bit for bit', () => {
    for (const { state, mu } of cases) expect(drifted(state, mu, 0)).toEqual([...state]);
  });
});

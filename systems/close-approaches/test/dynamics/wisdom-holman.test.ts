import { describe, expect, test } from 'vitest';
import { DemocraticHeliocentric } from '../../src/dynamics/democratic-heliocentric.js';
import { JacobiWisdomHolman } from '../../src/dynamics/jacobi.js';
import { angularMomentum, energy, type MassiveBodies, stateSize } from '../../src/dynamics/massive-bodies.js';
import { type CorrectorOrder, correctorStages } from '../../src/dynamics/symplectic-correctors.js';
import { planetsAt2000 } from '../../src/planets/solar-system.js';

interface Integrator {
  advance(h: number, count?: number): void;
  heliocentric(): MassiveBodies;
}

/** Largest |ΔE/E| of samples over a time, days. */
function energyError(integrator: Integrator, h: number, days: number, samples: number): number {
  const first = energy(integrator.heliocentric());
  let largest = 0;
  for (let sample = 0; sample < samples; sample++) {
    integrator.advance(h, Math.round(days / h / samples));
    largest = Math.max(largest, Math.abs(energy(integrator.heliocentric()) / first - 1));
  }
  return largest;
}

const years = (count: number): number => count * 365.25;

describe('Wisdom–Holman steps of the planets', () => {
  // Figures of an independent implementation over 2000 years; other samples of the same oscillation differ by up to a factor 2.
  test('democratic heliocentric: energy errors of 1.6e-8 at 4 d and 6.9e-8 at 8 d', () => {
    const four = energyError(new DemocraticHeliocentric(planetsAt2000()), 4, years(500), 500);
    const eight = energyError(new DemocraticHeliocentric(planetsAt2000()), 8, years(500), 500);
    expect(four).toBeGreaterThan(0.8e-8);
    expect(four).toBeLessThan(3.2e-8);
    expect(eight / four).toBeGreaterThan(3.7);
    expect(eight / four).toBeLessThan(4.6);
  });

  test.each<[CorrectorOrder, number]>([
    [0, 7.4e-10],
    [17, 6.6e-13],
  ])('Jacobi with a corrector of order %d: %s at 4 d', (corrector, expected) => {
    const error = energyError(new JacobiWisdomHolman(planetsAt2000(), { corrector }), 4, years(200), 500);
    expect(error).toBeGreaterThan(expected / 3);
    expect(error).toBeLessThan(expected * 2);
  });

  test('an order without a corrector is refused with the choices', () => {
    expect(() => correctorStages(9 as CorrectorOrder, 1)).toThrowError(
      new RangeError('corrector: expected an order of 0, 3, 5, 7, 11, 17, got 9; choose one of them'),
    );
    expect(correctorStages(0, 1)).toEqual([]);
    expect(correctorStages(17, -1)).toHaveLength(16);
  });

  test('correctors of higher order err less', () => {
    const errors = ([0, 3, 5, 7, 11] as const).map((corrector) =>
      energyError(new JacobiWisdomHolman(planetsAt2000(), { corrector }), 4, years(20), 100),
    );
    for (let i = 1; i < errors.length; i++) expect(errors[i]).toBeLessThan(1.05 * errors[i - 1]!);
    expect(errors[2]).toBeLessThan(0.1 * errors[0]!);
  });

  test.each([
    ['democratic heliocentric', (bodies: MassiveBodies): Integrator => new DemocraticHeliocentric(bodies)],
    ['Jacobi', (bodies: MassiveBodies): Integrator => new JacobiWisdomHolman(bodies, { corrector: 11 })],
  ])('%s: steps there and back are the start, and angular momentum stays', (_, make) => {
    const start = planetsAt2000();
    const integrator = make(start);
    integrator.advance(4, 1000);
    const middle = integrator.heliocentric();
    integrator.advance(-4, 1000);
    const end = integrator.heliocentric();
    for (let i = 0; i < end.states.length; i++) expect(Math.abs(end.states[i]! - start.states[i]!)).toBeLessThan(1e-11);
    const [before, after] = [angularMomentum(start), angularMomentum(middle)];
    // A thousand steps of unbiased roundings.
    for (let k = 0; k < 3; k++) expect(Math.abs(after[k]! - before[k]!)).toBeLessThan(2e-14 * Math.hypot(...before));
  });

  test('a body without mass does not change the planets by one bit', () => {
    const alone = new DemocraticHeliocentric(planetsAt2000());
    const { starGm, gm, states } = planetsAt2000();
    const stone = [2.5, 0, 0, 0, 0.011, 0.001];
    const together = new DemocraticHeliocentric({ starGm, gm: Float64Array.of(...gm, 0), states: Float64Array.of(...states, ...stone) });
    for (const integrator of [alone, together]) integrator.advance(8, 500);
    expect(together.heliocentric().states.slice(0, stateSize * gm.length)).toEqual(alone.heliocentric().states);
  });
});

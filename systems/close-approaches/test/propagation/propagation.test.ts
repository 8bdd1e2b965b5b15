import { describe, expect, test } from 'vitest';
import { kmPerAu, sunGm } from '../../src/constants.js';
import { CatalogueBuilder } from '../../src/formats/catalogue.js';
import { cometaryOf, keplerianOf } from '../../src/orbit/index.js';
import type { StateVector } from '../../src/planets/initial-states.js';
import { eclipticToEquatorial, equatorialToEcliptic } from '../../src/planets/solar-system.js';
import { atCommonEpoch, followedBody } from '../../src/propagation/common-epoch.js';
import { propagate, SolarSystem } from '../../src/propagation/propagation.js';
import { asteroidLaw, cometLaw } from '../../src/yarkovsky/nongravitational.js';

/** Ceres as JPL Horizons has it, ICRF, at JD 2458849.5. */
const ceres = equatorialToEcliptic([
  1.007608869613381, -2.390064275223501, -1.332124522752403, 9.201724467227126e-3, 3.370381135398406e-3, -2.850337057661092e-4,
]);

/** One for all: its way from 1969 is the longest. */
const system = new SolarSystem();

describe('propagation', () => {
  test('brings Ceres where JPL has it 1000 days later', () => {
    const [[state]] = propagate([{ name: 'Ceres', state: ceres }], 2_458_849.5, [2_459_849.5], { system }) as [[StateVector]];
    const [x, y, z] = eclipticToEquatorial(state);
    // What the other large asteroids do to Ceres in that time.
    expect(Math.hypot(x + 1.805071124770397, y - 1.46972178668244, z - 1.060603388325345)).toBeLessThan(5e-8);
  });

  test('brings Apophis past the Earth in 2029', () => {
    const start = 2_462_138.535_998_938_6;
    const apophis = equatorialToEcliptic([
      -0.55946538550488512, 0.85647564757574512, 0.30415066217102493, -0.013818324735921638, -0.0060088275597939191, -0.0025805044631309632,
    ]);
    const times = Array.from({ length: 81 }, (_, i) => 2_462_240.367 + 0.001 * i);
    const [states] = propagate([{ name: 'Apophis', state: apophis, nongravitational: [5e-13, -2.901e-14, 0] }], start, times, { system });
    const distances = states!.map((state, i) => {
      const earth = system.state('earth', times[i]!);
      return Math.hypot(state[0] - earth[0], state[1] - earth[1], state[2] - earth[2]) * kmPerAu;
    });
    const nearest = Math.min(...distances);
    // JPL: 38 000 km at JD 2462240.407; the field has neither asteroids nor the Earth's flattening.
    expect(Math.abs(nearest - 38_000)).toBeLessThan(100);
    expect(Math.abs(times[distances.indexOf(nearest)]! - 2_462_240.407)).toBeLessThan(0.0015);
  });

  test('goes both ways, in any order of times, alike alone and in company', () => {
    const body = { name: 'Ceres', state: ceres };
    const epoch = 2_458_849.5;
    const [alone] = propagate([body], epoch, [epoch + 50, epoch - 50, epoch], { system });
    expect(alone![2]!.map((value, k) => Math.abs(value - ceres[k]!)).every((error) => error < 1e-15)).toBe(true);
    const company = propagate([body, { name: 'other', state: [0.5, 0, 0, 0, 0.03, 0] }], epoch, [epoch + 50], { system });
    company[0]![0]!.forEach((value, k) => expect(Math.abs(value - alone![0]![k]!)).toBeLessThan(1e-13));
    const [[back]] = propagate([{ name: 'Ceres', state: alone![1]! }], epoch - 50, [epoch], { system }) as [[StateVector]];
    back.forEach((value, k) => expect(Math.abs(value - ceres[k]!)).toBeLessThan(1e-13));
  });

  test.each([
    ['asteroid', asteroidLaw, 1 / 1.5 ** 2],
    // At r₀ the law is α·2⁻ᵏ.
    ['comet', cometLaw, 0.111_262_042_6 * 2 ** -4.6142],
  ] as const)('A2 drives the semi-major axis as the mean of its force says: %s', (name, law, g) => {
    const a2 = 1e-12;
    const a = name === 'comet' ? 2.808 : 1.5;
    const state: StateVector = [a, 0, 0, 0, Math.sqrt(sunGm / a), 0];
    const epoch = 2_458_849.5;
    const turn = 2 * Math.PI * Math.sqrt(a ** 3 / sunGm);
    const axis = (force: number): number => {
      const [[end]] = propagate(
        [{ name: 'x', state, law, ...(force !== 0 && { nongravitational: [0, force, 0] as const }) }],
        epoch,
        [epoch + turn],
        { system },
      ) as [[StateVector]];
      return keplerianOf(end, sunGm).semiMajorAxis;
    };
    // da/dt = 2·g·A2/n on a circle; the planets bend it by some per cent in distance, which changes g by less than twice that.
    const expected = ((2 * g * a2) / ((2 * Math.PI) / turn)) * turn;
    expect(Math.abs((axis(a2) - axis(0)) / expected - 1)).toBeLessThan(name === 'comet' ? 0.03 : 0.005);
  });

  test('stops at states that are no numbers, with the name', () => {
    expect(() => propagate([{ name: 'lost', state: [NaN, 0, 0, 0, 0, 0] }], 2_451_545, [2_451_546], { system })).toThrowError(
      /Cannot follow lost to JD 2451546/,
    );
    expect(() => propagate([{ name: 'lost', state: [NaN, 0, 0, 0, 0, 0] }], 2_451_545, [2_451_546], { system })).toThrowError(
      expect.objectContaining({ code: 'non-finite-state' }),
    );
  });

  test('takes a catalogue to one epoch', () => {
    const builder = new CatalogueBuilder();
    const [first, second] = [2_458_849.5, 2_458_869.5];
    builder.add({ designation: '1', epoch: first, ...cometaryOf(ceres, first, sunGm) });
    builder.add({ designation: '2', epoch: second, ...cometaryOf(ceres, second, sunGm), absoluteMagnitude: 3 });
    const mixed = builder.build();
    const moved = atCommonEpoch(mixed, second, { system });
    expect([...moved.column('epoch')]).toEqual([second, second]);
    expect(moved.column('absoluteMagnitude')[1]).toBe(3);
    expect(moved.state(1)).toEqual(mixed.state(1));
    const [[expected]] = propagate([followedBody(mixed.record(0))], first, [second], { system }) as [[StateVector]];
    moved.state(0).forEach((value, k) => expect(Math.abs(value - expected[k]!)).toBeLessThan(1e-13));
  });
});

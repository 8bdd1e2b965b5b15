import { expect, test } from 'vitest';
import { kmPerAu, secondsPerDay } from '../../src/constants.js';
import type { StateVector } from '../../src/planets/initial-states.js';
import { equatorialToEcliptic } from '../../src/planets/solar-system.js';
import { passesOf } from '../../src/propagation/passes.js';
import { propagate, SolarSystem } from '../../src/propagation/propagation.js';

/** (99942) Apophis relative to the Sun, ICRF, 102 days before its approach of 2029 (JPL). */
const epoch = 2_462_138.535_998_938_6;
const apophis = equatorialToEcliptic([
  -0.559_465_385_504_885, 0.856_475_647_575_745, 0.304_150_662_171_022_5, -0.013_818_324_735_921_64, -0.006_008_827_559_793_92,
  -0.002_580_504_463_130_963,
]);
const body = { name: 'Apophis', state: apophis, nongravitational: [0, -2.901e-14, 0] as const };
const search = { planet: 'earth' as const, from: epoch + 20, to: epoch + 180, within: 0.1, system: new SolarSystem() };

test('Apophis passes the Earth on 13 April 2029 as JPL has it', () => {
  const [pass, ...others] = passesOf([body], epoch, search);
  expect(others).toEqual([]);
  expect(Math.abs(pass!.distance * kmPerAu - 38_000)).toBeLessThan(100);
  expect(Math.abs(pass!.time - 2_462_240.407)).toBeLessThan(1e-3);
  expect((pass!.speed * kmPerAu) / secondsPerDay).toBeCloseTo(7.423, 2);
});

test('passes are the same from an epoch before, within and after them, and in company', () => {
  const [pass] = passesOf([body], epoch, search);
  const later = epoch + 250;
  const [[after]] = propagate([body], epoch, [later], { system: search.system }) as [[StateVector]];
  const [again] = passesOf([{ ...body, state: after }], later, search);
  // The pass magnifies what 150 days of integration leave in the state of the other side.
  expect(Math.abs(again!.distance - pass!.distance)).toBeLessThan(1e-9);
  expect(Math.abs(again!.time - pass!.time)).toBeLessThan(1e-6);
  const far = { name: 'far', state: [2.5, 0, 0, 0, 0.0108, 0] as StateVector };
  const together = passesOf([far, body, far], epoch, search);
  expect(together.map(({ body: place }) => place)).toEqual([1]);
  expect(Math.abs(together[0]!.distance - pass!.distance)).toBeLessThan(1e-12);
});

test('only what is asked for is found', () => {
  const [pass] = passesOf([body], epoch, search);
  expect(passesOf([body], epoch, { ...search, within: 0.9 * pass!.distance })).toEqual([]);
  expect(passesOf([body], epoch, { ...search, to: pass!.time - 0.01 })).toEqual([]);
  expect(passesOf([body], epoch, { ...search, from: pass!.time + 0.01 })).toEqual([]);
});

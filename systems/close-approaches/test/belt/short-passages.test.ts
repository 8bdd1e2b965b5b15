import { expect, test } from 'vitest';
import { shortPassages, shortPassagesNote } from '../../src/belt/short-passages.js';
import { sunGm } from '../../src/constants.js';
import { stateOfKeplerian } from '../../src/orbit/state-from-elements.js';

const orbit = (semiMajorAxis: number, eccentricity: number) =>
  stateOfKeplerian({ semiMajorAxis, eccentricity, inclination: 0.1, node: 1, argument: 2, meanAnomaly: 3 }, sunGm);
const states = Float64Array.from([...orbit(2.5, 0.1), ...orbit(2.5, 0.96)]);

// q = 0.1 au and e = 0.96: 2π·√(0.001/(2.9591e-4·1.96)) = 8.25 d, a twentieth of which is 0.41 d.
test.each([
  [0.4, []],
  [0.42, [1]],
  [8, [1]],
])('with steps of %d d', (step, expected) => {
  expect(shortPassages(states, step)).toEqual(expected);
});

test('are told by name', () => {
  expect(shortPassagesNote(states, 0.4, String)).toBeUndefined();
  expect(shortPassagesNote(states, 8, (place) => `body ${place}`)).toContain('1 orbits pass the Sun in fewer than 20 steps of 8 d');
  expect(shortPassagesNote(states, 8, (place) => `body ${place}`)).toContain('body 1');
});

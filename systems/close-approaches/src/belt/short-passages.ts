import { sunGm } from '../constants.js';
import { stateSize } from '../dynamics/massive-bodies.js';
import { longestStep, stepRule } from './step-rule.js';

/**
 * Places of the orbits that pass the Sun too fast for a step of `step` days: their passage of the perihelion, 2π·√(q³/(μ(1 + e))),
 * takes fewer than 20 of them. `states` are heliocentric, 6 numbers an orbit.
 */
export function shortPassages(states: Float64Array, step: number): number[] {
  const rule = stepRule({ crossing: [] });
  return Array.from({ length: states.length / stateSize }, (_, place) => place).filter(
    (place) => longestStep(rule, states.subarray(stateSize * place, stateSize * (place + 1)), 1, 0, sunGm) < step,
  );
}

/** What a person is told of them; nothing where there are none. */
export function shortPassagesNote(states: Float64Array, step: number, nameOf: (place: number) => string): string | undefined {
  const places = shortPassages(states, step);
  if (places.length === 0) return undefined;
  const shown = places.slice(0, 10).map(nameOf).join(', ');
  return `${places.length} orbits pass the Sun in fewer than 20 steps of ${step} d, and their approaches mean little: ${shown}${places.length > 10 ? ', …' : ''}. Shorten the step.`;
}

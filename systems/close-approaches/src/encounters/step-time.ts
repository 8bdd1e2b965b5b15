import type { PlanetStep } from './planet-steps.js';

/** The step in which a piece of motion lies. */
export interface StepTime {
  /** When it begins, counted in units since the start; the unit in days, negative backwards; and the JD of the start. */
  readonly index: number;
  readonly unit: number;
  readonly epoch: number;
  readonly planets: PlanetStep;
}

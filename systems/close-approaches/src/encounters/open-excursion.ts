import { stateSize } from '../dynamics/massive-bodies.js';
import { eventFlags } from './encounter-event.js';

/** The smallest distance of an excursion so far, with all that its event needs. */
export interface OpenExcursion {
  minima: number;
  flags: number;
  entered: number;
  step: number;
  fraction: number;
  /** Squared distance, au². */
  squared: number;
  readonly relative: Float64Array;
  /** Heliocentric state of the planet. */
  readonly planet: Float64Array;
  /** Whether the distance was falling when it was last looked at. */
  isFalling: boolean;
  lastMinimum: number;
}

/** Numbers of one open excursion in a table: particle, planet, the fields above. */
export const openExcursionSize = 22;

/** Begins at `entered`, in units since the start of the run; `isInside` where the motion began within the critical distance. */
export const emptyExcursion = (entered: number, isInside: boolean): OpenExcursion => ({
  minima: 0,
  flags: isInside ? eventFlags.openAtStart : 0,
  entered,
  step: 0,
  fraction: 0,
  squared: Infinity,
  relative: new Float64Array(stateSize),
  planet: new Float64Array(stateSize),
  isFalling: false,
  lastMinimum: -1,
});

export const copyOf = (open: OpenExcursion): OpenExcursion => ({ ...open, relative: open.relative.slice(), planet: open.planet.slice() });

/** The row of a table. */
export function excursionRow(particle: number, planet: number, open: OpenExcursion): number[] {
  const { minima, flags, entered, step, fraction, squared, isFalling, lastMinimum } = open;
  const fields = [particle, planet, minima, flags, entered, step, fraction, squared, Number(isFalling), lastMinimum];
  return [...fields, ...open.relative, ...open.planet];
}

/** What `excursionRow` gave. */
export function excursionOfRow(row: Float64Array): { readonly particle: number; readonly planet: number; readonly open: OpenExcursion } {
  const [particle, planet, minima, flags, entered, step, fraction, squared, isFalling, lastMinimum] = row as unknown as number[];
  return {
    particle: particle!,
    planet: planet!,
    open: {
      minima: minima!,
      flags: flags!,
      entered: entered!,
      step: step!,
      fraction: fraction!,
      squared: squared!,
      isFalling: isFalling === 1,
      lastMinimum: lastMinimum!,
      relative: row.slice(10, 16),
      planet: row.slice(16, 22),
    },
  };
}

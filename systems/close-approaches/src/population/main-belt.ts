import { type CatalogueAsteroid, perihelion } from './catalogue-asteroid.js';
import { PopulationError } from './population-error.js';

/** Which asteroids of a catalogue make up the main belt. */
export interface MainBeltLimits {
  /** Semi-major axis, au. */
  readonly innermost: number;
  readonly outermost: number;
  /** The perihelion must lie beyond it, au: the aphelion of Mars, so that no asteroid crosses its orbit at the start. */
  readonly perihelion: number;
  /** The eccentricity must lie below it. */
  readonly eccentricity: number;
  /** Whether asteroids within the perihelion limit stay. */
  readonly keepMarsCrossers: boolean;
  /** Whether orbits of one opposition, without a number, stay. */
  readonly keepSingleOppositions: boolean;
  /** Faintest absolute magnitude. */
  readonly faintest: number;
  /** Whether asteroids without absolute magnitude stay. */
  readonly keepWithoutMagnitude: boolean;
}

export const mainBelt: MainBeltLimits = {
  innermost: 1.8,
  outermost: 3.7,
  perihelion: 1.666,
  eccentricity: 0.6,
  keepMarsCrossers: false,
  keepSingleOppositions: false,
  faintest: Infinity,
  keepWithoutMagnitude: false,
};

/** Why an asteroid is not in the selection: the first limit it fails. */
export type CutReason = 'semi-major axis' | 'eccentricity' | 'perihelion' | 'single opposition' | 'no magnitude' | 'faint';

export interface Selection {
  /** Places in the catalogue, ascending. */
  readonly indices: Uint32Array;
  /** Numbers of asteroids left out. */
  readonly removed: Readonly<Record<CutReason, number>>;
}

/** The main belt of a catalogue, which may be none of it. */
export function mainBeltOf(catalogue: readonly CatalogueAsteroid[], changes: Partial<MainBeltLimits> = {}): Selection {
  const limits = { ...mainBelt, ...changes };
  const removed: Record<CutReason, number> = {
    'semi-major axis': 0,
    eccentricity: 0,
    perihelion: 0,
    'single opposition': 0,
    'no magnitude': 0,
    faint: 0,
  };
  const kept: number[] = [];
  catalogue.forEach((asteroid, index) => {
    const reason = cutReason(asteroid, limits);
    if (reason === undefined) kept.push(index);
    else removed[reason]++;
  });
  return { indices: Uint32Array.from(kept), removed };
}

/**
 * Selects the main belt from a catalogue.
 * @throws {PopulationError} `no-survivors`, saying how many asteroids each limit removed
 */
export function selectMainBelt(catalogue: readonly CatalogueAsteroid[], changes: Partial<MainBeltLimits> = {}): Selection {
  const selection = mainBeltOf(catalogue, changes);
  if (selection.indices.length > 0) return selection;
  const { removed } = selection;
  const limits = { ...mainBelt, ...changes };
  const counts = Object.entries(removed).filter(([, count]) => count > 0);
  throw new PopulationError(
    'no-survivors',
    `main-belt cut: expected at least one of ${catalogue.length} asteroids to survive, got none (${
      counts.map(([reason, count]) => `${count} for ${reason}`).join(', ') || 'the catalogue is empty'
    }; limits: a ${limits.innermost} to ${limits.outermost} au, q > ${limits.keepMarsCrossers ? 0 : limits.perihelion} au, e < ${limits.eccentricity}); widen the limits or give another catalogue`,
    removed,
  );
}

function cutReason(asteroid: CatalogueAsteroid, limits: MainBeltLimits): CutReason | undefined {
  const { semiMajorAxis, eccentricity, numbered, oppositions, absoluteMagnitude } = asteroid;
  // Negated, so that elements that are not numbers fail too.
  if (!(semiMajorAxis >= limits.innermost && semiMajorAxis <= limits.outermost)) return 'semi-major axis';
  if (!(eccentricity < limits.eccentricity)) return 'eccentricity';
  if (!limits.keepMarsCrossers && !(perihelion(asteroid) > limits.perihelion)) return 'perihelion';
  if (!limits.keepSingleOppositions && numbered !== true && oppositions === 1) return 'single opposition';
  if (absoluteMagnitude === undefined) return limits.keepWithoutMagnitude ? undefined : 'no magnitude';
  return absoluteMagnitude <= limits.faintest ? undefined : 'faint';
}

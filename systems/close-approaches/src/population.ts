/** The belt that runs start from, its gaps and its limits, free of Node: for pages alike. */
export type { CatalogueAsteroid } from './population/catalogue-asteroid.js';
export { type Gap, gapsOf, jupiterSemiMajorAxis } from './population/gaps.js';
export { mainBelt } from './population/main-belt.js';
export { assumedAlbedo, diameterOfMagnitude } from './population/sizes.js';
export { type SyntheticBelt, syntheticBelt } from './population/synthetic-belt.js';

export * from '../api/index.js';
export { startStudio } from './studio.js';
export type { Studio, StudioOptions } from './studio.js';
export type { SystemCatalogue } from './catalogue.js';
export type { Launch } from './run-process.js';

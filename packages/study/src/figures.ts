/** What draws figures, free of Node: for the report's writer and for pages alike. The drawing itself is `figures/draw`. */
export type { Figure, FigurePoint, FigureSource, MetricFigure, Reference, TableFigure } from './figure.js';
export { figurePoints } from './figure.js';
export { seriesColour, seriesDash, seriesDeclarations } from './palette.js';
export { DefinitionError } from './errors.js';

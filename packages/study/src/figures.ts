/** What a figure is and what it is drawn from, free of Node: for the report's writer and for pages alike. */
export type { Figure, FigurePoint, FigureSource, MetricFigure, Reference, TableFigure } from './figure.js';
export { figureColumns, figurePoints, hasMarks } from './figure.js';
export { csvLine, figureCsv } from './figure-csv.js';
export { type Box, crosses, labelPlace } from './label-place.js';
export { escapeXml, shortNumber } from './markup.js';
export type { Ground } from './palette.js';
export { groundColours, seriesColour, seriesColours, seriesDash, seriesDeclarations } from './palette.js';
export { standaloneSvg } from './standalone-svg.js';
export { type ThinnedPoints, thinnedPoints } from './thinning.js';
export { evenTicks, logTicks, tickText } from './ticks.js';
export { DefinitionError } from './errors.js';

/**
 * The charts of the page. Import this module on demand (`await import('./charts/index.js')`): it brings uPlot, and loads
 * Observable Plot and hyparquet when a figure is first drawn. Colours come from the page's custom properties, those of
 * the report: `--ground`, `--ink`, `--faint`, `--line`, `--series-1` to `--series-8`; a change of them is seen when the
 * colour scheme or an attribute of the root element (`data-theme`, `class`, `style`) changes.
 */
export { FigureView } from './figure-view.js';
export { LiveCurves } from './live-curves.js';
export type { ChartRun, CurveReference, FigureViewProps, LiveCurvesProps } from './chart-props.js';
export { RunFeed } from './run-feed.js';
export type { FeedListener, PointsBatch, RecordedPoints } from './run-feed.js';

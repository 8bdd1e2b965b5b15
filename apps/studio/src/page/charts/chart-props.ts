import type { Figure } from '@sardonyx/study/figures';
import type { RunFeed } from './run-feed.js';

/** A run as charts know it. */
export interface ChartRun {
  /** `<system>/<study>/<folder>`, as in the server's addresses. */
  readonly id: string;
  /** How the run is called in a legend; needed where several are overlaid. */
  readonly label?: string;
  /** The run's event stream; none for a run that has ended. Keep the object while the run stays the same. */
  readonly feed?: RunFeed;
  /** Where the points come from: `server` (default) fetches them and follows the feed, `feed` knows the feed only. */
  readonly origin?: 'server' | 'feed';
}

/**
 * One figure of a study, drawn from a run's tables or metrics: `<FigureView run={run} figure={figure} />`.
 *
 * Keeps its height from the first moment on. While the run goes on and has a feed, it draws again when its data
 * change, at most once a second. Its menu saves SVG, PNG and CSV.
 */
export interface FigureViewProps {
  readonly run: ChartRun;
  readonly figure: Figure;
}

/** A value to compare a series with, drawn as a dashed line with its label. */
export interface CurveReference {
  readonly series: string;
  /** Whose value it is: `paper`. */
  readonly label: string;
  readonly value: number;
}

/**
 * Curves of numbers recorded over the step, one panel for each kind of quantity:
 * `<LiveCurves runs={[run]} series={detail.series} />`.
 *
 * With one run, colours tell the series; with several, colours tell the runs and dashes the series. Runs and series
 * may be added and taken away at any time. Data live in a worker, so a series may have millions of points.
 */
export interface LiveCurvesProps {
  readonly runs: readonly ChartRun[];
  /** Names to draw; a run that lacks one has no curve there. */
  readonly series: readonly string[];
  readonly references?: readonly CurveReference[];
  /** Height of one panel's drawing, CSS pixels; 260 when not given. */
  readonly height?: number;
}

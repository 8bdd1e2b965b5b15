import type { ChartRun } from './chart-props.js';
import type { CurveName } from './data/chart-data.js';
import type { Panel } from './panels.js';

/** A curve of a panel and how it is told from the others. */
export interface CurveStyle extends CurveName {
  readonly key: string;
  /** In the panel's legend. */
  readonly label: string;
  /** Wherever it stands without the panel's heading. */
  readonly name: string;
  readonly colour: string;
  /** Canvas dash pattern in CSS pixels; empty for a solid line. */
  readonly dash: readonly number[];
}

const dashes: readonly (readonly number[])[] = [[], [7, 4], [2, 3], [9, 3, 2, 3]];

/**
 * The curves of a panel: of one run, colours tell the series; of several, colours tell the runs and dashes the series.
 * Where the eight colours are used up they come again with the next dash.
 *

 */
export function curveStyles(
  runs: readonly ChartRun[],
  { series, labels }: Pick<Panel, 'series' | 'labels'>,
  colours: readonly string[],
): CurveStyle[] {
  const isCompared = runs.length > 1;
  return runs.flatMap((run, runIndex) =>
    series.map((name, seriesIndex) => {
      const label = labels[seriesIndex] ?? name;
      const [hue, pattern] = isCompared ? [runIndex, seriesIndex] : [seriesIndex, 0];
      return {
        key: JSON.stringify([run.id, name]),
        run: run.id,
        series: name,
        label: isCompared ? (series.length > 1 ? `${runLabel(run)}, ${label}` : runLabel(run)) : label,
        name: isCompared ? `${runLabel(run)}, ${name}` : name,
        colour: colours[hue % colours.length] ?? 'gray',
        dash: dashes[(pattern + Math.floor(hue / colours.length)) % dashes.length] ?? [],
      };
    }),
  );
}

function runLabel(run: ChartRun): string {
  return run.label ?? run.id.split('/').at(-1) ?? run.id;
}

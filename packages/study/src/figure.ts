import { DefinitionError } from './errors.js';

/** The paper's value, drawn beside ours as a labelled dashed line. */
export interface Reference {
  readonly label: string;
  readonly value: number;
  /** The axis that the value lies on; `y` when not given. */
  readonly axis?: 'x' | 'y';
}

interface FigureBase {
  /** Kebab-case; also the name of the SVG file. */
  readonly name: string;
  readonly title: string;
  readonly caption?: string;
  readonly kind: 'line' | 'bar' | 'dot' | 'heatmap';
  /** Axis labels, with units where there are any: `time (days)`. */
  readonly xLabel: string;
  readonly yLabel: string;
  readonly xScale?: 'linear' | 'log';
  readonly yScale?: 'linear' | 'log';
  readonly reference?: readonly Reference[];
}

/** A figure over the columns of one table. */
export interface TableFigure extends FigureBase {
  readonly table: string;
  readonly x: string;
  readonly y: string;
  /** Column whose values name the curves or groups. */
  readonly series?: string;
  /** Column that colours the cells of a heatmap, with its label. */
  readonly value?: string;
  readonly valueLabel?: string;
}

/** A figure of metrics over the step; each metric is a series. */
export interface MetricFigure extends FigureBase {
  readonly kind: 'line' | 'dot';
  readonly metrics: readonly string[];
}

/** A declarative plot: plain data, drawn in the report and, from the same definition, in a browser. */
export type Figure = TableFigure | MetricFigure;

/** One mark of a figure. */
export interface FigurePoint {
  readonly x: number | string;
  readonly y: number | string;
  readonly series: string;
  /** Colour value; heatmaps only. */
  readonly value?: number;
}

/** What a figure is drawn from. */
export interface FigureSource {
  table(name: string): { readonly columns: Readonly<Record<string, readonly unknown[]>>; readonly rowCount: number } | undefined;
  metric(name: string): { readonly steps: readonly number[]; readonly values: readonly number[] };
}

/**
 * The points of a figure. Points that no axis has a place for, which are numbers that are not finite and on a
 * logarithmic axis those that are not positive, are left out; except that in a line such a `y` becomes NaN, where the
 * line has a gap. Throws `DefinitionError` when the table or a column is missing.
 */
export function figurePoints(figure: Figure, source: FigureSource): FigurePoint[] {
  const points = 'metrics' in figure ? metricPoints(figure, source) : tablePoints(figure, source);
  const gaps = figure.kind === 'line' ? points.map((point) => (hasPlace(point.y, figure.yScale) ? point : { ...point, y: NaN })) : points;
  return gaps.filter(
    ({ x, y, value }) =>
      hasPlace(x, figure.xScale) &&
      (figure.kind === 'line' || hasPlace(y, figure.yScale)) &&
      (value === undefined || Number.isFinite(value)),
  );
}

/** Whether a line of these points would show anything. */
export function hasMarks(points: readonly FigurePoint[]): boolean {
  return points.some(({ y }) => typeof y === 'string' || Number.isFinite(y));
}

/** The tables' columns that a figure is drawn from; none for a figure of metrics. */
export function figureColumns(figure: Figure): string[] {
  if ('metrics' in figure) return [];
  return [figure.x, figure.y, figure.series, figure.value].filter((column) => column !== undefined);
}

function metricPoints(figure: MetricFigure, source: FigureSource): FigurePoint[] {
  return figure.metrics.flatMap((name) => {
    const { steps, values } = source.metric(name);
    return steps.map((step, index) => ({ x: step, y: values[index] ?? NaN, series: name }));
  });
}

function tablePoints(figure: TableFigure, source: FigureSource): FigurePoint[] {
  const table = source.table(figure.table);
  if (table === undefined) throw new DefinitionError(`Cannot draw the figure "${figure.name}": the run wrote no table "${figure.table}".`);
  const column = (name: string): readonly unknown[] => {
    const values = table.columns[name];
    if (values !== undefined) return values;
    throw new DefinitionError(
      `Cannot draw the figure "${figure.name}": the table "${figure.table}" has no column "${name}", only ${Object.keys(table.columns).join(', ')}.`,
    );
  };
  const x = column(figure.x);
  const y = column(figure.y);
  const series = figure.series === undefined ? undefined : column(figure.series);
  const value = figure.value === undefined ? undefined : column(figure.value);
  return x.map((xValue, index) => ({
    x: coordinate(xValue),
    y: coordinate(y[index]),
    series: series === undefined ? '' : String(series[index]),
    ...(value === undefined ? {} : { value: Number(value[index]) }),
  }));
}

function coordinate(value: unknown): number | string {
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : String(value);
}

function hasPlace(coordinate: number | string, scale: 'linear' | 'log' | undefined): boolean {
  return typeof coordinate === 'string' || (Number.isFinite(coordinate) && (scale !== 'log' || coordinate > 0));
}

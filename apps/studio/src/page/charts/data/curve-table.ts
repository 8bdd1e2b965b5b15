import type { Channel, SeriesStore } from './series-store.js';

/** In a table of curves: this curve has no point at this step, and its line runs on. */
export const noPoint = Infinity;
/** In a table of curves: the line breaks here. */
export const gap = NaN;

/** Points of several curves over common steps, as uPlot wants them. */
export interface CurveTable {
  readonly steps: Float64Array<ArrayBuffer>;
  /** A value, {@link noPoint} or {@link gap} for each curve and step. */
  readonly curves: readonly Float64Array<ArrayBuffer>[];
  /** Whether every recorded point is there, at its exact step. */
  readonly isExact: boolean;
}

/** One line to draw. */
export interface Curve {
  readonly store: SeriesStore;
  readonly channel: Channel;
}

/** The part of the axis that is wanted, and into how many columns of pixels it falls. */
export interface CurveWindow {
  readonly low: number;
  readonly high: number;
  readonly columns: number;
  readonly isLogarithmic: boolean;
}

/** Points of a curve that one column of pixels may have: the first, the least, the greatest and the last. */
const pointsPerColumn = 4;

/**
 * What has to be drawn so that it looks like all points drawn: every point where they are few, otherwise the first,
 * least, greatest and last of each column of pixels (U. Jugel et al., "M4: A Visualization-Oriented Time Series Data
 * Aggregation", VLDB 2014), at steps within that column. One point beyond either end lets lines run out of the window.
 */
export function curveTable(curves: readonly Curve[], window: CurveWindow): CurveTable {
  const ranges = curves.map(({ store }) => visibleRange(store, window));
  const most = window.columns * pointsPerColumn;
  const exact = ranges.every(([start, end]) => end - start <= most) ? commonSteps(curves, ranges, most) : undefined;
  return exact === undefined ? gridTable(curves, ranges, window) : exactTable(curves, ranges, exact, window);
}

function visibleRange(store: SeriesStore, { low, high }: CurveWindow): [start: number, end: number] {
  return [Math.max(0, store.firstAt(low) - 1), Math.min(store.length, store.firstAfter(high) + 1)];
}

/** The steps of all curves, ascending; as often as the curve that has one most often. Undefined when too many. */
function commonSteps(curves: readonly Curve[], ranges: readonly (readonly [number, number])[], most: number): number[] | undefined {
  const heads = ranges.map(([start]) => start);
  const steps: number[] = [];
  for (;;) {
    let next = Infinity;
    for (const [index, { store }] of curves.entries()) {
      if (heads[index]! < ranges[index]![1]) next = Math.min(next, store.steps[heads[index]!]!);
    }
    if (next === Infinity) return steps;
    if (steps.length === most) return undefined;
    steps.push(next);
    for (const [index, { store }] of curves.entries()) {
      if (heads[index]! < ranges[index]![1] && store.steps[heads[index]!] === next) heads[index]!++;
    }
  }
}

function exactTable(
  curves: readonly Curve[],
  ranges: readonly (readonly [number, number])[],
  steps: readonly number[],
  { isLogarithmic }: CurveWindow,
): CurveTable {
  const columns = curves.map(({ store, channel }, index) => {
    const column = new Float64Array(steps.length).fill(noPoint);
    let [head, end] = ranges[index]!;
    for (let row = 0; row < steps.length && head < end; row++) {
      if (store.steps[head] !== steps[row]) continue;
      column[row] = drawable(channel.values[head]!, isLogarithmic);
      head++;
    }
    return column;
  });
  return { steps: Float64Array.from(steps), curves: columns, isExact: true };
}

function gridTable(curves: readonly Curve[], ranges: readonly (readonly [number, number])[], window: CurveWindow): CurveTable {
  const { low, high, columns } = window;
  const width = (high - low) / columns;
  // A column before and one after hold the points beyond the ends.
  const steps = new Float64Array((columns + 2) * pointsPerColumn);
  for (let slot = 0; slot < steps.length; slot++) steps[slot] = low + (slot / pointsPerColumn - 1 + 0.5 / pointsPerColumn) * width;
  const values = curves.map((curve, index) => {
    const column = new Float64Array(steps.length).fill(noPoint);
    fillGrid(column, curve, ranges[index]!, window);
    return column;
  });
  return { steps, curves: values, isExact: false };
}

function fillGrid(slots: Float64Array, { store, channel }: Curve, [first, end]: readonly [number, number], window: CurveWindow): void {
  const { low, high, columns, isLogarithmic } = window;
  const { values, extremes } = channel;
  const found: [number, number] = [-1, -1];
  const put = (slot: number, position: number): void => {
    slots[slot] = drawable(values[position]!, isLogarithmic);
  };
  let start = store.firstAt(low);
  const inside = store.firstAfter(high);
  if (first < start) put(pointsPerColumn - 1, first);
  for (let column = 0; column < columns && start < inside; column++) {
    const bound = column === columns - 1 ? inside : Math.min(inside, store.firstAt(low + ((high - low) * (column + 1)) / columns));
    if (bound === start) continue;
    const slot = (column + 1) * pointsPerColumn;
    extremes.extremes(start, bound, found);
    const [earlier, later] = [Math.min(...found), Math.max(...found)];
    put(slot, start);
    if (earlier > start) put(slot + 1, earlier);
    if (later > earlier && later < bound - 1) put(slot + 2, later);
    if (bound - 1 > start) put(slot + 3, bound - 1);
    start = bound;
  }
  if (inside < end) put((columns + 1) * pointsPerColumn, inside);
}

/** The value, or a gap where the axis has no place for it. */
function drawable(value: number, isLogarithmic: boolean): number {
  return Number.isFinite(value) && (!isLogarithmic || value > 0) ? value : gap;
}

import { type Box, crosses, evenTicks, labelPlace, logTicks, tickText } from '@sardonyx/study/figures';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { valueRange } from './curve-scale.js';
import type { CurveStyle } from './curve-style.js';
import { type CurveTable, noPoint } from './data/curve-table.js';
import type { ChartTheme } from './theme.js';

/** What a drawing of curves consists of, apart from their points. */
export interface CurveChartOptions {
  readonly theme: ChartTheme;
  readonly curves: readonly CurveStyle[];
  readonly references: readonly { readonly label: string; readonly value: number; readonly colour: string }[];
  readonly xLabel: string;
  readonly yLabel: string;
  readonly isLogarithmic: boolean;
  /** Whether the table's second half holds smoothed curves; the first half is then drawn faint. */
  readonly isSmoothed: boolean;
  readonly width: number;
  readonly height: number;
}

/** A step pointed at, and points to mark there. */
export interface Crosshair {
  readonly step: number;
  readonly dots: readonly { readonly step: number; readonly value: number; readonly colour: string }[];
}

type Column = (number | null | undefined)[];

/** Curves with at most this many points are drawn with a dot at each. */
const fewPoints = 40;

/** Draws curves on a canvas with uPlot. Holds only what is seen: the points of a {@link CurveTable}. */
export class CurveChart {
  readonly plot: uPlot;
  readonly #options: CurveChartOptions;
  #range: readonly [number, number] = [0, 1];
  #dots: (number[] | null)[] = [];
  #isEmpty = true;
  #crosshair: Crosshair | undefined;
  readonly #overlay = document.createElement('div');

  constructor(container: HTMLElement, options: CurveChartOptions) {
    this.#options = options;
    this.plot = new uPlot(this.#plotOptions(), this.#emptyData(), container);
    this.#overlay.className = 'curve-overlay';
    this.plot.over.append(this.#overlay);
  }

  /** Shows this part of the axis at once, with the points that are there. */
  show(range: readonly [number, number]): void {
    this.#range = range;
    this.plot.setScale('x', { min: range[0], max: range[1] });
  }

  /** Draws these points from now on. */
  setTable({ steps, curves, isExact }: CurveTable): void {
    const columns = curves.map(column);
    this.#isEmpty = steps.length === 0;
    this.#dots = columns.map((values) => dotPositions(values, isExact));
    // Dashes in the thicket of a dense curve tell nothing, and are slow to draw.
    for (const [index, { dash }] of this.#options.curves.entries()) {
      if (this.#options.isSmoothed) break;
      this.plot.series[index + 1]!.dash = isExact ? [...dash] : [];
      this.plot.series[index + 1]!.width = isExact ? 1.5 : 1;
    }
    const [low, high] = this.#range;
    this.plot.batch(() => {
      this.plot.setData([Array.from(steps), ...columns], false);
      this.plot.setScale('x', { min: low, max: high });
    });
  }

  /** Shows which stretch is being marked, in parts of the width. */
  mark(stretch: readonly [number, number] | undefined): void {
    const { clientWidth, clientHeight } = this.plot.over;
    const [from, to] = stretch ?? [0, 0];
    this.plot.setSelect({ left: from * clientWidth, top: 0, width: (to - from) * clientWidth, height: clientHeight }, false);
  }

  /** A line at a step and a dot on each of some points, which stay with the data when those move. */
  setCrosshair(crosshair: Crosshair | undefined): void {
    this.#crosshair = crosshair;
    this.#placeCrosshair();
  }

  setShown(isShown: readonly boolean[]): void {
    const count = this.#options.curves.length;
    this.plot.batch(() => {
      for (let index = 1; index < this.plot.series.length; index++) {
        const show = isShown[(index - 1) % count] ?? true;
        if (this.plot.series[index]!.show !== show) this.plot.setSeries(index, { show });
      }
    });
  }

  resize(width: number, height: number): void {
    if (width !== this.plot.width || height !== this.plot.height) this.plot.setSize({ width, height });
  }

  destroy(): void {
    this.plot.destroy();
  }

  #emptyData(): uPlot.AlignedData {
    return [
      [],
      ...this.#series()
        .slice(1)
        .map((): number[] => []),
    ];
  }

  #plotOptions(): uPlot.Options {
    const { width, height, isLogarithmic, xLabel, yLabel } = this.#options;
    return {
      width,
      height,
      padding: [10, 18, 0, 0],
      legend: { show: false },
      // Crosshair, selection and gestures are the panel's own: uPlot knows the mouse only.
      cursor: { show: false },
      scales: {
        x: { time: false, auto: false, range: () => [...this.#range] },
        y: { auto: true, distr: isLogarithmic ? 3 : 1, range: (_, low, high) => this.#valueRange(low, high) },
      },
      axes: [
        { ...this.#axisStyle(), label: xLabel, size: 26, grid: { show: false }, splits: (_, __, low, high) => this.#stepTicks(low, high) },
        { ...this.#axisStyle(), label: yLabel, size: 50, labelSize: 16, splits: (_, __, low, high) => this.#valueTicks(low, high) },
      ],
      series: this.#series(),
      hooks: { draw: [(plot) => this.#drawReferences(plot), () => this.#placeCrosshair()] },
    };
  }

  #axisStyle(): uPlot.Axis {
    const { theme } = this.#options;
    const hair = 1 / Math.max(1, devicePixelRatio);
    return {
      stroke: theme.ink,
      font: `12px ${theme.fontFamily}`,
      labelFont: `12px ${theme.fontFamily}`,
      labelSize: 18,
      gap: 4,
      // No line along the axis itself.
      grid: {
        stroke: theme.line,
        width: hair,
        filter: (_, splits) => splits.map((value) => (value === this.plot.scales['y']?.min ? null : value)),
      },
      ticks: { stroke: theme.faint, width: hair, size: 4 },
      border: { show: true, stroke: theme.faint, width: hair },
      // All ticks get their labels: uPlot would drop some of a logarithmic axis.
      filter: (_, splits) => splits,
      values: (_, splits) => splits.map((value) => (value === null ? '' : tickText(value))),
    };
  }

  #stepTicks(low: number, high: number): number[] {
    const ticks = evenTicks(low, high, Math.max(2, Math.min(8, Math.floor(this.#options.width / 75))));
    // A step is a whole number, also where the window is narrower than a few of them.
    return ticks.every(Number.isInteger) ? ticks : evenTicks(low, high, Math.max(1, Math.floor(high - low))).filter(Number.isInteger);
  }

  #valueTicks(low: number, high: number): number[] {
    if (this.#isEmpty) return [];
    const most = Math.floor(this.#options.height / 36);
    return this.#options.isLogarithmic
      ? logTicks(low, high, most)
      : evenTicks(low, high, Math.max(3, Math.round(this.#options.height / 45)));
  }

  #series(): uPlot.Series[] {
    const { curves, isSmoothed, theme } = this.#options;
    const style = (curve: CurveStyle, index: number, isFaint: boolean): uPlot.Series => ({
      label: curve.label,
      stroke: curve.colour,
      width: isFaint ? 1 : 1.5,
      alpha: isFaint ? (theme.ground === 'dark' ? 0.35 : 0.28) : 1,
      dash: isFaint ? [] : [...curve.dash],
      pxAlign: 0,
      points: {
        size: 5,
        width: 0,
        fill: curve.colour,
        show: () => false,
        filter: () => this.#dots[index] ?? null,
      },
    });
    const measured = curves.map((curve, index) => style(curve, index, isSmoothed));
    const smoothed = isSmoothed ? curves.map((curve, index) => style(curve, curves.length + index, false)) : [];
    return [{}, ...measured, ...smoothed];
  }

  #valueRange(dataLow: number | null, dataHigh: number | null): [number, number] {
    const { references, isLogarithmic } = this.#options;
    const values = [dataLow, dataHigh, ...references.map(({ value }) => value)].filter(
      (value): value is number => value !== null && Number.isFinite(value) && (!isLogarithmic || value > 0),
    );
    return valueRange({ low: Math.min(...values), high: Math.max(...values) }, isLogarithmic);
  }

  #placeCrosshair(): void {
    const overlay = this.#overlay;
    overlay.replaceChildren();
    const [low, high] = this.#range;
    if (this.#crosshair === undefined || !(this.#crosshair.step >= low && this.#crosshair.step <= high)) return;
    const place = (className: string, step: number, y: number): HTMLElement => {
      const mark = document.createElement('div');
      mark.className = className;
      mark.style.transform = `translate(${this.plot.valToPos(step, 'x')}px, ${y}px)`;
      overlay.append(mark);
      return mark;
    };
    place('curve-crosshair', this.#crosshair.step, 0);
    for (const { step, value, colour } of this.#crosshair.dots) {
      const y = this.plot.valToPos(value, 'y');
      if (Number.isFinite(y) && step >= low && step <= high) place('curve-dot', step, y).style.background = colour;
    }
  }

  /** Dashed lines over the whole width, each with its label where it hides least. */
  #drawReferences(plot: uPlot): void {
    const { references, theme } = this.#options;
    const { ctx, bbox } = plot;
    const ratio = devicePixelRatio;
    ctx.save();
    ctx.font = `${12 * ratio}px ${theme.fontFamily}`;
    [ctx.textAlign, ctx.textBaseline, ctx.lineJoin] = ['left', 'middle', 'round'];
    for (const { label, value, colour } of references) {
      const y = Math.round(plot.valToPos(value, 'y', true));
      if (!(y >= bbox.top && y <= bbox.top + bbox.height)) continue;
      ctx.strokeStyle = colour;
      ctx.lineWidth = ratio;
      ctx.setLineDash([4 * ratio, 3 * ratio]);
      ctx.beginPath();
      ctx.moveTo(bbox.left, y);
      ctx.lineTo(bbox.left + bbox.width, y);
      ctx.stroke();
      ctx.setLineDash([]);
      const size = { width: ctx.measureText(label).width + 4 * ratio, height: 16 * ratio };
      const { left, top } = labelPlace(bbox, y, size, (box) => this.#crowd(plot, box));
      ctx.lineWidth = 4 * ratio;
      ctx.strokeStyle = theme.paper;
      ctx.strokeText(label, left, top + size.height / 2);
      ctx.fillStyle = theme.ink;
      ctx.fillText(label, left, top + size.height / 2);
    }
    ctx.restore();
  }

  /** How many stretches of curves run through a box of the canvas. */
  #crowd(plot: uPlot, box: Box): number {
    const [steps, ...columns] = plot.data;
    const from = plot.valToIdx(plot.posToVal(box.left, 'x', true)) - 1;
    const to = plot.valToIdx(plot.posToVal(box.left + box.width, 'x', true)) + 1;
    let count = 0;
    for (const [index, values] of columns.entries()) {
      if (plot.series[index + 1]?.show !== true) continue;
      let before: readonly [number, number] | undefined;
      for (let row = Math.max(0, from); row <= Math.min(to, steps.length - 1); row++) {
        const value = values[row];
        if (value === undefined) continue;
        const point = value === null ? undefined : ([plot.valToPos(steps[row]!, 'x', true), plot.valToPos(value, 'y', true)] as const);
        if (point !== undefined) count += Number(crosses(box, ...(before ?? point), ...point));
        before = point;
      }
    }
    return count;
  }
}

/** uPlot breaks a line at null and runs it on past undefined. */
function column(values: Float64Array): Column {
  return Array.from(values, (value) => (value === noPoint ? undefined : Number.isNaN(value) ? null : value));
}

/** Where a curve needs dots: everywhere when its points are few, else at points between gaps, which make no line. */
function dotPositions(values: Column, isExact: boolean): number[] | null {
  const points: number[] = [];
  const alone: number[] = [];
  let [previous, isBroken] = [-1, true];
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    if (value === undefined) continue;
    if (value === null) {
      if (isBroken && previous >= 0) alone.push(previous);
      [previous, isBroken] = [-1, true];
      continue;
    }
    points.push(index);
    if (previous >= 0) isBroken = false;
    previous = index;
  }
  if (isBroken && previous >= 0) alone.push(previous);
  if (isExact && points.length <= fewPoints) return points;
  return alone.length === 0 ? null : alone;
}

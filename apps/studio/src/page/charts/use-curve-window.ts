import type { RefObject } from 'preact';
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { ChartRun } from './chart-props.js';
import type { CurveChart } from './curve-chart.js';
import type { CurveStyle } from './curve-style.js';
import { chartClient } from './data/chart-client.js';
import type { WindowAnswer } from './data/chart-data.js';
import { retryAfter } from './data/run-data.js';
import type { ViewWindow } from './view-window.js';

/** What decides which points a panel draws. */
export interface CurveSelection {
  readonly curves: readonly CurveStyle[];
  readonly runs: readonly ChartRun[];
  readonly view: ViewWindow;
  readonly smoothing: number;
  readonly isLogarithmic: boolean;
  /** Width of the panel, CSS pixels. */
  readonly width: number;
}

export interface CurveWindow {
  /** The last answer without its points, which the chart has. */
  readonly answer: Omit<WindowAnswer, 'table'> | undefined;
  readonly problem: string | undefined;
  /** Asks for the points again. */
  readonly refresh: () => void;
}

/**
 * Keeps a chart supplied with points: when the view moves, it moves what is drawn at once and asks the worker for the
 * points of the new window; when data come, it asks again. One question at a time; what happens meanwhile is asked for
 * together when the answer is there.
 */
export function useCurveWindow(chart: RefObject<CurveChart | null>, selection: CurveSelection): CurveWindow {
  const [answer, setAnswer] = useState<CurveWindow['answer']>();
  const [problem, setProblem] = useState<string>();
  const latest = useRef(selection);
  useLayoutEffect(() => {
    latest.current = selection;
  });
  const supply = useMemo(() => new CurveSupply(chart, latest, setAnswer, setProblem), []);
  const { curves, runs, view } = selection;
  const feeds = useStable(runs.map(({ feed }) => feed));

  useLayoutEffect(() => {
    const wanted = new Set(curves.map(({ series }) => series));
    const stops = runs.map((run) =>
      chartClient.follow(run, ({ series }) => {
        if (series.some((name) => wanted.has(name))) supply.ask();
      }),
    );
    supply.ask();
    return () => stops.forEach((stop) => stop());
  }, [curves, feeds]);

  useLayoutEffect(() => {
    const stop = view.subscribe(() => supply.viewMoved());
    return () => {
      stop();
      supply.end();
      view.removePanel(supply);
    };
  }, [view]);

  return { answer, problem, refresh: () => supply.ask() };
}

/** The same array as before while its items are the same. */
function useStable<T>(items: readonly T[]): readonly T[] {
  const kept = useRef(items);
  if (kept.current.length !== items.length || kept.current.some((item, index) => item !== items[index])) kept.current = items;
  return kept.current;
}

/** A stretch beyond either end of the window is asked for too, in parts of its width, so that panning shows no blank. */
const margin = 0.5;

class CurveSupply {
  readonly #chart: RefObject<CurveChart | null>;
  readonly #latest: { readonly current: CurveSelection };
  readonly #setAnswer: (answer: CurveWindow['answer']) => void;
  readonly #setProblem: (problem: string | undefined) => void;
  #isAsking = false;
  #askAgain = false;
  #isEnded = false;
  #frame = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  /** What the chart's points cover; undefined when they are those of the whole. */
  #covered: { readonly low: number; readonly high: number; readonly width: number } | undefined;

  constructor(
    chart: RefObject<CurveChart | null>,
    latest: { readonly current: CurveSelection },
    setAnswer: (answer: CurveWindow['answer']) => void,
    setProblem: (problem: string | undefined) => void,
  ) {
    this.#chart = chart;
    this.#latest = latest;
    this.#setAnswer = setAnswer;
    this.#setProblem = setProblem;
  }

  end(): void {
    this.#isEnded = true;
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#retry);
  }

  viewMoved(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => {
      const { view } = this.#latest.current;
      if (view.range !== undefined) this.#chart.current?.show(view.range);
      if (!this.#isCovered()) this.ask();
    });
  }

  ask(): void {
    if (this.#isAsking) {
      this.#askAgain = true;
      return;
    }
    const asked = this.#latest.current;
    if (asked.width === 0 || this.#isEnded) return;
    const { curves, view, smoothing, isLogarithmic, width } = asked;
    const range = view.isWhole ? undefined : view.range;
    const window = range === undefined ? { columns: width } : paddedWindow(range, width);
    this.#isAsking = true;
    const names = curves.map(({ run, series }) => ({ run, series }));
    chartClient.call('window', { curves: names, smoothing, isLogarithmic, ...window }).then(
      ({ table, ...rest }) => {
        this.#isAsking = false;
        const chart = this.#chart.current;
        const { current } = this.#latest;
        const isStale =
          current.curves !== curves || current.smoothing !== smoothing || current.isLogarithmic !== isLogarithmic || chart === null;
        if (this.#isEnded) return;
        if (isStale) return this.ask();
        this.#covered =
          'low' in window && range !== undefined ? { low: window.low, high: window.high, width: range[1] - range[0] } : undefined;
        view.setExtent(this, rest.extent);
        if (view.range !== undefined) chart.show(view.range);
        chart.setTable(table);
        this.#setAnswer(rest);
        this.#setProblem(undefined);
        if (rest.curves.some(({ status }) => status === 'failed'))
          this.#retry ??= setTimeout(() => this.#askAfterFailure(), retryAfter + 500);
        this.#continue();
      },
      (error: Error) => {
        this.#isAsking = false;
        if (!this.#isEnded) this.#setProblem(error.message);
      },
    );
  }

  #askAfterFailure(): void {
    this.#retry = undefined;
    this.ask();
  }

  #continue(): void {
    if (!this.#askAgain) return;
    this.#askAgain = false;
    this.ask();
  }

  /** Whether the chart's points suffice for the view: the same resolution, and a quarter of a width to spare. */
  #isCovered(): boolean {
    const { view } = this.#latest.current;
    const { range } = view;
    if (range === undefined) return true;
    if (this.#covered === undefined) return view.isWhole;
    if (view.isWhole) return false;
    const { low, high, width } = this.#covered;
    const spare = width * (margin / 2);
    return Math.abs(range[1] - range[0] - width) < width * 1e-6 && range[0] - spare >= low && range[1] + spare <= high;
  }
}

/** The window and its margins, on columns that lie fixed on the axis so that points do not flicker while it moves. */
function paddedWindow([low, high]: readonly [number, number], width: number): { low: number; high: number; columns: number } {
  const column = (high - low) / width;
  const first = Math.floor((low - (high - low) * margin) / column);
  const last = Math.ceil((high + (high - low) * margin) / column);
  return { low: first * column, high: last * column, columns: last - first };
}

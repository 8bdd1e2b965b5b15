import type { JSX, RefObject } from 'preact';
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { ChartRun, CurveReference } from './chart-props.js';
import { CurveChart } from './curve-chart.js';
import { CurveLegend } from './curve-legend.js';
import { saveCurves } from './curve-saving.js';
import { type CurveStyle, curveStyles } from './curve-style.js';
import type { Reading } from './data/chart-data.js';
import { useSize } from './element-size.js';
import { watchGestures } from './gestures.js';
import type { Panel } from './panels.js';
import { SaveMenu } from './save-menu.js';
import type { ChartTheme } from './theme.js';
import { type Cursor, useCursor } from './use-cursor.js';
import { type CurveWindow, useCurveWindow } from './use-curve-window.js';
import type { ViewWindow } from './view-window.js';

export interface CurvePanelProps {
  readonly panel: Panel;
  readonly runs: readonly ChartRun[];
  readonly references: readonly CurveReference[];
  readonly view: ViewWindow;
  readonly theme: ChartTheme;
  readonly isLogarithmic: boolean;
  readonly smoothing: number;
  readonly height: number;
}

/** Curves on common axes, the legend below them, and all that a person can do with them. */
export function CurvePanel({ panel, runs, references, view, theme, isLogarithmic, smoothing, height }: CurvePanelProps): JSX.Element {
  const curvesKey = JSON.stringify([runs.map(({ id, label }) => [id, label]), panel]);
  const curves = useMemo(() => curveStyles(runs, panel, theme.series), [curvesKey, theme]);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const shown = curves.filter(({ key }) => !hidden.has(key));
  const lines = references.filter(({ series }) => panel.series.includes(series));
  const linesKey = JSON.stringify(lines);
  const box = useRef<HTMLDivElement>(null);
  const { width } = useSize(box);
  const chart = useRef<CurveChart>(null);
  const { answer, problem, refresh } = useCurveWindow(chart, { curves, runs, view, smoothing, isLogarithmic, width });
  const cursor = useCursor(shown, smoothing, answer);
  const isSmoothed = smoothing > 0;
  const setShown = (): void => chart.current?.setShown(curves.map(({ key }) => !hidden.has(key)));

  useLayoutEffect(() => {
    if (box.current === null || width === 0) return undefined;
    const created = new CurveChart(box.current, {
      theme,
      curves,
      references: lines.map(({ label, value }) => ({ label: `${label}: ${value}`, value, colour: theme.faint })),
      xLabel: 'step',
      yLabel: panel.quantity,
      isLogarithmic,
      isSmoothed,
      width,
      height,
    });
    const stopWatching = watchChart(created, view, cursor);
    chart.current = created;
    setShown();
    refresh();
    return () => {
      stopWatching();
      chart.current = null;
      created.destroy();
    };
  }, [curves, linesKey, isLogarithmic, isSmoothed, width > 0, height]);

  useLayoutEffect(() => {
    if (width > 0) chart.current?.resize(width, height);
    refresh();
  }, [width, height, smoothing]);
  useLayoutEffect(setShown, [hidden]);
  useLayoutEffect(() => showCrosshair(chart, cursor, shown, isSmoothed), [cursor.step, cursor.readings, isLogarithmic, isSmoothed, theme]);

  const toggle = (key: string): void => {
    const next = new Set(hidden);
    if (!next.delete(key)) next.add(key);
    setHidden(next);
  };
  const isEmpty = answer?.extent === undefined;

  return (
    <section class="curve-panel" aria-label={panel.quantity}>
      <header>
        <h3>{panel.quantity}</h3>
        <span class="curve-step">{cursor.step === undefined ? '' : `step ${cursor.step.toLocaleString('en-US')}`}</span>
        <SaveMenu
          label={panel.quantity}
          isDisabled={isEmpty || shown.length === 0}
          save={(format) =>
            saveCurves(format, {
              name: [runs.length === 1 ? (runs[0]?.id.split('/').at(-1) ?? '') : `${runs.length}-runs`, panel.quantity],
              quantity: panel.quantity,
              curves: shown,
              references: lines,
              range: view.range ?? [0, 1],
              smoothing,
              isLogarithmic,
              ground: theme.ground,
            })
          }
        />
      </header>
      <div
        class="curve-box"
        style={{ height: `${height}px` }}
        tabIndex={0}
        role="application"
        aria-roledescription="chart"
        aria-label={`${panel.quantity} over the step. Arrow keys pan, plus and minus zoom, Home shows everything, Shift and arrow keys read points.`}
        onKeyDown={(event) => onChartKey(event, view, cursor)}
        onBlur={() => cursor.moveTo(undefined)}
      >
        <div class="curve-canvas" ref={box} />
        {(isEmpty || problem !== undefined) && (
          <p class="chart-message" role="status">
            {problem ?? emptyMessage(answer, panel)}
          </p>
        )}
      </div>
      <CurveLegend
        curves={curves}
        hidden={hidden}
        toggle={toggle}
        statuses={answer?.curves ?? []}
        readings={new Map(shown.map(({ key }, index) => [key, cursor.readings[index]]))}
        isSmoothed={isSmoothed}
        step={cursor.step}
      />
      <p class="chart-hidden">{isEmpty ? '' : summary(curves, answer)}</p>
      <p class="chart-hidden" aria-live="polite">
        {cursor.step === undefined ? '' : spoken(cursor.step, shown, cursor.readings)}
      </p>
    </section>
  );
}

/** Mouse, pen and fingers over the chart move the view and the cursor. */
function watchChart(chart: CurveChart, view: ViewWindow, cursor: Cursor): () => void {
  const stepAt = (position: number): number => {
    const [low, high] = view.range ?? [0, 1];
    return low + (high - low) * Math.min(1, Math.max(0, position));
  };
  return watchGestures(chart.plot.over, {
    pan: (fraction) => view.pan(fraction),
    zoom: (factor, anchor) => view.zoom(factor, anchor),
    mark: (stretch) => chart.mark(stretch),
    showStretch: (from, to) => view.show(stepAt(from), stepAt(to)),
    reset: () => view.reset(),
    point: (position) => cursor.moveTo(position === undefined ? undefined : stepAt(position)),
    isWhole: () => view.isWhole,
  });
}

function onChartKey(event: KeyboardEvent, view: ViewWindow, cursor: Cursor): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const [low, high] = view.range ?? [0, 1];
  const actions: Readonly<Record<string, () => void>> = {
    ArrowRight: () => (event.shiftKey ? cursor.moveBy(1, low) : view.pan(0.1)),
    ArrowLeft: () => (event.shiftKey ? cursor.moveBy(-1, high) : view.pan(-0.1)),
    ArrowUp: () => view.zoom(0.8),
    ArrowDown: () => view.zoom(1.25),
    '+': () => view.zoom(0.8),
    '=': () => view.zoom(0.8),
    '-': () => view.zoom(1.25),
    _: () => view.zoom(1.25),
    Home: () => view.reset(),
    Escape: () => cursor.moveTo(undefined),
  };
  const action = actions[event.key];
  if (action === undefined) return;
  event.preventDefault();
  action();
}

function showCrosshair(
  chart: RefObject<CurveChart | null>,
  { step, readings }: Cursor,
  shown: readonly CurveStyle[],
  isSmoothed: boolean,
): void {
  const dots = shown.flatMap(({ colour }, index) => {
    const reading = readings[index];
    return reading === undefined ? [] : [{ step: reading.step, value: isSmoothed ? (reading.smooth ?? NaN) : reading.value, colour }];
  });
  chart.current?.setCrosshair(step === undefined ? undefined : { step, dots });
}

function emptyMessage(answer: CurveWindow['answer'], panel: Panel): string {
  const failed = answer?.curves.find(({ status }) => status === 'failed');
  if (failed !== undefined) return failed.problem ?? '';
  if (answer === undefined || answer.curves.some(({ status }) => status === 'loading')) return 'Loading …';
  return `No data yet. The curve begins when the run records ${panel.series.join(', ')}.`;
}

function summary(curves: readonly CurveStyle[], answer: CurveWindow['answer']): string {
  const [first, last] = answer?.extent ?? [0, 0];
  const counts = curves.map(({ label }, index) => `${label}: ${answer?.curves[index]?.count ?? 0} points`);
  return `Steps ${first} to ${last}. ${counts.join(', ')}.`;
}

function spoken(step: number, curves: readonly CurveStyle[], readings: readonly (Reading | undefined)[]): string {
  const values = curves.map(({ label }, index) => `${label} ${readings[index]?.value ?? 'no data'}`);
  return `Step ${step}: ${values.join(', ')}`;
}

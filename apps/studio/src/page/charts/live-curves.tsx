import type { JSX } from 'preact';
import { useEffect, useId, useMemo, useState } from 'preact/hooks';
import type { LiveCurvesProps } from './chart-props.js';
import './charts.css';
import { CurvePanel } from './curve-panel.js';
import { panelsOf } from './panels.js';
import { useTheme } from './theme.js';
import { ViewWindow } from './view-window.js';

/** Weights of the moving average that the slider's positions stand for: each next one averages over more points. */
const weights = [0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.97, 0.98, 0.99, 0.995, 0.998, 0.999] as const;

export function LiveCurves({ runs, series, references = [], height = 260 }: LiveCurvesProps): JSX.Element {
  const theme = useTheme();
  const view = useMemo(() => new ViewWindow(), []);
  const isWhole = useIsWhole(view);
  const [isLogarithmic, setLogarithmic] = useState(false);
  const [position, setPosition] = useState(0);
  const smoothing = weights[position] ?? 0;
  const id = useId();
  const panels = useMemo(() => panelsOf(series), [JSON.stringify(series)]);

  return (
    <div class="live-curves">
      <div class="curve-toolbar" role="group" aria-label="How curves are drawn">
        <label>
          <input type="checkbox" checked={isLogarithmic} onChange={(event) => setLogarithmic(event.currentTarget.checked)} /> log scale
        </label>
        <label for={id}>smoothing</label>
        <input
          id={id}
          type="range"
          min={0}
          max={weights.length - 1}
          step={1}
          value={position}
          aria-valuetext={smoothing === 0 ? 'none' : `moving average of weight ${smoothing}`}
          onInput={(event) => setPosition(Number(event.currentTarget.value))}
        />
        <output for={id}>{smoothing === 0 ? 'off' : smoothing}</output>
        <button type="button" class="chart-button" disabled={isWhole} onClick={() => view.reset()}>
          Show all
        </button>
        <span class="curve-help">Drag to zoom, Shift-drag to pan, double click to show all.</span>
      </div>
      {panels.length === 0 && <p class="chart-message curve-none">No data yet. Curves appear when the run records its first numbers.</p>}
      <div class="curve-panels">
        {panels.map((panel) => (
          <CurvePanel
            key={panel.key}
            panel={panel}
            runs={runs}
            references={references}
            view={view}
            theme={theme}
            isLogarithmic={isLogarithmic}
            smoothing={smoothing}
            height={height}
          />
        ))}
      </div>
    </div>
  );
}

function useIsWhole(view: ViewWindow): boolean {
  const [isWhole, setWhole] = useState(view.isWhole);
  useEffect(() => view.subscribe(() => setWhole(view.isWhole)), [view]);
  return isWhole;
}

import type { JSX } from 'preact';
import type { CurveStyle } from './curve-style.js';
import type { SeriesStatus } from './data/run-data.js';
import type { Reading } from './data/chart-data.js';

interface CurveLegendProps {
  readonly curves: readonly CurveStyle[];
  readonly hidden: ReadonlySet<string>;
  readonly toggle: (key: string) => void;
  readonly statuses: readonly { readonly status: SeriesStatus; readonly problem?: string | undefined }[];
  readonly readings: ReadonlyMap<string, Reading | undefined>;
  readonly isSmoothed: boolean;
  /** The step pointed at. */
  readonly step: number | undefined;
}

/** Samples, names and values of the curves; each is a button that hides its curve and shows it again. */
export function CurveLegend({ curves, hidden, toggle, statuses, readings, isSmoothed, step }: CurveLegendProps): JSX.Element {
  // One width for all columns, with room for the longest name and any value: it does not change with the values.
  const letters = Math.max(...curves.map(({ label }) => label.length)) + (isSmoothed ? 28 : 18);
  return (
    <ul class="curve-legend" style={{ '--legend-column': `${letters}ch` }}>
      {curves.map(({ key, label, name, colour, dash }, index) => (
        <li key={key}>
          <button type="button" aria-pressed={!hidden.has(key)} onClick={() => toggle(key)}>
            <svg width="22" height="10" aria-hidden="true">
              <line x1="1" x2="21" y1="5" y2="5" stroke={colour} stroke-width="2" stroke-dasharray={dash.join(' ')} />
            </svg>
            <span class="curve-name" title={name}>
              {label}
            </span>
            <Value reading={readings.get(key)} status={statuses[index]?.status} step={step} />
          </button>
        </li>
      ))}
    </ul>
  );
}

function Value({
  reading,
  status,
  step,
}: {
  reading: Reading | undefined;
  status: SeriesStatus | undefined;
  step: number | undefined;
}): JSX.Element {
  if (reading === undefined)
    return <span class="curve-value">{status === 'missing' ? 'no data' : status === 'failed' ? 'failed' : ''}</span>;
  const { value, smooth } = reading;
  // A curve that has no point at the step pointed at says where its nearest one is.
  const elsewhere = step !== undefined && reading.step !== step ? ` at ${reading.step.toLocaleString('en-US')}` : '';
  return (
    <span class="curve-value" title={`${value} at step ${reading.step}`}>
      {readable(value)}
      {smooth === undefined ? '' : ` (${readable(smooth)})`}
      {elsewhere}
    </span>
  );
}

/** Seven digits tell any two points of a drawing apart; the title has them all. */
function readable(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(7))) : String(value);
}

import { computed, signal } from '@preact/signals';
import type { FigureViewProps, LiveCurvesProps } from '../charts/chart-props.js';
import { messageOf, ProblemNotice } from './problem-notice.js';

type Charts = typeof import('../charts/index.js');
type ChartsState = { readonly charts: Charts } | { readonly error: unknown } | 'absent' | 'loading';

const state = signal<ChartsState>('absent');

/** Whether charts can be drawn, or never will be: a view that shows its content from then on never sees it move. */
export const areChartsSettled = computed(() => state.value !== 'absent' && state.value !== 'loading');

/** Loads the charts once; where that failed, again. */
export function requestCharts(): void {
  const now = state.peek();
  if (now === 'loading' || (now !== 'absent' && 'charts' in now)) return;
  state.value = 'loading';
  import('../charts/index.js').then(
    (charts) => (state.value = { charts }),
    (error: unknown) => (state.value = { error }),
  );
}

export function LiveCurves(props: LiveCurvesProps) {
  const { value } = state;
  if (typeof value === 'string') return <div class="chart-space curves-space" />;
  return 'charts' in value ? <value.charts.LiveCurves {...props} /> : <NoCharts error={value.error} />;
}

export function FigureView(props: FigureViewProps) {
  const { value } = state;
  if (typeof value === 'string') return <div class="chart-space figure-space" />;
  return 'charts' in value ? <value.charts.FigureView {...props} /> : <NoCharts error={value.error} />;
}

function NoCharts({ error }: { readonly error: unknown }) {
  return (
    <ProblemNotice title="The charts could not be loaded">
      <p>{messageOf(error)}. Load the page again when the server answers.</p>
    </ProblemNotice>
  );
}

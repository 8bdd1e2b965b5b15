import { useEffect, useState } from 'preact/hooks';
import type { FigureViewProps, LiveCurvesProps } from '../charts/chart-props.js';
import { messageOf, ProblemNotice } from './problem-notice.js';

type Charts = typeof import('../charts/index.js');

let loading: Promise<Charts> | undefined;

/** Loads the charts once, when a view first draws one. */
function useCharts(): { readonly charts?: Charts; readonly error?: unknown } {
  const [state, setState] = useState<{ charts?: Charts; error?: unknown }>({});
  useEffect(() => {
    loading ??= import('../charts/index.js');
    loading.then(
      (charts) => setState({ charts }),
      (error: unknown) => {
        // A server that was away for a moment may have it the next time.
        loading = undefined;
        setState({ error });
      },
    );
  }, []);
  return state;
}

export function LiveCurves(props: LiveCurvesProps) {
  const { charts, error } = useCharts();
  if (error !== undefined) return <NoCharts error={error} />;
  if (charts === undefined) return <div class="chart-space curves-space" />;
  return <charts.LiveCurves {...props} />;
}

export function FigureView(props: FigureViewProps) {
  const { charts, error } = useCharts();
  if (error !== undefined) return <NoCharts error={error} />;
  if (charts === undefined) return <div class="chart-space figure-space" />;
  return <charts.FigureView {...props} />;
}

function NoCharts({ error }: { readonly error: unknown }) {
  return (
    <ProblemNotice title="The charts could not be loaded">
      <p>{messageOf(error)}. Load the page again when the server answers.</p>
    </ProblemNotice>
  );
}

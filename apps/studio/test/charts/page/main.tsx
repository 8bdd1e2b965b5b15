import { type Figure, type FigurePoint, seriesDeclarations } from '@sardonyx/study/figures';
import { render } from 'preact';
import { useState } from 'preact/hooks';
import {
  type ChartRun,
  type CurveReference,
  FigureView,
  type FigureViewProps,
  LiveCurves,
  RunFeed,
  type RecordedPoints,
} from '../../../src/page/charts/index.js';

/** What the page mounts, given in its address after `#` as JSON. */
interface Scene {
  readonly runs?: readonly { readonly id: string; readonly label?: string; readonly origin?: 'feed' }[];
  readonly series?: readonly string[];
  readonly references?: readonly CurveReference[];
  readonly figures?: readonly FigureViewProps['figure'][];
}

const scene = JSON.parse(decodeURIComponent(location.hash.slice(1))) as Scene;
const feeds = new Map<string, RunFeed>();
const runs: ChartRun[] = (scene.runs ?? []).map((run) => {
  const feed = new RunFeed();
  feeds.set(run.id, feed);
  return { ...run, feed };
});

function Page() {
  const [series, setSeries] = useState(scene.series);
  Object.assign(globalThis, { setSeries });
  return (
    <>
      {series !== undefined && <LiveCurves runs={runs} series={series} references={scene.references ?? []} />}
      {scene.figures?.map((figure) => (
        <FigureView key={figure.name} run={runs[0]!} figure={figure} />
      ))}
    </>
  );
}

/** For tests: the drawing alone, events of a run's stream, and points that no server knows of. */
Object.assign(globalThis, {
  draw: async (figure: Figure, points: FigurePoint[]) =>
    (await import('@sardonyx/study/figures/draw')).drawFigure(figure, points, document),
  receive: (run: string, type: string, data: unknown) => feeds.get(run)?.receive(type, data),
  push: (run: string, points: Record<string, RecordedPoints>) => feeds.get(run)?.push(points),
});

const sheet = new CSSStyleSheet();
sheet.replaceSync(
  `:root { ${seriesDeclarations('light')} } @media (prefers-color-scheme: dark) { :root { ${seriesDeclarations('dark')} } }` +
    ` :root[data-theme='dark'] { ${seriesDeclarations('dark')} } :root[data-theme='light'] { ${seriesDeclarations('light')} }`,
);
document.adoptedStyleSheets.push(sheet);

render(<Page />, document.querySelector('main')!);

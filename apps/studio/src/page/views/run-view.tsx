import { useEffect, useMemo, useState } from 'preact/hooks';
import type { RunDetail, StudyDetail } from '../../api/index.js';
import { archiveUrl, fetchStudy, modelFileUrl, reportUrl, tableUrl } from '../api-client.js';
import type { ChartRun } from '../charts/chart-props.js';
import { areChartsSettled, FigureView, LiveCurves, requestCharts } from '../parts/charts.js';
import { PaperLine } from '../parts/paper-line.js';
import { ProblemNotice } from '../parts/problem-notice.js';
import { RunHeader } from '../parts/run-header.js';
import { RunLog } from '../parts/run-log.js';
import { Skeleton } from '../parts/skeleton.js';
import { ValueTable } from '../parts/value-table.js';
import { VerdictList } from '../parts/verdict-list.js';
import { formatExact } from '../times.js';
import { hrefOf } from '../routes.js';
import { RunWatch } from '../run-watch.js';
import { useLoaded } from '../use-loaded.js';
import { useTitle } from '../use-title.js';
import type { Figure } from '@sardonyx/study/figures';

/** One run, while it goes on and afterwards. */
export function RunView({ run }: { readonly run: string }) {
  const watch = useMemo(() => new RunWatch(run), [run]);
  useEffect(() => () => watch.close(), [watch]);
  useEffect(requestCharts, []);
  const detail = watch.detail.value;
  useTitle(detail?.title ?? run);
  if (watch.absence.value === 'unknown') return <UnknownRun run={run} />;
  if (detail === undefined) return <Skeleton rows={5} rowHeight={120} label="run" />;
  return <KnownRun watch={watch} detail={detail} />;
}

function KnownRun({ watch, detail }: { readonly watch: RunWatch; readonly detail: RunDetail }) {
  const study = useLoaded(detail.study, () => fetchStudy(detail.study));
  const isRemoved = watch.absence.value === 'removed';
  return (
    <article class="run">
      <RunHeader detail={detail} isRemoved={isRemoved} onDetail={(next) => watch.accept(next)} />
      {study.state === 'loading' || !areChartsSettled.value ? (
        <Skeleton rows={4} rowHeight={120} label="the study" />
      ) : (
        <RunBody watch={watch} detail={detail} study={study.state === 'here' ? study.value : undefined} isRemoved={isRemoved} />
      )}
    </article>
  );
}

interface RunBodyProps {
  readonly watch: RunWatch;
  readonly detail: RunDetail;
  /** Undefined where this server does not know the study. */
  readonly study: StudyDetail | undefined;
  readonly isRemoved: boolean;
}

function RunBody({ watch, detail, study, isRemoved }: RunBodyProps) {
  // What grows while the view is open comes last, so that it pushes nothing away; results that are there come first.
  const [grows] = useState(detail.status !== 'done');
  const chartRun = useMemo<ChartRun>(() => ({ id: watch.id, feed: watch.feed }), [watch]);
  return (
    <div class="run-body">
      <div class="run-main">
        <section aria-labelledby="curves-title" class={grows ? 'run-curves growing' : 'run-curves'}>
          <h2 id="curves-title">Curves</h2>
          {detail.series.length > 0 ? (
            <LiveCurves runs={[chartRun]} series={detail.series} />
          ) : (
            <div class="chart-space curves-space">
              <p class="chart-waiting">
                {detail.status === 'running' ? 'The first numbers appear in a moment.' : 'This run recorded no numbers over steps.'}
              </p>
            </div>
          )}
        </section>
        <Figures figures={(study?.figures ?? []) as unknown as readonly Figure[]} run={chartRun} />
        <section aria-labelledby="log-title">
          <RunLog entries={watch.log.value} />
        </section>
      </div>
      <Comparison detail={detail} study={study} />
      <div class="run-facts">
        {!grows && <Results detail={detail} />}
        <section>
          <h2>Parameters</h2>
          <ValueTable entries={Object.entries(detail.params)} areParameters />
        </section>
        <Circumstances detail={detail} />
        <Files detail={detail} isRemoved={isRemoved} />
        {grows && <Results detail={detail} />}
      </div>
    </div>
  );
}

function Comparison({ detail, study }: { readonly detail: RunDetail; readonly study: StudyDetail | undefined }) {
  const expectations = detail.expect.length > 0 ? detail.expect : (study?.expect ?? []);
  return (
    <section aria-labelledby="comparison-title" class="run-comparison">
      <h2 id="comparison-title">The paper and this run</h2>
      {study !== undefined && (
        <p class="reference">
          <PaperLine paper={study.paper} />
        </p>
      )}
      <VerdictList expectations={expectations} status={detail.status} />
    </section>
  );
}

function Figures({ figures, run }: { readonly figures: readonly Figure[]; readonly run: ChartRun }) {
  if (figures.length === 0) return null;
  return (
    <section aria-labelledby="figures-title" class="run-figures">
      <h2 id="figures-title">Figures</h2>
      {figures.map((figure) => (
        <FigureView key={figure.name} run={run} figure={figure} />
      ))}
    </section>
  );
}

function Results({ detail }: { readonly detail: RunDetail }) {
  const entries = Object.entries(detail.metrics);
  return (
    <section>
      <h2>Results</h2>
      {entries.length > 0 ? (
        <ValueTable entries={entries} />
      ) : (
        <p class="empty">{detail.status === 'running' ? 'Recorded as the run finds them.' : 'None were recorded.'}</p>
      )}
    </section>
  );
}

function Files({ detail, isRemoved }: { readonly detail: RunDetail; readonly isRemoved: boolean }) {
  if (isRemoved) return null;
  return (
    <section>
      <h2>Files</h2>
      <ul class="files">
        {detail.hasReport && (
          <li>
            <a href={reportUrl(detail.id)}>Report</a> <small>one HTML file with everything, to keep or to print</small>
          </li>
        )}
        {detail.models.map((model) => (
          <li key={model}>
            Model {model}: <a href={hrefOf({ view: 'ask', run: detail.id, model })}>ask it</a>,{' '}
            <a href={modelFileUrl(detail.id, model, 'config.json')} download={`${model}-config.json`}>
              configuration
            </a>
            ,{' '}
            <a href={modelFileUrl(detail.id, model, 'model.safetensors')} download={`${model}.safetensors`}>
              weights
            </a>
          </li>
        ))}
        {detail.hasArchive && (
          <li>
            Archive of orbits: <a href={hrefOf({ view: 'asteroids', run: detail.id })}>show it</a>,{' '}
            <a href={archiveUrl(detail.id, 'particles.json')} download="particles.json">
              particles
            </a>
          </li>
        )}
        {detail.tables.map((table) => (
          <li key={table}>
            Table {table}:{' '}
            <a href={tableUrl(detail.id, table, 'parquet')} download>
              Parquet
            </a>
            ,{' '}
            <a href={tableUrl(detail.id, table, 'csv')} download>
              CSV
            </a>
          </li>
        ))}
        <li>
          Folder <code class="directory">{detail.directory}</code>
        </li>
      </ul>
    </section>
  );
}

function Circumstances({ detail }: { readonly detail: RunDetail }) {
  const entries: (readonly [string, string])[] = [
    ['started', formatExact(detail.created)],
    ['last change', formatExact(detail.updated)],
    ['workers', String(detail.workers)],
    ...Object.entries(detail.versions),
  ];
  return (
    <section>
      <h2>Circumstances</h2>
      <ValueTable entries={entries} />
    </section>
  );
}

function UnknownRun({ run }: { readonly run: string }) {
  return (
    <>
      <header class="view-header">
        <p class="path">{run}</p>
        <h1>There is no such run</h1>
      </header>
      <ProblemNotice title="No folder of this name holds a run">
        <p>
          It may have been deleted or moved. <a href={hrefOf({ view: 'runs' })}>Show the runs that are there</a>
        </p>
      </ProblemNotice>
    </>
  );
}

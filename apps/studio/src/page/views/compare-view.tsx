import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { RunDetail } from '../../api/index.js';
import { ApiFailure, fetchRun } from '../api-client.js';
import type { ChartRun } from '../charts/chart-props.js';
import { comparisonRows, type ComparisonRow, runLabels } from '../compare-runs.js';
import { areChartsSettled, LiveCurves, requestCharts } from '../parts/charts.js';
import { progressWords } from '../parts/progress-line.js';
import { messageOf, ProblemNotice } from '../parts/problem-notice.js';
import { Skeleton } from '../parts/skeleton.js';
import { StatusLabel } from '../parts/status-label.js';
import { Finding, Verdict } from '../parts/verdicts.js';
import { formatValue, inWords } from '../quantities.js';
import { hrefOf } from '../routes.js';
import { followRuns, runs as runList } from '../run-list.js';
import { RunWatch } from '../run-watch.js';
import { useTitle } from '../use-title.js';

/** Runs side by side: what differs between them, and what came of it. */
export function CompareView({ runs }: { readonly runs: readonly string[] }) {
  useTitle('Compare runs');
  useEffect(followRuns, []);
  useEffect(requestCharts, []);
  const { details, missing, problem } = useDetails(runs);
  return (
    <>
      <header class="view-header">
        <p class="path">
          <a href={hrefOf({ view: 'runs' })}>Runs</a> / compare
        </p>
        <h1>Runs side by side</h1>
      </header>
      {runs.length === 0 && (
        <p class="empty">
          No run is chosen. Tick two or more in the <a href={hrefOf({ view: 'runs' })}>list of runs</a>.
        </p>
      )}
      {missing.length > 0 && (
        <ProblemNotice title={missing.length === 1 ? 'One run is not there' : `${missing.length} runs are not there`}>
          <p>Deleted or moved: {missing.join(', ')}. The others are compared.</p>
        </ProblemNotice>
      )}
      {problem !== undefined && (
        <ProblemNotice title="The runs cannot be read">
          <p>{problem}</p>
        </ProblemNotice>
      )}
      {details === undefined || !areChartsSettled.value ? (
        <Skeleton rows={5} rowHeight={96} label="runs" />
      ) : (
        details.length > 0 && <Comparison details={details} />
      )}
    </>
  );
}

/** The states of the runs, read again whenever the list of runs says that one of them changed. */
function useDetails(runs: readonly string[]) {
  const [state, setState] = useState<{ details?: RunDetail[]; missing: string[]; problem?: string }>({ missing: [] });
  const changes = runList.value?.filter(({ id }) => runs.includes(id)).map(({ id, status, updated }) => `${id} ${status} ${updated}`);
  const stamp = `${runs.join()} ${changes?.join()}`;
  useEffect(() => {
    let isWanted = true;
    const read = async () => {
      const outcomes = await Promise.allSettled(runs.map(fetchRun));
      if (!isWanted) return;
      const missing = runs.filter((_, index) => isMissing(outcomes[index]));
      const failed = outcomes.find((outcome) => outcome.status === 'rejected' && !isMissing(outcome)) as PromiseRejectedResult | undefined;
      setState((before) => ({
        missing,
        ...(failed === undefined
          ? { details: outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : [])) }
          : { ...before, problem: messageOf(failed.reason) }),
      }));
    };
    void read();
    return () => {
      isWanted = false;
    };
  }, [stamp]);
  return state;
}

function isMissing(outcome: PromiseSettledResult<unknown> | undefined): boolean {
  return outcome?.status === 'rejected' && outcome.reason instanceof ApiFailure && outcome.reason.status === 404;
}

/** Runs whose curves grow at the same time: each takes one of the six connections that a browser opens to a server. */
const mostFollowed = 3;

/** Streams of the runs that go on; kept until the view is left, since charts keep the feed that they were given. */
function useWatches(details: readonly RunDetail[]): ReadonlyMap<string, RunWatch> {
  const watches = useRef(new Map<string, RunWatch>()).current;
  for (const { id, status } of details) {
    if (status === 'running' && !watches.has(id) && watches.size < mostFollowed) watches.set(id, new RunWatch(id));
  }
  useEffect(
    () => () => {
      for (const watch of watches.values()) watch.close();
    },
    [watches],
  );
  return watches;
}

function Comparison({ details: listed }: { readonly details: readonly RunDetail[] }) {
  const watches = useWatches(listed);
  const details = listed.map((detail) => watches.get(detail.id)?.detail.value ?? detail);
  const labels = runLabels(details);
  const series = [...new Set(details.flatMap((detail) => detail.series))];
  const key = details.map(({ id }) => `${id} ${watches.has(id)}`).join();
  const chartRuns = useMemo<ChartRun[]>(
    () =>
      details.map(({ id }, index) => {
        const feed = watches.get(id)?.feed;
        return { id, label: labels[index] ?? id, ...(feed === undefined ? {} : { feed }) };
      }),
    [key],
  );
  const [showsEqual, setShowsEqual] = useState(false);
  const parameters = comparisonRows(details.map((detail) => ({ preset: detail.preset, seed: detail.seed, ...detail.params })));
  const results = comparisonRows(details.map((detail) => detail.metrics));
  const shownParameters = parameters.filter((row) => showsEqual || row.differs);
  return (
    <div class={details.length <= 3 ? 'compare few' : 'compare'}>
      <div class="compare-scroll" tabIndex={0} role="region" aria-label="Runs side by side, scrolls sideways">
        <table class="compare-table">
          <thead>
            <tr>
              <th scope="col">
                <span class="visually-hidden">What</span>
              </th>
              {details.map((detail, index) => (
                <th key={detail.id} scope="col">
                  <a href={hrefOf({ view: 'run', run: detail.id })}>{labels[index]}</a>
                  <small>{detail.study}</small>
                  <StatusLabel status={detail.status} isStopping={detail.isStopping} />
                  <small>{progressWords(detail)}</small>
                </th>
              ))}
            </tr>
          </thead>
          <Rows title="Verdicts" columns={details.length}>
            {verdictNames(details).map((name) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                {details.map((detail) => (
                  <td key={detail.id}>
                    <VerdictCell detail={detail} name={name} />
                  </td>
                ))}
              </tr>
            ))}
          </Rows>
          <Rows title="Results" columns={details.length}>
            {results.map((row) => (
              <ValueRow key={row.name} row={row} name={row.name} />
            ))}
          </Rows>
          <Rows title={showsEqual ? 'Parameters' : 'Parameters that differ'} columns={details.length}>
            {shownParameters.map((row) => (
              <ValueRow key={row.name} row={row} name={inWords(row.name)} />
            ))}
          </Rows>
        </table>
        <label class="switch">
          <input type="checkbox" checked={showsEqual} onChange={(event) => setShowsEqual(event.currentTarget.checked)} />
          Show the {parameters.filter((row) => !row.differs).length} parameters that are equal too
        </label>
      </div>
      <section aria-labelledby="compare-curves-title" class="run-curves">
        <h2 id="compare-curves-title">Curves</h2>
        {series.length > 0 ? (
          <LiveCurves runs={chartRuns} series={series} />
        ) : (
          <p class="empty">None of these runs has recorded numbers over steps.</p>
        )}
      </section>
    </div>
  );
}

function Rows({
  title,
  columns,
  children,
}: {
  readonly title: string;
  readonly columns: number;
  readonly children: readonly preact.ComponentChild[];
}) {
  return (
    <tbody>
      <tr class="compare-group">
        <th colSpan={columns + 1} scope="rowgroup">
          {title}
        </th>
      </tr>
      {children.length > 0 ? (
        children
      ) : (
        <tr>
          <td colSpan={columns + 1} class="pending">
            none
          </td>
        </tr>
      )}
    </tbody>
  );
}

function ValueRow({ row, name }: { readonly row: ComparisonRow; readonly name: string }) {
  return (
    <tr class={row.differs ? 'differs' : undefined}>
      <th scope="row">{name}</th>
      {row.values.map((value, index) => (
        <td key={index}>{value === undefined ? <span class="pending">–</span> : formatValue(value)}</td>
      ))}
    </tr>
  );
}

function verdictNames(details: readonly RunDetail[]): string[] {
  return [...new Set(details.flatMap(({ expect }) => expect.map(({ name }) => name)))];
}

function VerdictCell({ detail, name }: { readonly detail: RunDetail; readonly name: string }) {
  const result = detail.expect.find((expectation) => expectation.name === name);
  if (result === undefined) return <span class="pending">–</span>;
  return (
    <>
      <Verdict verdict={result.verdict} /> <Finding value={result.ours} />
    </>
  );
}

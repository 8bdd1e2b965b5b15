import type { RunSummary } from '../../api/index.js';
import { hrefOf } from '../routes.js';
import { runs } from '../run-list.js';
import { Moment } from './moment.js';
import { ProgressBar, progressWords } from './progress-line.js';
import { StatusLabel } from './status-label.js';
import { VerdictCounts } from './verdicts.js';

const shownRuns = 6;

/** The runs that go on now, then the latest others; always the same height, so that nothing below moves. */
export function RecentRuns() {
  const all = runs.value;
  const shown =
    all === undefined ? [] : [...all].sort((a, b) => Number(b.status === 'running') - Number(a.status === 'running')).slice(0, shownRuns);
  const running = all?.filter(({ status }) => status === 'running').length ?? 0;
  return (
    <section class="recent" aria-labelledby="recent-title">
      <h2 id="recent-title">
        Runs
        {running > 0 && <span class="heading-note">{running === 1 ? 'one is going on now' : `${running} are going on now`}</span>}
      </h2>
      <ul class="recent-list" style={{ '--rows': String(shownRuns) }} aria-busy={all === undefined}>
        {shown.map((run) => (
          <RecentRun key={run.id} run={run} />
        ))}
        {all?.length === 0 && (
          <li class="empty">
            <p>
              No run yet. The button starts the first one; it will be listed here, and as a folder below <code>runs/</code>.
            </p>
          </li>
        )}
      </ul>
      <p class="recent-all">{(all?.length ?? 0) > 0 && <a href={hrefOf({ view: 'runs' })}>All runs</a>}</p>
    </section>
  );
}

function RecentRun({ run }: { readonly run: RunSummary }) {
  return (
    <li class="recent-run">
      <p class="recent-line">
        <a class="recent-title" href={hrefOf({ view: 'run', run: run.id })}>
          {run.title}
        </a>
        <StatusLabel status={run.status} isStopping={run.isStopping} />
      </p>
      <p class="recent-line recent-facts">
        <span>
          {run.preset}, seed {run.seed} · <Moment iso={run.created} />
        </span>
        <span>
          {run.status === 'done' && <VerdictCounts verdicts={run.verdicts} />} {progressWords(run)}
        </span>
      </p>
      {run.status === 'running' && <ProgressBar progress={run.progress} label={`Progress of ${run.title}`} />}
    </li>
  );
}

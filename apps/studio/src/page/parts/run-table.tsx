import type { RunSummary } from '../../api/index.js';
import { hrefOf } from '../routes.js';
import { Moment } from './moment.js';
import { ProgressBar, progressWords } from './progress-line.js';
import { StatusLabel } from './status-label.js';
import { VerdictCounts } from './verdicts.js';

interface Selection {
  readonly chosen: ReadonlySet<string>;
  readonly onToggle: (run: string, isChosen: boolean) => void;
}

/** Runs as rows; with a selection, each with a box to tick. On narrow pages a row becomes a block of lines. */
export function RunTable({ runs, selection }: { readonly runs: readonly RunSummary[]; readonly selection?: Selection }) {
  return (
    <table class={selection === undefined ? 'run-table' : 'run-table selectable'} role="table">
      <thead role="rowgroup">
        <tr role="row">
          {selection !== undefined && (
            <th scope="col" role="columnheader">
              <span class="visually-hidden">Selected</span>
            </th>
          )}
          {['Run', 'Status', 'Progress', 'Verdicts', 'Started'].map((name) => (
            <th key={name} scope="col" role="columnheader">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {runs.map((run) => (
          <RunRow key={run.id} run={run} selection={selection} />
        ))}
      </tbody>
    </table>
  );
}

function RunRow({ run, selection }: { readonly run: RunSummary; readonly selection: Selection | undefined }) {
  const isChosen = selection?.chosen.has(run.id) ?? false;
  return (
    <tr role="row" class={isChosen ? 'chosen' : undefined}>
      {selection !== undefined && (
        <td role="cell" class="run-select">
          <input
            type="checkbox"
            aria-label={`Select ${run.title}, ${folderOf(run.id)}`}
            checked={isChosen}
            onChange={(event) => selection.onToggle(run.id, event.currentTarget.checked)}
          />
        </td>
      )}
      <th scope="row" role="rowheader" class="run-name">
        <a href={hrefOf({ view: 'run', run: run.id })}>{run.title}</a>
        <small>
          {run.study} · {run.preset}, seed {run.seed}
        </small>
      </th>
      <td role="cell" class="run-status">
        <StatusLabel status={run.status} isStopping={run.isStopping} />
      </td>
      <td role="cell" class="run-progress">
        {progressWords(run)}
        {run.status !== 'done' && <ProgressBar progress={run.progress} label={`Progress of ${run.title}`} />}
      </td>
      <td role="cell" class="run-verdicts">
        <VerdictCounts verdicts={run.verdicts} />
      </td>
      <td role="cell" class="run-started">
        <Moment iso={run.created} />
      </td>
    </tr>
  );
}

/** The folder's own name, which tells runs of one study apart. */
export function folderOf(run: string): string {
  return run.slice(run.lastIndexOf('/') + 1);
}

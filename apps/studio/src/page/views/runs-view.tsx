import { useEffect, useState } from 'preact/hooks';
import type { RunStatus, RunSummary } from '../../api/index.js';
import { removeRun } from '../api-client.js';
import { navigate } from '../navigation.js';
import { ConfirmDialog } from '../parts/confirm-dialog.js';
import { messageOf, ProblemNotice } from '../parts/problem-notice.js';
import { folderOf, RunTable } from '../parts/run-table.js';
import { Skeleton } from '../parts/skeleton.js';
import { statusWords } from '../parts/status-label.js';
import { hrefOf } from '../routes.js';
import { followRuns, runs } from '../run-list.js';
import { useTitle } from '../use-title.js';

interface Filter {
  readonly study: string | undefined;
  readonly status: string | undefined;
}

/** All runs of this machine: filter them, compare several, delete some. */
export function RunsView(filter: Filter) {
  useTitle('Runs');
  useEffect(followRuns, []);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const all = runs.value;
  const shown = all?.filter((run) => isShown(run, filter));
  const selected = shown?.filter(({ id }) => chosen.has(id)) ?? [];
  const toggle = (run: string, isChosen: boolean) =>
    setChosen((before) => new Set(isChosen ? [...before, run] : [...before].filter((id) => id !== run)));
  return (
    <>
      <header class="view-header">
        <h1>Runs</h1>
      </header>
      <div class="run-tools">
        <Filters filter={filter} all={all ?? []} />
        <SelectionTools selected={selected} onDone={() => setChosen(new Set())} />
      </div>
      {shown === undefined && <Skeleton rows={8} rowHeight={64} label="runs" />}
      {shown !== undefined && shown.length > 0 && <RunTable runs={shown} selection={{ chosen, onToggle: toggle }} />}
      {shown?.length === 0 && <NoRuns isFiltered={(all?.length ?? 0) > 0} />}
    </>
  );
}

function isShown(run: RunSummary, { study, status }: Filter): boolean {
  return (study === undefined || run.study === study) && (status === undefined || run.status === status);
}

function Filters({ filter, all }: { readonly filter: Filter; readonly all: readonly RunSummary[] }) {
  const studies = [...new Set([...all.map(({ study }) => study), ...(filter.study === undefined ? [] : [filter.study])])].sort();
  const go = (change: { study?: string; status?: string }) => {
    const next = { ...filter, ...change };
    navigate(
      { view: 'runs', ...(next.study ? { study: next.study } : {}), ...(next.status ? { status: next.status } : {}) },
      { replace: true },
    );
  };
  return (
    <form class="filters" aria-label="Filter the runs" onSubmit={(event) => event.preventDefault()}>
      <label>
        Study
        <select value={filter.study ?? ''} onChange={(event) => go({ study: event.currentTarget.value })}>
          <option value="">all</option>
          {studies.map((study) => (
            <option key={study} value={study}>
              {study}
            </option>
          ))}
        </select>
      </label>
      <label>
        Status
        <select value={filter.status ?? ''} onChange={(event) => go({ status: event.currentTarget.value })}>
          <option value="">all</option>
          {(Object.keys(statusWords) as RunStatus[]).map((status) => (
            <option key={status} value={status}>
              {statusWords[status].word}
            </option>
          ))}
        </select>
      </label>
    </form>
  );
}

/** What can be done with the ticked runs. It keeps its place when none is, so that the list does not move. */
function SelectionTools({ selected, onDone }: { readonly selected: readonly RunSummary[]; readonly onDone: () => void }) {
  const [isAsking, setIsAsking] = useState(false);
  const [problem, setProblem] = useState<string>();
  const running = selected.filter(({ status }) => status === 'running');
  const remove = async () => {
    setIsAsking(false);
    const outcomes = await Promise.allSettled(selected.map(({ id }) => removeRun(id)));
    const refused = outcomes.find((outcome) => outcome.status === 'rejected');
    setProblem(refused === undefined ? undefined : messageOf(refused.reason));
    onDone();
  };
  const compareHref = hrefOf({ view: 'compare', runs: selected.map(({ id }) => id) });
  return (
    <div class="selection-tools">
      <p role="status">{selectionWords(selected.length, running.length)}</p>
      {selected.length >= 2 ? (
        <a class="button" href={compareHref}>
          Compare
        </a>
      ) : (
        <button type="button" disabled>
          Compare
        </button>
      )}
      <button type="button" class="danger" disabled={selected.length === 0 || running.length > 0} onClick={() => setIsAsking(true)}>
        Delete…
      </button>
      {problem !== undefined && (
        <ProblemNotice title="Not every run was deleted">
          <p>{problem}</p>
        </ProblemNotice>
      )}
      {isAsking && (
        <ConfirmDialog
          title={selected.length === 1 ? 'Delete this run?' : `Delete ${selected.length} runs?`}
          confirm="Delete"
          onConfirm={() => void remove()}
          onCancel={() => setIsAsking(false)}
        >
          <p>
            {selected.length === 1 ? 'Its folder is' : 'Their folders are'} removed from the disk, with tables, checkpoints and report. This
            cannot be taken back.
          </p>
          <ul class="confirm-list">
            {selected.map(({ id, title }) => (
              <li key={id}>
                {title} <small>{folderOf(id)}</small>
              </li>
            ))}
          </ul>
        </ConfirmDialog>
      )}
    </div>
  );
}

function selectionWords(count: number, running: number): string {
  if (count === 0) return 'Tick two or more runs to compare them.';
  const selected = count === 1 ? 'One run is selected.' : `${count} runs are selected.`;
  return running === 0 ? selected : `${selected} Stop those that are running before deleting.`;
}

function NoRuns({ isFiltered }: { readonly isFiltered: boolean }) {
  if (isFiltered) {
    return (
      <p class="empty">
        No run is like this. <a href={hrefOf({ view: 'runs' })}>Show all runs</a>
      </p>
    );
  }
  return (
    <p class="empty">
      No run yet. <a href="/">Choose a study</a>, or start one from a terminal:{' '}
      <code>npm run sardonyx -- run looped-transformers/addition</code>
    </p>
  );
}

import { useState } from 'preact/hooks';
import type { RunDetail } from '../../api/index.js';
import { reportUrl, resumeRun, stopRun } from '../api-client.js';
import { hrefOf } from '../routes.js';
import { formatExact } from '../times.js';
import { Moment } from './moment.js';
import { messageOf, ProblemNotice } from './problem-notice.js';
import { ProgressBar, progressWords } from './progress-line.js';
import { folderOf } from './run-table.js';
import { StatusLabel, statusWords } from './status-label.js';
import { useSettled } from '../use-settled.js';

/** Longer than it takes to press a button once one has decided to, ms. */
const pressMs = 400;

interface RunHeaderProps {
  readonly detail: RunDetail;
  readonly isRemoved: boolean;
  /** Takes over the state that the server answers. */
  readonly onDetail: (detail: RunDetail) => void;
}

/** What the run is, how it stands, and what can be done with it. */
export function RunHeader({ detail, isRemoved, onDetail }: RunHeaderProps) {
  return (
    <header class="view-header run-header">
      <p class="path">
        <a href={hrefOf({ view: 'study', study: detail.study })}>{detail.study}</a> / {folderOf(detail.id)}
      </p>
      <h1>{detail.title}</h1>
      <p class="run-origin">
        Preset {detail.preset}, seed {detail.seed}, started <Moment iso={detail.created} />
      </p>
      <div class="run-state">
        <p class="run-state-line">
          <StatusLabel status={detail.status} isStopping={detail.isStopping} />
          <span class="run-state-progress">{progressWords(detail)}</span>
          <span class="run-state-label">{detail.status === 'running' ? (detail.progress?.label ?? '') : ''}</span>
        </p>
        <RunActions detail={detail} isRemoved={isRemoved} onDetail={onDetail} />
        <ProgressBar progress={detail.status === 'done' ? { done: 1, total: 1 } : detail.progress} label="Progress of the run" />
        <p class="run-meaning">{meaning(detail)}</p>
        <p class="visually-hidden" role="status">
          {announcement(detail)}
        </p>
      </div>
      {isRemoved ? <Removed detail={detail} /> : <Failure detail={detail} />}
    </header>
  );
}

/** Told to screen readers when it changes; the moving numbers are not. */
function announcement(detail: RunDetail): string {
  return detail.isStopping === true ? 'The run is stopping.' : `The run is ${statusWords[detail.status].word}.`;
}

interface Action {
  readonly label: string;
  readonly isPrimary: boolean;
  readonly request: () => Promise<RunDetail>;
}

/** The one thing to do next with a run. */
function actionOf({ id, status, isStopping }: RunDetail): Action | undefined {
  if (status === 'done') return undefined;
  if (status !== 'running') return { label: 'Resume', isPrimary: true, request: () => resumeRun(id) };
  if (isStopping === true) return { label: 'Stop now, without saving', isPrimary: false, request: () => stopRun(id, { now: true }) };
  return { label: 'Stop', isPrimary: false, request: () => stopRun(id, { now: false }) };
}

function RunActions({ detail, isRemoved, onDetail }: RunHeaderProps) {
  const [problem, setProblem] = useState<string>();
  const [isAsking, setIsAsking] = useState(false);
  const action = isRemoved ? undefined : actionOf(detail);
  // A run that changes by itself must not turn "Stop" into "Resume", or into "Stop now", under the finger.
  const isSettled = useSettled(action?.label, pressMs) === action?.label;
  const isHeld = isAsking || !isSettled;
  const ask = async (event: MouseEvent) => {
    // The second half of a double click would stop without saving what the first half stopped with saving.
    if (action === undefined || isHeld || event.detail > 1) return;
    setProblem(undefined);
    setIsAsking(true);
    try {
      onDetail(await action.request());
    } catch (error) {
      setProblem(messageOf(error));
    }
    setIsAsking(false);
  };
  return (
    <div class="run-actions">
      <p class="actions">
        <a href={hrefOf({ view: 'study', study: detail.study, from: detail.id })}>Start another with these parameters</a>
        {detail.models.length > 0 && !isRemoved && <a href={hrefOf({ view: 'ask', run: detail.id })}>Ask the model</a>}
        {detail.hasArchive && !isRemoved && <a href={hrefOf({ view: 'asteroids', run: detail.id })}>Show its asteroids</a>}
        <span class="run-action">
          {/* One button whatever it does, never disabled: the keyboard stays on it. */}
          {action !== undefined && (
            <button
              type="button"
              class={action.isPrimary ? 'primary' : undefined}
              aria-disabled={isHeld}
              onClick={(event) => void ask(event)}
            >
              {action.label}
            </button>
          )}
          {detail.status === 'done' && detail.hasReport && !isRemoved && (
            <a class="button" href={reportUrl(detail.id)}>
              Read the report
            </a>
          )}
        </span>
      </p>
      {problem !== undefined && (
        <ProblemNotice title="That did not work">
          <p>{problem}</p>
        </ProblemNotice>
      )}
    </div>
  );
}

function meaning(detail: RunDetail): string {
  if (detail.isStopping === true) return 'The run saves a checkpoint at its next safe point and stops there.';
  if (detail.status === 'done') return `Finished on ${formatExact(detail.updated)}.`;
  return statusWords[detail.status].meaning;
}

function Failure({ detail }: { readonly detail: RunDetail }) {
  if (detail.status !== 'failed' || detail.error === undefined) return null;
  return (
    <ProblemNotice title="The run failed">
      <pre class="failure">{detail.error.message}</pre>
      <p>
        Resuming goes on from the last checkpoint, which helps where the cause lay outside (a full disk, not enough memory). Where a
        parameter is the cause,{' '}
        <a href={hrefOf({ view: 'study', study: detail.study, from: detail.id })}>start another run with other values</a>. The log below
        tells what came before. Code: <code>{detail.error.code}</code>
      </p>
    </ProblemNotice>
  );
}

function Removed({ detail }: { readonly detail: RunDetail }) {
  return (
    <ProblemNotice title="The folder of this run is gone">
      <p>
        <code class="directory">{detail.directory}</code> was deleted or moved. What this page had read of it stays here until you leave;
        files and tables cannot be opened any more. <a href={hrefOf({ view: 'runs' })}>Show the runs that are there</a>
      </p>
    </ProblemNotice>
  );
}

import { useEffect, useMemo, useState } from 'preact/hooks';
import { type BrowserAbilities, browserAbilities } from '../browser-training/browser-abilities.js';
import { BrowserTraining, type TrainingState } from '../browser-training/browser-training.js';
import type { TrainingRequest } from '../browser-training/training-messages.js';
import type { ChartRun } from '../charts/chart-props.js';
import { LiveCurves, requestCharts } from '../parts/charts.js';
import { ProblemNotice } from '../parts/problem-notice.js';
import { ProgressBar } from '../parts/progress-line.js';
import { formatNumber, formatShare } from '../quantities.js';
import { hrefOf } from '../routes.js';
import { formatDuration, formatEstimate } from '../times.js';
import { useTitle } from '../use-title.js';

const study = 'looped-transformers/addition';
const curves = ['loss', 'accuracy (%)'];
/** Trainings whose curves stay for comparison; the colours of series tell as many apart well. */
const keptTrainings = 4;

/** Trains the addition model in the page itself: the same engine as in the terminal, on WebAssembly. */
export function BrowserView() {
  useTitle('Train in this browser');
  const abilities = useMemo(browserAbilities, []);
  const [trainings, setTrainings] = useState<readonly BrowserTraining[]>([]);
  useEffect(requestCharts, []);
  const latest = trainings.at(-1);
  useEffect(() => () => latest?.stop(), [latest]);
  const state = latest?.state.value;
  const isBusy = state?.status === 'loading' || state?.status === 'running' || state?.status === 'stopping';
  const start = (request: TrainingRequest) => setTrainings((before) => [...before.slice(1 - keptTrainings), new BrowserTraining(request)]);
  return (
    <>
      <header class="view-header">
        <h1>Train in this browser</h1>
        <p class="lede">
          A transformer of one layer, applied several times, learns to add two numbers; no server computes anything. The engine is the one
          of the <a href={hrefOf({ view: 'study', study })}>addition study</a>, on WebAssembly. Nothing is kept when you leave.
        </p>
      </header>
      <div class="training">
        <div class="training-controls">
          {abilities.simd ? <Controls isBusy={isBusy} onStart={start} onStop={() => latest?.stop()} /> : <Unable abilities={abilities} />}
          <Abilities abilities={abilities} state={state} />
        </div>
        <div class="training-main">
          <State request={latest?.request} state={state} />
          <Curves trainings={trainings} />
        </div>
      </div>
    </>
  );
}

interface Choice {
  readonly name: keyof TrainingRequest;
  readonly label: string;
  readonly about: string;
  readonly values: readonly number[];
  readonly start: number;
}

const choices: readonly Choice[] = [
  { name: 'digits', label: 'digits', about: 'of both numbers', values: [1, 2, 3], start: 2 },
  { name: 'loops', label: 'loops', about: 'times the layer is applied', values: [1, 2, 3, 4, 6], start: 3 },
  { name: 'width', label: 'width', about: 'numbers in every position’s state', values: [16, 32, 64, 128], start: 64 },
  { name: 'steps', label: 'steps', about: 'of 32 sums each', values: [300, 1000, 2000, 5000], start: 2000 },
  { name: 'seed', label: 'seed', about: 'start of all random numbers', values: [0, 1, 2, 3], start: 0 },
];

interface ControlsProps {
  readonly isBusy: boolean;
  readonly onStart: (request: TrainingRequest) => void;
  readonly onStop: () => void;
}

function Controls({ isBusy, onStart, onStop }: ControlsProps) {
  const [request, setRequest] = useState(
    () => Object.fromEntries(choices.map(({ name, start }) => [name, start])) as unknown as TrainingRequest,
  );
  const submit = (event: Event) => {
    event.preventDefault();
    if (isBusy) onStop();
    else onStart(request);
  };
  return (
    <form class="training-form" onSubmit={submit} aria-label="The training">
      {choices.map(({ name, label, about, values }) => (
        <label key={name} class="training-choice">
          <span>
            {label} <small>{about}</small>
          </span>
          <select
            value={request[name]}
            disabled={isBusy}
            onChange={(event) => setRequest({ ...request, [name]: Number(event.currentTarget.value) })}
          >
            {values.map((value) => (
              <option key={value} value={value}>
                {formatNumber(value)}
              </option>
            ))}
          </select>
        </label>
      ))}
      <button type="submit" class={isBusy ? undefined : 'primary'}>
        {isBusy ? 'Stop' : 'Train'}
      </button>
    </form>
  );
}

/** Without vectors the engine does not start; everything else on the page works. */
function Unable({ abilities }: { readonly abilities: BrowserAbilities }) {
  return (
    <ProblemNotice title={abilities.webAssembly ? 'This browser has no WebAssembly SIMD' : 'This browser has no WebAssembly'}>
      <p>
        The engine needs it. Use Chrome 91, Firefox 89, Safari 16.4 or a later one (some hardened modes switch it off), or{' '}
        <a href={hrefOf({ view: 'study', study })}>start the study on this machine</a>, which needs nothing of the browser.
      </p>
    </ProblemNotice>
  );
}

function Abilities({ abilities, state }: { readonly abilities: BrowserAbilities; readonly state: TrainingState | undefined }) {
  const threads = abilities.isCrossOriginIsolated ? `up to ${abilities.processors}` : '1';
  return (
    <section class="training-abilities" aria-labelledby="abilities-title">
      <h2 id="abilities-title">This browser</h2>
      <table class="values">
        <tbody>
          <Ability name="WebAssembly" has={abilities.webAssembly} />
          <Ability name="SIMD" has={abilities.simd} />
          <Ability name="cross-origin isolation" has={abilities.isCrossOriginIsolated} />
          <tr>
            <th scope="row">threads</th>
            <td>{state?.threads ?? threads}</td>
          </tr>
          <tr>
            <th scope="row">engine</th>
            <td>{state?.engine ?? 'loaded on start'}</td>
          </tr>
        </tbody>
      </table>
      {!abilities.isCrossOriginIsolated && (
        <p class="run-meaning">
          Without cross-origin isolation threads cannot share memory: the training runs on one thread, slower, to the same kind of result.
          The studio’s server sends the headers for it; something between it and this page dropped them.
        </p>
      )}
    </section>
  );
}

function Ability({ name, has }: { readonly name: string; readonly has: boolean }) {
  return (
    <tr>
      <th scope="row">{name}</th>
      <td class={has ? 'holds' : 'fails'}>
        <span aria-hidden="true">{has ? '✓' : '✗'}</span> {has ? 'yes' : 'no'}
      </td>
    </tr>
  );
}

const statusWords: Readonly<Record<TrainingState['status'], string>> = {
  loading: 'loading the engine',
  running: 'training',
  stopping: 'stopping',
  stopped: 'stopped',
  done: 'done',
  failed: 'failed',
};

function State({ request, state }: { readonly request: TrainingRequest | undefined; readonly state: TrainingState | undefined }) {
  const total = request?.steps ?? 1;
  const done = state?.done ?? 0;
  const facts: readonly (readonly [string, string])[] = [
    ['steps', state === undefined ? '–' : `${formatNumber(done)} (${formatShare(done, total)})`],
    ['speed', state?.stepsPerSecond === undefined ? '–' : `${state.stepsPerSecond.toFixed(0)} steps/s`],
    timeFact(state, total),
    ['accuracy', state?.accuracy === undefined ? '–' : `${formatNumber(state.accuracy)} %`],
    ['parameters', state?.parameters === undefined ? '–' : formatNumber(state.parameters)],
  ];
  return (
    <section aria-label="The training as it stands">
      <ProgressBar progress={state === undefined ? undefined : { done, total }} label="Progress of the training" />
      <dl class="training-facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p class="run-meaning" role="status">
        {state === undefined
          ? 'Not started.'
          : `The training is ${statusWords[state.status]}.`.replace('is training', 'goes on').replace('is loading', 'waits: loading')}{' '}
        {state?.hasModel && <a href={hrefOf({ view: 'ask', model: 'trained' })}>Ask the model</a>}
      </p>
      {state?.problem !== undefined && (
        <ProblemNotice title="The training failed">
          <p>{state.problem}</p>
        </ProblemNotice>
      )}
    </section>
  );
}

function timeFact(state: TrainingState | undefined, total: number): readonly [string, string] {
  if (state?.seconds !== undefined) return ['took', formatDuration(state.seconds)];
  if (state?.status !== 'running' || state.stepsPerSecond === undefined) return ['time left', '–'];
  return ['time left', `about ${formatEstimate((total - state.done) / state.stepsPerSecond)}`];
}

function Curves({ trainings }: { readonly trainings: readonly BrowserTraining[] }) {
  const runs = useMemo<ChartRun[]>(
    () =>
      trainings.map(({ request, feed }, index) => ({
        id: `browser/training/${index}`,
        label: `${index + 1}: ${request.digits} digits, ${request.loops} loops, width ${request.width}`,
        feed,
        origin: 'feed',
      })),
    [trainings],
  );
  return (
    <section class="training-curves" aria-labelledby="training-curves-title">
      <h2 id="training-curves-title">Curves</h2>
      {runs.length === 0 ? (
        <div class="chart-space curves-space">
          <p class="chart-waiting">Loss and accuracy appear here, of up to {keptTrainings} trainings beside each other.</p>
        </div>
      ) : (
        <LiveCurves runs={runs} series={curves} />
      )}
    </section>
  );
}

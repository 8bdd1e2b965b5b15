import { useEffect, useMemo, useState } from 'preact/hooks';
import type { RunDetail } from '../../api/index.js';
import { fetchRun } from '../api-client.js';
import { browserAbilities } from '../browser-training/browser-abilities.js';
import { trainedModel } from '../browser-training/browser-training.js';
import '../charts/charts.css';
import { navigate } from '../navigation.js';
import { messageOf, ProblemNotice } from '../parts/problem-notice.js';
import { hrefOf } from '../routes.js';
import { type Loaded, useLoaded } from '../use-loaded.js';
import { useTitle } from '../use-title.js';
import { AnswerText } from './answer-text.js';
import './asking.css';
import type { AskedModel } from './asked-model.js';
import { AttentionView } from './attention-view.js';
import { DropZone } from './drop-zone.js';
import { ModelFacts } from './model-facts.js';
import { type ModelSource, type OpenedModel, useModel } from './model-source.js';
import { QuestionForm } from './question-form.js';
import { ReadOutTable } from './read-out-table.js';

interface AskViewProps {
  readonly run?: string | undefined;
  readonly model?: string | undefined;
}

/** Asks a trained model in the page itself, and shows how it came to its answer. */
export function AskView({ run, model }: AskViewProps) {
  useTitle('Ask the model');
  const abilities = useMemo(browserAbilities, []);
  const [given, setGiven] = useState<ModelSource>();
  const detail = useLoaded<RunDetail | undefined>(`run ${run ?? ''}`, async () => (run === undefined ? undefined : fetchRun(run)));
  const chosen = useChosen(run, model, detail);
  useEffect(() => setGiven(undefined), [run, model]);
  const opened = useModel(abilities.simd ? (given ?? chosen) : undefined);
  return (
    <>
      <header class="view-header">
        {run !== undefined && (
          <p class="path">
            <a href={hrefOf({ view: 'run', run })}>{run}</a>
          </p>
        )}
        <h1>Ask the model</h1>
        <p class="lede">
          The model answers in this browser, token by token, on the engine that trained it; no server computes anything. Below the answer
          stands what it would say after every loop, and what each of its heads looks at.
        </p>
      </header>
      {abilities.simd ? (
        <div class="training asking">
          <div class="training-controls">
            <Source run={run} model={model} detail={detail} isGiven={given !== undefined} />
            <DropZone onModel={setGiven} />
            {opened.state === 'here' && <ModelFacts state={opened.model.state.value} />}
          </div>
          <div class="training-main">
            <Conversation opened={opened} />
          </div>
        </div>
      ) : (
        <ProblemNotice title="This browser has no WebAssembly SIMD">
          <p>
            The engine needs it. Use Chrome 91, Firefox 89, Safari 16.4 or a later one, or ask in the terminal:{' '}
            <code>sardonyx looped-transformers generate</code>.
          </p>
        </ProblemNotice>
      )}
    </>
  );
}

/** The model that the address names; the first of the run where it names none. */
function useChosen(run: string | undefined, model: string | undefined, detail: Loaded<RunDetail | undefined>): ModelSource | undefined {
  const trained = trainedModel.value;
  const known = detail.state === 'here' ? (detail.value?.models ?? []) : [];
  const name = model ?? known[0];
  return useMemo(() => {
    if (run === undefined)
      return model === 'trained' && trained !== undefined ? { kind: 'files', name: 'trained here', files: trained } : undefined;
    return name !== undefined && known.includes(name) ? { kind: 'run', run, model: name } : undefined;
  }, [run, model, name, known.length, trained]);
}

interface SourceProps extends AskViewProps {
  readonly detail: Loaded<RunDetail | undefined>;
  /** Whether files were given that stand for what the address names. */
  readonly isGiven: boolean;
}

function Source({ run, model, detail, isGiven }: SourceProps) {
  if (run === undefined) {
    return model === 'trained' && trainedModel.value === undefined && !isGiven ? (
      <ProblemNotice title="The model that was trained here is gone">
        <p>
          The page keeps it until it is left or loaded anew. <a href={hrefOf({ view: 'browser' })}>Train another one</a>
        </p>
      </ProblemNotice>
    ) : (
      <p class="run-meaning">
        Open <a href={hrefOf({ view: 'runs' })}>a run</a> that has trained a looped transformer, or{' '}
        <a href={hrefOf({ view: 'browser' })}>train one in this browser</a>, or give its files.
      </p>
    );
  }
  if (detail.state === 'loading') return <p class="run-meaning">Asking for the run …</p>;
  if (detail.state === 'failed') {
    return (
      <ProblemNotice title="The run cannot be shown">
        <p>{messageOf(detail.error)}</p>
      </ProblemNotice>
    );
  }
  const models = detail.value?.models ?? [];
  if (models.length === 0) {
    return (
      <ProblemNotice title="This run has saved no model">
        <p>
          A study of looped transformers saves each model when it has trained it, and a run that goes on may not be so far yet.{' '}
          <a href={hrefOf({ view: 'run', run })}>Back to the run</a>
        </p>
      </ProblemNotice>
    );
  }
  return (
    <>
      <label class="training-choice model-choice">
        <span>model</span>
        <select
          value={model !== undefined && models.includes(model) ? model : models[0]}
          onChange={(event) => navigate({ view: 'ask', run, model: event.currentTarget.value }, { replace: true })}
        >
          {models.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </label>
      {model !== undefined && !models.includes(model) && (
        <ProblemNotice title={`The run has no model “${model}”`}>
          <p>Choose one of those that it has.</p>
        </ProblemNotice>
      )}
    </>
  );
}

function Conversation({ opened }: { readonly opened: OpenedModel }) {
  switch (opened.state) {
    case 'none':
      return <p class="run-meaning">No model is open yet.</p>;
    case 'loading':
      return <p class="run-meaning">Fetching the model …</p>;
    case 'failed':
      return (
        <ProblemNotice title="The model could not be fetched">
          <p>{opened.problem}</p>
        </ProblemNotice>
      );
    case 'here':
      return <Asked name={opened.name} model={opened.model} />;
  }
}

function Asked({ name, model }: { readonly name: string; readonly model: AskedModel }) {
  const state = model.state.value;
  const { status, facts, answer, problem } = state;
  if (status === 'unusable') {
    return (
      <ProblemNotice title="This model cannot be asked">
        <p>{problem}</p>
        <p>
          Expected is a looped transformer as Sardonyx saves it: <code>config.json</code> with its configuration and vocabulary, and{' '}
          <code>model.safetensors</code> with the weights that belong to it.
        </p>
      </ProblemNotice>
    );
  }
  if (facts === undefined) return <p class="run-meaning">Starting the engine …</p>;
  const shown = `${name} ${facts.name}`;
  return (
    <>
      <QuestionForm model={model} facts={facts} />
      {problem !== undefined && (
        <ProblemNotice title="There is no answer to this">
          <p>{problem}</p>
        </ProblemNotice>
      )}
      <AnswerText state={state} />
      {answer !== undefined && answer.answer.length > 0 && (
        <div class={status === 'answering' ? 'answer-details stale' : 'answer-details'}>
          <ReadOutTable answer={answer} model={shown} />
          <AttentionView answer={answer} model={shown} />
        </div>
      )}
    </>
  );
}

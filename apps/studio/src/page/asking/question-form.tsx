import type { ModelFacts } from '@sardonyx/looped-transformers/training';
import { useEffect, useState } from 'preact/hooks';
import type { AskedModel } from './asked-model.js';
import { type QuestionTexts, questionOf } from './question.js';

interface Field {
  readonly name: keyof QuestionTexts;
  readonly label: string;
  readonly about: (facts: ModelFacts) => string;
}

const fields: readonly Field[] = [
  {
    name: 'loops',
    label: 'loops',
    about: ({ config, mostLoops }) =>
      `trained with ${config.loops}; ${mostLoops === undefined ? 'any number from 1' : `1 to ${mostLoops}`}`,
  },
  { name: 'maxTokens', label: 'tokens', about: () => 'of the answer, at most' },
  { name: 'temperature', label: 'temperature', about: () => '0 takes the likeliest' },
  { name: 'seed', label: 'seed', about: () => 'of draws above 0' },
];

/** The prompt and how to answer it. */
export function QuestionForm({ model, facts }: { readonly model: AskedModel; readonly facts: ModelFacts }) {
  const { status, example } = model.state.value;
  const [prompt, setPrompt] = useState('');
  const [texts, setTexts] = useState<QuestionTexts>(() => startingTexts(facts));
  const [examples, setExamples] = useState(0);
  const [problem, setProblem] = useState<string>();
  const isBusy = status === 'answering';
  useEffect(() => {
    if (example !== undefined) setPrompt(example.prompt);
  }, [example]);

  const submit = (event: Event): void => {
    event.preventDefault();
    if (isBusy) return model.stop();
    const question = questionOf(prompt, texts);
    if (typeof question === 'string') return setProblem(question);
    setProblem(undefined);
    model.ask(question);
  };
  const draw = (): void => {
    setProblem(undefined);
    model.drawExample(examples);
    setExamples(examples + 1);
  };
  return (
    <form class="question" onSubmit={submit} aria-label="The question" noValidate>
      <label class="question-prompt">
        <span>Prompt</span>
        <textarea
          rows={3}
          spellcheck={false}
          autocomplete="off"
          value={prompt}
          placeholder={facts.hasExamples ? 'Write a problem, or draw an example' : 'Text of tokens that the model knows'}
          onInput={(event) => setPrompt(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit(event);
          }}
        />
      </label>
      <Vocabulary facts={facts} />
      <div class="question-fields">
        {fields.map(({ name, label, about }) => (
          <label key={name}>
            <span>
              {label} <small>{about(facts)}</small>
            </span>
            <input
              type="text"
              inputMode="decimal"
              value={texts[name]}
              onInput={(event) => setTexts({ ...texts, [name]: event.currentTarget.value })}
            />
          </label>
        ))}
      </div>
      <p class="actions">
        <button type="submit" class={isBusy ? undefined : 'primary'}>
          {isBusy ? 'Stop' : 'Ask'}
        </button>
        {facts.hasExamples && (
          <button type="button" onClick={draw}>
            {facts.task === undefined ? 'Draw an example' : `Draw an example of ${facts.task}`}
          </button>
        )}
      </p>
      <p class="question-problem" role="alert">
        {problem}
      </p>
    </form>
  );
}

function Vocabulary({ facts }: { readonly facts: ModelFacts }) {
  if (facts.vocabulary === undefined) return <p class="run-meaning">The model reads text by its own tokenizer.</p>;
  const shown = facts.vocabulary.slice(0, 80);
  return (
    <p class="run-meaning question-vocabulary">
      Tokens: {shown.map((token) => (token === '\n' ? '⏎' : token === ' ' ? '␣' : token)).join(' ')}
      {facts.vocabulary.length > shown.length && ` and ${facts.vocabulary.length - shown.length} more`}
    </p>
  );
}

const startingTexts = (facts: ModelFacts): QuestionTexts => ({
  loops: String(facts.config.loops),
  maxTokens: String(facts.maxTokens),
  temperature: '0',
  seed: '0',
});

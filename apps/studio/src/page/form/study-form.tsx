import { useMemo, useState } from 'preact/hooks';
import type { RunDetail, StudyDetail } from '../../api/index.js';
import { ApiFailure, startRun } from '../api-client.js';
import { navigate } from '../navigation.js';
import { requestCharts } from '../parts/charts.js';
import { CopyButton } from '../parts/copy-button.js';
import { messageOf, ProblemNotice } from '../parts/problem-notice.js';
import { changedValues, commandParts, readField, textsOf } from './form-values.js';
import { ParameterField } from './parameter-field.js';
import { PresetChoice, type PresetName } from './preset-choice.js';

const seedLimit = 2 ** 32 - 1;

interface Problems {
  /** Problems by parameter, the seed among them as `seed`. */
  readonly fields: Readonly<Record<string, string>>;
  /** What concerns no single field. */
  readonly whole?: string;
}

/** The form that starts a run: preset, seed, parameters; made from the study's schema. */
export function StudyForm({ study, from }: { readonly study: StudyDetail; readonly from: RunDetail | undefined }) {
  const [preset, setPreset] = useState<PresetName>(from?.preset ?? 'quick');
  const [texts, setTexts] = useState(() => textsOf(study.parameters, from?.params ?? study.presets[preset].params));
  const [seed, setSeed] = useState(String(from?.seed ?? 0));
  const [problems, setProblems] = useState<Problems>({ fields: {} });
  const [isStarting, setIsStarting] = useState(false);
  const presetValues = study.presets[preset].params;
  const presetTexts = useMemo(() => textsOf(study.parameters, presetValues), [study, preset]);
  const changed = changedValues(study.parameters, texts, presetValues);

  const choosePreset = (choice: PresetName) => {
    setPreset(choice);
    setTexts(textsOf(study.parameters, study.presets[choice].params));
    setProblems({ fields: {} });
  };
  const setProblem = (name: string, problem: string | undefined) =>
    setProblems(({ fields }) => {
      const others = Object.entries(fields).filter(([other]) => other !== name);
      return { fields: Object.fromEntries(problem === undefined ? others : [...others, [name, problem]]) };
    });
  const checkSeed = () => setProblem('seed', seedProblem(seed));

  const submit = async (event: Event) => {
    event.preventDefault();
    const fields = allProblems(study, texts, seed);
    setProblems({ fields });
    if (Object.keys(fields).length > 0) return focusFirst(study, fields);
    setIsStarting(true);
    requestCharts();
    try {
      const run = await startRun({ study: study.id, preset, seed: Number(seed), params: changed });
      navigate({ view: 'run', run: run.id });
    } catch (error) {
      setIsStarting(false);
      const refused = error instanceof ApiFailure ? error.parameters : {};
      const isPlaced = Object.keys(refused).length > 0;
      setProblems({ fields: refused, ...(isPlaced ? {} : { whole: messageOf(error) }) });
      focusFirst(study, refused);
    }
  };

  return (
    <form class="study-form" noValidate onSubmit={(event) => void submit(event)} aria-labelledby="form-title">
      <div class="form-fields">
        <h2 id="form-title">Start a run</h2>
        <PresetChoice study={study} preset={preset} onChoose={choosePreset} />
        <div class="fields">
          <ParameterField
            parameter={seedParameter}
            text={seed}
            presetText="0"
            problem={problems.fields['seed']}
            onText={setSeed}
            onLeave={checkSeed}
          />
          {study.parameters.map((parameter) => {
            const text = texts[parameter.name] ?? '';
            const reading = readField(parameter, text);
            return (
              <ParameterField
                key={parameter.name}
                parameter={parameter}
                text={text}
                presetText={presetTexts[parameter.name] ?? ''}
                problem={problems.fields[parameter.name]}
                onText={(next) => {
                  setTexts((before) => ({ ...before, [parameter.name]: next }));
                  if ('value' in readField(parameter, next)) setProblem(parameter.name, undefined);
                }}
                onLeave={() => setProblem(parameter.name, 'problem' in reading ? reading.problem : undefined)}
              />
            );
          })}
        </div>
      </div>
      <aside class="form-summary" aria-label="The run to start">
        <h3>This run</h3>
        <p>{summaryOf(preset, Object.keys(changed).length, seed)}</p>
        <button type="submit" class="primary" disabled={isStarting}>
          {isStarting ? 'Starting…' : 'Start the run'}
        </button>
        {problems.whole !== undefined && (
          <ProblemNotice title="The run did not start">
            <p>{problems.whole}</p>
          </ProblemNotice>
        )}
        {Object.keys(problems.fields).length > 0 && (
          <p class="field-problem" role="alert">
            {Object.keys(problems.fields).length === 1 ? 'One field needs' : `${Object.keys(problems.fields).length} fields need`} another
            value.
          </p>
        )}
        <h3>The same from a terminal</h3>
        <CommandLine parts={commandParts(study.id, preset, Number(seed) || 0, changed)} />
      </aside>
    </form>
  );
}

function CommandLine({ parts }: { readonly parts: readonly string[] }) {
  return (
    <>
      <code class="command-line">
        {parts.map((part) => (
          <span key={part}>{part} </span>
        ))}
      </code>
      <CopyButton text={parts.join(' ')} label="the command line" />
    </>
  );
}

const seedParameter = {
  name: 'seed',
  description: 'start of all random numbers: the same seed and parameters give the same result',
  kind: 'integer',
  accepts: `integer from 0 to ${seedLimit}`,
  schema: { type: 'integer', minimum: 0, maximum: seedLimit },
} as const;

function seedProblem(text: string): string | undefined {
  const reading = readField(seedParameter, text);
  return 'problem' in reading ? reading.problem : undefined;
}

function allProblems(study: StudyDetail, texts: Readonly<Record<string, string>>, seed: string): Record<string, string> {
  const readings = [seedParameter, ...study.parameters].map((parameter) => ({
    name: parameter.name,
    reading: readField(parameter, parameter === seedParameter ? seed : (texts[parameter.name] ?? '')),
  }));
  return Object.fromEntries(readings.flatMap(({ name, reading }) => ('problem' in reading ? [[name, reading.problem]] : [])));
}

/** Takes the keyboard to the first field that needs another value. */
function focusFirst(study: StudyDetail, problems: Readonly<Record<string, string>>): void {
  const first = ['seed', ...study.parameters.map(({ name }) => name)].find((name) => name in problems);
  if (first === undefined) return;
  const field = document.getElementById(`field-${first}`);
  field?.focus();
}

function summaryOf(preset: PresetName, changes: number, seed: string): string {
  const what =
    changes === 0
      ? `The preset ${preset} as it is`
      : `The preset ${preset} with ${changes === 1 ? 'one value' : `${changes} values`} changed`;
  return `${what}, seed ${seed}.`;
}

import type { FormParameter } from '../../api/index.js';
import { inWords } from '../quantities.js';
import { listItems } from '@sardonyx/study/parameter-text';
import { choicesOf } from './form-values.js';

interface FieldProps {
  readonly parameter: FormParameter;
  readonly text: string;
  readonly presetText: string;
  readonly problem: string | undefined;
  readonly onText: (text: string) => void;
  readonly onLeave: () => void;
}

/** One parameter: its name, what it is, what it takes, and whether it differs from the preset. */
export function ParameterField(props: FieldProps) {
  const { parameter, text, presetText, problem, onText } = props;
  const id = `field-${parameter.name}`;
  const isChanged = text !== presetText;
  const isGroup = parameter.kind === 'list' && choicesOf(parameter) !== undefined;
  // Fields with choices show what they take.
  const isFree = parameter.kind !== 'boolean' && choicesOf(parameter) === undefined;
  const Label = isGroup ? 'span' : 'label';
  return (
    <div class={`field${isChanged ? ' changed' : ''}${problem === undefined ? '' : ' wrong'}`}>
      <div class="field-head">
        <Label class="field-name" id={`${id}-name`} {...(isGroup ? {} : { for: id })}>
          {inWords(parameter.name)}
        </Label>
        <p class="field-note" id={`${id}-note`}>
          {problem !== undefined && <span class="field-problem">{asSentence(problem)}</span>}
          {problem === undefined && isChanged && (
            <>
              changed; preset: {presetText === '' ? 'none' : presetText}{' '}
              <button type="button" class="text-button" onClick={() => onText(presetText)}>
                Put back<span class="visually-hidden"> {inWords(parameter.name)}</span>
              </button>
            </>
          )}
        </p>
      </div>
      <p class="field-about" id={`${id}-about`}>
        {parameter.description}
        {isFree && <span class="field-accepts"> ({parameter.accepts})</span>}
      </p>
      <div class="field-input">
        <Control {...props} id={id} />
      </div>
    </div>
  );
}

/** The server's words about a parameter follow its name on the command line; here they stand alone. */
function asSentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function Control({ parameter, text, problem, onText, onLeave, id }: FieldProps & { readonly id: string }) {
  const described = { 'aria-describedby': `${id}-about ${id}-note`, 'aria-invalid': problem !== undefined };
  const choices = choicesOf(parameter);
  if (parameter.kind === 'boolean') {
    return (
      <label class="switch">
        <input
          id={id}
          type="checkbox"
          checked={text === 'true'}
          onChange={(event) => onText(String(event.currentTarget.checked))}
          {...described}
        />
        {text === 'true' ? 'yes' : 'no'}
      </label>
    );
  }
  if (parameter.kind === 'choice' && choices !== undefined) {
    return (
      <select id={id} value={text} onChange={(event) => onText(event.currentTarget.value)} onBlur={onLeave} {...described}>
        {choices.map((choice) => (
          <option key={choice} value={choice}>
            {choice}
          </option>
        ))}
      </select>
    );
  }
  if (parameter.kind === 'list' && choices !== undefined) {
    return <ChoiceList id={id} choices={choices} text={text} onText={onText} />;
  }
  return (
    <input
      id={id}
      type="text"
      inputMode={parameter.kind === 'number' || parameter.kind === 'integer' ? 'decimal' : 'text'}
      autocomplete="off"
      spellcheck={false}
      value={text}
      onInput={(event) => onText(event.currentTarget.value)}
      onBlur={onLeave}
      {...described}
    />
  );
}

/** A list of given choices as boxes to tick; the order of the choices is kept. */
function ChoiceList({
  id,
  choices,
  text,
  onText,
}: {
  readonly id: string;
  readonly choices: readonly string[];
  readonly text: string;
  readonly onText: (text: string) => void;
}) {
  const chosen = listItems(text);
  const toggle = (choice: string, isChosen: boolean) =>
    onText(choices.filter((other) => (other === choice ? isChosen : chosen.includes(other))).join(', '));
  return (
    <div role="group" aria-labelledby={`${id}-name`} aria-describedby={`${id}-about ${id}-note`} class="choice-list">
      {choices.map((choice, index) => (
        <label key={choice} class="switch">
          <input
            {...(index === 0 ? { id } : {})}
            type="checkbox"
            checked={chosen.includes(choice)}
            onChange={(event) => toggle(choice, event.currentTarget.checked)}
          />
          {choice}
        </label>
      ))}
    </div>
  );
}

import { useEffect, useState } from 'preact/hooks';
import { julianDateOfText } from '@sardonyx/close-approaches/mechanics';
import { messageOf } from '../../parts/problem-notice.js';
import type { AsteroidsModel } from '../asteroids-model.js';
import { dayText, speeds } from '../data/view-time.js';

/** Years that the slider spans to each side. */
const span = 50 * 365.25;

/** Plays time, shows it and sets it. */
export function TimeBar({ model }: { readonly model: AsteroidsModel }) {
  const jd = model.jd.value;
  const [middle, setMiddle] = useState(jd);
  // Time that runs or is set beyond the slider takes it along.
  useEffect(() => {
    if (Math.abs(jd - middle) > span) setMiddle(jd);
  }, [jd, middle]);
  return (
    <div class="time-bar">
      <button type="button" class="play" onClick={() => (model.isPlaying.value = !model.isPlaying.peek())}>
        {model.isPlaying.value ? 'Pause' : 'Play'}
      </button>
      <label class="time-speed">
        <span class="visually-hidden">Speed</span>
        <select value={model.speed.value} onChange={(event) => (model.speed.value = Number(event.currentTarget.value))}>
          {speeds.map(({ days, label }) => (
            <option key={days} value={days}>
              {label} a second
            </option>
          ))}
        </select>
      </label>
      <label class="time-slider">
        <span class="visually-hidden">Time</span>
        <input
          type="range"
          min={middle - span}
          max={middle + span}
          step={1}
          value={jd}
          aria-valuetext={dayText(jd)}
          onInput={(event) => (model.jd.value = event.currentTarget.valueAsNumber)}
        />
      </label>
      <DateField model={model} />
    </div>
  );
}

/** The date, which may be typed as a date or a JD. */
function DateField({ model }: { readonly model: AsteroidsModel }) {
  const [typed, setTyped] = useState<string>();
  const [problem, setProblem] = useState('');
  const apply = (): void => {
    if (typed === undefined) return;
    try {
      model.jd.value = julianDateOfText(typed.replace('−', '-'));
      setProblem('');
      setTyped(undefined);
    } catch (error) {
      setProblem(messageOf(error));
    }
  };
  return (
    <form
      class="time-date"
      onSubmit={(event) => {
        event.preventDefault();
        apply();
      }}
    >
      <label>
        <span class="visually-hidden">Date (TDB), as a date or JD</span>
        <input
          type="text"
          spellcheck={false}
          aria-invalid={problem !== ''}
          value={typed ?? dayText(model.jd.value)}
          onInput={(event) => setTyped(event.currentTarget.value)}
          onBlur={apply}
        />
      </label>
      {problem !== '' && (
        <p class="field-problem" role="alert">
          {problem}
        </p>
      )}
    </form>
  );
}

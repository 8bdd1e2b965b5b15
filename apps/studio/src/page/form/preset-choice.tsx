import type { RunSummary, StudyDetail } from '../../api/index.js';
import { costRows } from '../quantities.js';

export type PresetName = RunSummary['preset'];

const presets: readonly { readonly name: PresetName; readonly meaning: string }[] = [
  { name: 'quick', meaning: 'shows the effect, within two minutes on two cores' },
  { name: 'standard', meaning: 'what the project’s own numbers come from' },
  { name: 'paper', meaning: 'the paper’s own size; days on a small machine, resumable' },
];

/** The three sizes of a study, each with what it costs; choosing one fills the fields below. */
export function PresetChoice({
  study,
  preset,
  onChoose,
}: {
  readonly study: StudyDetail;
  readonly preset: PresetName;
  readonly onChoose: (preset: PresetName) => void;
}) {
  return (
    <fieldset class="presets">
      <legend>Preset</legend>
      {presets.map(({ name, meaning }) => (
        <label key={name} class="preset">
          <input type="radio" name="preset" value={name} checked={name === preset} onChange={() => onChoose(name)} />
          <span class="preset-name">{name}</span>
          <span class="preset-meaning">{meaning}</span>
          <Cost cost={study.presets[name].cost} />
        </label>
      ))}
    </fieldset>
  );
}

function Cost({ cost }: { readonly cost: Readonly<Record<string, number>> | null }) {
  if (cost === null) return <span class="preset-cost">states no cost</span>;
  return (
    <span class="preset-cost">
      {costRows(cost).map(({ name, amount }) => (
        <span key={name}>
          {amount} {name}
        </span>
      ))}
    </span>
  );
}

import type { PlanetName } from '@sardonyx/close-approaches/mechanics';
import { useTheme } from '../../charts/theme.js';
import { formatNumber } from '../../quantities.js';
import type { AsteroidsModel } from '../asteroids-model.js';
import { type FilteredElement, filteredElements } from '../data/body-filter.js';
import { axisColour, axisRange, type Colouring, colourings } from '../data/body-tints.js';
import { classCounts, orbitClasses } from '../orbits/orbit-classes.js';
import { planetOrbits } from '../orbits/planet-orbits.js';
import { classColours, metColours } from './class-colours.js';

const meanings: Readonly<Record<FilteredElement, { readonly label: string; readonly unit: string }>> = {
  a: { label: 'a', unit: 'au' },
  e: { label: 'e', unit: '' },
  i: { label: 'i', unit: '°' },
  H: { label: 'H', unit: 'mag' },
};

/** What of the bodies is shown, in which colours, and what stays in the middle. */
export function FilterPanel({ model }: { readonly model: AsteroidsModel }) {
  return (
    <section class="side-block" aria-labelledby="filter-title">
      <h2 id="filter-title">View</h2>
      <div class="side-pair">
        <label>
          <span>Colour by</span>
          <select value={model.colouring.value} onChange={(event) => (model.colouring.value = event.currentTarget.value as Colouring)}>
            {colourings
              .filter((name) => name !== 'planet met' || model.met.value !== undefined)
              .map((name) => (
                <option key={name}>{name}</option>
              ))}
          </select>
        </label>
        <label>
          <span>Follow</span>
          <select
            value={model.followed.value ?? ''}
            onChange={(event) => (model.followed.value = (event.currentTarget.value || undefined) as PlanetName | undefined)}
          >
            <option value="">the Sun</option>
            {planetOrbits.map(({ name, title }) => (
              <option key={name} value={name}>
                {title}
              </option>
            ))}
          </select>
        </label>
      </div>
      <Legend model={model} />
      <fieldset class="ranges">
        <legend>Show only</legend>
        {filteredElements.map((element) => (
          <Range key={element} model={model} element={element} />
        ))}
      </fieldset>
      <Shown model={model} />
    </section>
  );
}

function Shown({ model }: { readonly model: AsteroidsModel }) {
  const mask = model.mask.value;
  const shown = mask.reduce((sum, passes) => sum + passes, 0);
  return (
    <p class="note" role="status">
      {shown === mask.length ? 'All bodies are shown.' : `${formatNumber(shown)} of ${formatNumber(mask.length)} bodies are shown.`}
      {shown === 0 && mask.length > 0 && ' Widen the ranges to see some.'}
    </p>
  );
}

function Range({ model, element }: { readonly model: AsteroidsModel; readonly element: FilteredElement }) {
  const { label, unit } = meanings[element];
  const range = model.filter.value[element] ?? {};
  const set = (end: 'least' | 'most', text: string): void => {
    const value = Number(text.trim().replace(',', '.'));
    const { [end]: _, ...others } = range;
    const isGiven = text.trim() !== '' && Number.isFinite(value);
    model.filter.value = { ...model.filter.value, [element]: isGiven ? { ...others, [end]: value } : others };
  };
  const field = (end: 'least' | 'most') => (
    <input
      type="text"
      inputMode="decimal"
      placeholder={end === 'least' ? 'from' : 'to'}
      aria-label={`${end === 'least' ? 'Least' : 'Greatest'} ${label}${unit === '' ? '' : `, ${unit}`}`}
      value={range[end] ?? ''}
      onChange={(event) => set(end, event.currentTarget.value)}
    />
  );
  return (
    <div class="range">
      <span>
        <i>{label}</i> <small>{unit}</small>
      </span>
      {field('least')}
      {field('most')}
    </div>
  );
}

const metNames = ['meets none', ...planetOrbits.slice(0, 4).map(({ title }) => `meets ${title}`)];

/** How many bodies meet no planet, and each planet as the innermost one. */
function metCounts(met: Uint8Array | undefined): number[] {
  const counts = metNames.map(() => 0);
  for (const planet of met ?? []) counts[planet]!++;
  return counts;
}

function Legend({ model }: { readonly model: AsteroidsModel }) {
  const theme = useTheme();
  const table = model.catalogue.value?.table;
  if (model.colouring.value === 'semi-major axis') {
    const stops = [0, 0.25, 0.5, 0.75, 1].map((share) => axisColour(axisRange[0] + share * (axisRange[1] - axisRange[0]), theme.ground));
    return (
      <div class="axis-legend">
        <span>{axisRange[0]} au</span>
        <span
          class="axis-strip"
          style={{ background: `linear-gradient(to right, ${stops.map((rgb) => `rgb(${rgb.join(' ')})`).join(', ')})` }}
        />
        <span>{axisRange[1]} au</span>
      </div>
    );
  }
  const isMet = model.colouring.value === 'planet met';
  const names = isMet ? metNames : orbitClasses;
  const colours = isMet ? metColours(theme) : classColours(theme);
  const counts = table === undefined ? [] : isMet ? metCounts(model.met.value) : classCounts(table);
  return (
    <ul class="class-legend">
      {names.map((name, at) =>
        (counts[at] ?? 0) === 0 ? null : (
          <li key={name}>
            <span class="swatch" style={{ background: colours[at]! }} />
            {name} <small>{formatNumber(counts[at]!)}</small>
          </li>
        ),
      )}
    </ul>
  );
}

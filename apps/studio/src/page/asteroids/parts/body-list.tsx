import { terrestrialPlanets } from '@sardonyx/close-approaches/mechanics';
import { useEffect, useState } from 'preact/hooks';
import { formatNumber } from '../../quantities.js';
import type { AsteroidsModel } from '../asteroids-model.js';
import { foundBodies } from '../data/body-filter.js';
import { planetTitle } from '../data/close-approach.js';
import { dayText } from '../data/view-time.js';
import { orbitClass, orbitClasses } from '../orbits/orbit-classes.js';

const mostListed = 50;

/** Bodies by name, and the elements of the chosen one. */
export function BodyList({ model }: { readonly model: AsteroidsModel }) {
  const [text, setText] = useState('');
  const table = model.catalogue.value?.table;
  const mask = model.mask.value;
  useEffect(() => {
    model.listed.value = table === undefined ? [] : foundBodies(table, mask, text, mostListed);
  }, [model, table, mask, text]);
  const { value: listed } = model.listed;
  return (
    <section class="bodies" aria-labelledby="list-title">
      <div>
        <h2 id="list-title">Select</h2>
        <label>
          <span class="visually-hidden">Name or designation</span>
          <input type="text" placeholder="Name or designation" value={text} onInput={(event) => setText(event.currentTarget.value)} />
        </label>
        <ul class="body-list" tabIndex={-1}>
          {listed.map((index) => (
            <li key={index}>
              <button
                type="button"
                aria-pressed={model.selected.value === index}
                onClick={() => (model.selected.value = model.selected.peek() === index ? undefined : index)}
              >
                {table?.name(index)}
              </button>
            </li>
          ))}
          {listed.length === 0 && <li class="note">{table === undefined ? 'No bodies yet.' : 'No body that is shown has such a name.'}</li>}
        </ul>
        <label class="switch">
          <input
            type="checkbox"
            checked={model.showsListedOrbits.value}
            onChange={(event) => (model.showsListedOrbits.value = event.currentTarget.checked)}
          />
          Orbits of the listed bodies
        </label>
      </div>
      <SelectedBody model={model} />
    </section>
  );
}

/** `3 to Earth, 12 to Mars` */
function approachesOf(model: AsteroidsModel, index: number): string {
  const particle = model.catalogue.value?.particles?.[index];
  const own = (model.approaches.value?.rows ?? []).filter((row) => row.particle === particle);
  const counts = terrestrialPlanets.map((planet) => [planet, own.filter((row) => row.planet === planet).length] as const);
  const some = counts.filter(([, count]) => count > 0);
  return some.map(([planet, count]) => `${formatNumber(count)} to ${planetTitle(planet)}`).join(', ') || 'none';
}

/** Elements of the chosen body; the place is kept while there is none. */
function SelectedBody({ model }: { readonly model: AsteroidsModel }) {
  const table = model.catalogue.value?.table;
  const index = model.selected.value;
  if (table === undefined || index === undefined) {
    return <p class="note selected-body">Click a body in the scene or in the list to see its elements and its orbit.</p>;
  }
  const [a, e] = [table.a[index]!, table.e[index]!];
  const rows: readonly (readonly [string, string])[] = [
    ['class', orbitClasses[orbitClass(a, e)]!],
    ['a', `${a.toFixed(4)} au`],
    ['e', e.toFixed(4)],
    ['i', `${table.i[index]!.toFixed(3)}°`],
    ['Ω', `${table.node[index]!.toFixed(3)}°`],
    ['ω', `${table.peri[index]!.toFixed(3)}°`],
    ['M', `${table.meanAnomaly[index]!.toFixed(3)}° on ${dayText(table.epoch[index]!)}`],
    ['q, Q', `${(a * (1 - e)).toFixed(3)}, ${(a * (1 + e)).toFixed(3)} au`],
    ['period', `${formatNumber(a ** 1.5)} yr`],
    ['H', Number.isNaN(table.H[index]!) ? 'not given' : table.H[index]!.toFixed(2)],
    ...(model.met.value === undefined ? [] : [['approaches', approachesOf(model, index)] as const]),
  ];
  return (
    <div class="selected-body" role="status">
      <h3>{table.name(index)}</h3>
      <table class="values">
        <tbody>
          {rows.map(([name, value]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{value}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

import { type Catalogue, type ElementsTable, elementColumns, firstRows } from './elements-table.js';
import { type DelimitedText, numberOf } from './delimited-text.js';

/** Names of the columns, those of JPL's small-body database and its query tool first. */
const names = {
  a: ['a'],
  e: ['e'],
  i: ['i', 'inc', 'incl', 'inclination'],
  node: ['om', 'node', 'Omega', 'long_asc_node'],
  peri: ['w', 'peri', 'omega', 'argument', 'arg_peri'],
  meanAnomaly: ['ma', 'M', 'mean_anomaly'],
  epoch: ['epoch', 'epoch_jd', 'jd'],
} as const;
const otherNames = {
  epochMjd: ['epoch_mjd', 'epoch.mjd'],
  H: ['H', 'h', 'absolute_magnitude'],
  name: ['full_name', 'name', 'pdes', 'designation', 'id'],
} as const;

/** Whether a table has columns of orbital elements. */
export const hasElements = ({ columns }: DelimitedText): boolean =>
  ['a', 'e'].every((name) => columns.includes(name)) && names.i.some((name) => columns.includes(name));

/**
 * A catalogue from columns of elements: au, degrees, JD (TDB). Orbits that are no ellipses of e ≤ 0.99 and rows that lack an
 * element are left out and counted in the note.
 *
 * @throws Error where a column is missing or no row is left
 */
export function catalogueOfText(title: string, text: DelimitedText): Catalogue {
  const column = (candidates: readonly string[]): number => text.columns.findIndex((name) => candidates.includes(name));
  const places = Object.fromEntries(Object.entries(names).map(([key, candidates]) => [key, column(candidates)])) as Record<
    keyof typeof names,
    number
  >;
  const mjd = column(otherNames.epochMjd);
  const missing = Object.entries(names).filter(([key]) => places[key as keyof typeof names] < 0 && !(key === 'epoch' && mjd >= 0));
  if (missing.length > 0) {
    throw new Error(
      `Cannot read ${title}: expected the columns ${missing.map(([, [first]]) => `“${first}”`).join(', ')}, got ${text.columns.slice(0, 12).join(', ')}.`,
    );
  }
  const [hAt, nameAt] = [column(otherNames.H), column(otherNames.name)];
  const columns = elementColumns(text.rows.length);
  const labels: string[] = [];
  let count = 0;
  for (const row of text.rows) {
    const value = (key: keyof typeof names): number => numberOf(row[places[key]]);
    const epoch = mjd >= 0 ? numberOf(row[mjd]) + 2_400_000.5 : value('epoch');
    columns.a[count] = value('a');
    columns.e[count] = value('e');
    columns.i[count] = value('i');
    columns.node[count] = value('node');
    columns.peri[count] = value('peri');
    columns.meanAnomaly[count] = value('meanAnomaly');
    columns.epoch[count] = epoch;
    columns.H[count] = hAt < 0 ? NaN : numberOf(row[hAt]);
    if (!isDrawable(columns, count)) continue;
    labels.push((nameAt < 0 ? `row ${count + 1}` : row[nameAt]!).trim());
    count++;
  }
  if (count === 0) throw new Error(`Cannot read ${title}: expected rows with elements of ellipses, got none among ${text.rows.length}.`);
  const left = text.rows.length - count;
  return {
    title,
    note: left === 0 ? 'Every row is shown.' : `${left} of ${text.rows.length} rows are left out: no complete ellipse with e ≤ 0.99.`,
    table: { ...firstRows(columns, count), name: (index) => labels[index] ?? '' },
  };
}

function isDrawable({ a, e, i, node, peri, meanAnomaly, epoch }: Omit<ElementsTable, 'name'>, at: number): boolean {
  const isEllipse = a[at]! > 0 && e[at]! >= 0 && e[at]! <= 0.99;
  return isEllipse && Number.isFinite(i[at]! + node[at]! + peri[at]! + meanAnomaly[at]! + epoch[at]!);
}

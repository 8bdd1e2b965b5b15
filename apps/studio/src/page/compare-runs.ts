import type { RunSummary } from '../api/index.js';

/** One name with its value in every run; undefined where a run has none. */
export interface ComparisonRow {
  readonly name: string;
  readonly values: readonly unknown[];
  readonly differs: boolean;
}

/** The values of several runs by name, in the order in which the names first appear. */
export function comparisonRows(columns: readonly Readonly<Record<string, unknown>>[]): ComparisonRow[] {
  const names = [...new Set(columns.flatMap((column) => Object.keys(column)))];
  return names.map((name) => {
    const values = columns.map((column) => column[name]);
    return { name, values, differs: new Set(values.map((value) => JSON.stringify(value))).size > 1 };
  });
}

/** Short names that tell the runs apart: study, preset and seed where those do, the folder's date and time where not. */
export function runLabels(runs: readonly Pick<RunSummary, 'id' | 'study' | 'preset' | 'seed'>[]): string[] {
  const studies = new Set(runs.map(({ study }) => study)).size;
  const short = runs.map(
    ({ study, preset, seed }) => `${studies > 1 ? `${study.slice(study.indexOf('/') + 1)}, ` : ''}${preset}, seed ${seed}`,
  );
  return short.map((label, index) => {
    const isUnique = short.filter((other) => other === label).length === 1;
    const folder = runs[index]?.id.split('/').at(-1) ?? '';
    return isUnique ? label : `${label}, ${folder.replace(/-(quick|standard|paper)-s\d+/, '')}`;
  });
}

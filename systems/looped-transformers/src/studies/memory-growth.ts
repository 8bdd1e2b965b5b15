import type { TableData } from '@sardonyx/study';

/** A measure over the settled part of one process, in the order of its steps. */
export interface Stretch {
  /** Training steps from the first sample to the last. */
  readonly steps: number;
  readonly values: readonly number[];
}

/** Fewer samples do not tell growth from noise: the medians below would be of a single one. */
const fewestSamples = 10;

/**
 * The settled samples of a table with the columns `process`, `settled` and `step`, one stretch for each process that
 * took enough of them: memory starts anew with a process, so samples of two are not compared.
 */
export function stretches({ columns, rowCount }: TableData, measure: (row: number) => number | undefined): Stretch[] {
  const byProcess = new Map<unknown, { step: number; value: number }[]>();
  for (let row = 0; row < rowCount; row++) {
    const value = measure(row);
    if (value === undefined || columns['settled']?.[row] !== true) continue;
    const process = columns['process']?.[row];
    byProcess.set(process, [...(byProcess.get(process) ?? []), { step: Number(columns['step']?.[row]), value }]);
  }
  return [...byProcess.values()]
    .filter((samples) => samples.length >= fewestSamples)
    .map((samples) => ({ steps: samples.at(-1)!.step - samples[0]!.step, values: samples.map(({ value }) => value) }));
}

/** Medians of the first and the last fifth: growth that lasts moves them, the collector's ups and downs do not. */
export function firstAndLast({ values }: Stretch): { readonly first: number; readonly last: number } {
  const fifth = Math.floor(values.length / 5);
  return { first: median(values.slice(0, fifth)), last: median(values.slice(-fifth)) };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** The stretch whose `growth` is largest; undefined when no process ran long enough. */
export function worst<G extends { readonly growth: number }>(growths: readonly G[]): G | undefined {
  return growths.reduce<G | undefined>((most, one) => (most === undefined || one.growth > most.growth ? one : most), undefined);
}

import type { TableData } from '@sardonyx/study';

/** How much more of a measure the second half of a process's settled samples shows than the first half. */
export interface Growth {
  /** Training steps from the first sample to the last. */
  readonly steps: number;
  /**
   * The most of each half. Highest values are compared because what the collector does shows downwards: it gives
   * memory back at times that nobody can tell, and takes it again.
   */
  readonly before: number;
  readonly after: number;
  readonly growth: number;
}

/** Each half should have seen the collector's ups and downs. */
const fewestSamples = 10;

/**
 * Growth in every process that took enough settled samples, in a table with the columns `process`, `settled` and `step`:
 * memory starts anew with a process, so samples of two are not compared. Rows without a measure are passed over.
 */
export function growths({ columns, rowCount }: TableData, measure: (row: number) => number | undefined): Growth[] {
  const processes = new Map<unknown, { step: number; value: number }[]>();
  for (let row = 0; row < rowCount; row++) {
    const value = measure(row);
    if (value === undefined || columns['settled']?.[row] !== true) continue;
    const process = columns['process']?.[row];
    const samples = processes.get(process) ?? [];
    samples.push({ step: Number(columns['step']?.[row]), value });
    processes.set(process, samples);
  }
  return [...processes.values()].filter(({ length }) => length >= fewestSamples).map(growthOf);
}

function growthOf(samples: readonly { readonly step: number; readonly value: number }[]): Growth {
  const half = samples.length >> 1;
  const most = (part: typeof samples): number => Math.max(...part.map(({ value }) => value));
  const [before, after] = [most(samples.slice(0, half)), most(samples.slice(half))];
  return { steps: samples.at(-1)!.step - samples[0]!.step, before, after, growth: after - before };
}

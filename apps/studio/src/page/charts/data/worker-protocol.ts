import type { ChartData, DataChange } from './chart-data.js';

/** What the page may ask of the worker. */
export type ChartCalls = Pick<
  ChartData,
  'follow' | 'forget' | 'points' | 'reload' | 'tables' | 'window' | 'readings' | 'neighbour' | 'csv' | 'figure' | 'figureCsv'
>;

/** From the page to the worker. */
export interface Call {
  readonly id: number;
  readonly method: keyof ChartCalls;
  readonly parameters: readonly unknown[];
}

/** From the worker to the page: the answer to a call, or news of the data. */
export type Answer =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly problem: string }
  | { readonly change: DataChange };

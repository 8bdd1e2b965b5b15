import type { Expectation, Results, TableData } from '@sardonyx/study';
import type { OptimizerName } from '../networks/optimizer-table.js';
import { studentInterval } from '../networks/student-interval.js';

type Evaluation = ReturnType<Expectation['evaluate']>;

const tableOf = (results: Results, name: string): TableData => results.table(name) ?? { columns: {}, rowCount: 0 };

/** Rows of a table as records. */
function rowsOf(results: Results, name: string): Record<string, unknown>[] {
  const { columns, rowCount } = tableOf(results, name);
  return Array.from({ length: rowCount }, (_, row) =>
    Object.fromEntries(Object.entries(columns).map(([key, values]) => [key, values[row]])),
  );
}

const finalLosses = (results: Results, optimizer: OptimizerName): number[] =>
  rowsOf(results, 'runs')
    .filter((row) => row['optimizer'] === optimizer)
    .map((row) => Number(row['loss']));

/** Mean difference of final losses, run by run: the runs of a seed share parameters and batches. */
function compareFinalLosses(results: Results, structured: OptimizerName, other: OptimizerName): Evaluation {
  const [own, others] = [finalLosses(results, structured), finalLosses(results, other)];
  if (own.length === 0 || others.length === 0) return { ours: 'not compared', verdict: 'reported' };
  const { mean, low, high } = studentInterval(own.map((loss, run) => loss - others[run]!));
  if (!Number.isFinite(mean)) return { ours: 'a run diverged', verdict: 'reported' };
  const ours = `${mean.toFixed(4)} (${low.toFixed(4)} to ${high.toFixed(4)}) nats`;
  if (high < 0) return { ours, verdict: 'holds' };
  return low > 0 ? { ours, verdict: 'fails' } : { ours: `${ours}: not separated`, verdict: 'reported' };
}

const ahead = (structured: OptimizerName, other: OptimizerName, where: string): Expectation => ({
  name: `${structured} against ${other}`,
  paper: `${where}; of networks: no number`,
  claim: 'difference of final losses, run by run: holds where its 95 % interval lies below 0, fails above 0, else not judged',
  evaluate: (results) => compareFinalLosses(results, structured, other),
});

/** Optimizers that diverged at all rates had nothing to run at the best. */
function judgeBudgets(results: Results): Evaluation {
  const rows = rowsOf(results, 'final').filter((row) => Number.isFinite(Number(row['rate'])));
  const trials = [...new Set(rows.map((row) => Number(row['trials'])))];
  return { ours: `${rows.length} optimizers, ${trials.join(' or ')} trials each`, verdict: trials.length === 1 ? 'holds' : 'fails' };
}

/** Optimizers by a column, the lowest first; those without a number are left out. */
function ranking(results: Results, table: string, column: string, digits: number, most: number): Evaluation {
  const sorted = rowsOf(results, table)
    .map((row) => ({ name: String(row['optimizer']), value: Number(row[column]) }))
    .filter(({ value }) => Number.isFinite(value))
    .sort((a, b) => a.value - b.value)
    .slice(0, most);
  return { ours: sorted.map(({ name, value }) => `${name} ${value.toPrecision(digits)}`).join(', ') || 'none', verdict: 'reported' };
}

const reported = (name: string, claim: string, evaluate: Expectation['evaluate']): Expectation => ({
  name,
  paper: 'none',
  claim: `not judged; ${claim}`,
  evaluate,
});

/** What the paper says of structured sets, as far as networks can tell, and what a run reports beside it. */
export const comparisonExpectations: readonly Expectation[] = [
  {
    name: 'equal budgets',
    paper: 'none; of the comparison',
    claim: 'every optimizer with a rate at which it does not diverge ran the same number of trials',
    evaluate: judgeBudgets,
  },
  ahead('one-sided-shampoo', 'adagrad', 'ahead on the matrix quadratic (Figure 1)'),
  ahead('one-sided-shampoo', 'adagrad-norm', 'ahead on the matrix quadratic (Figure 1)'),
  ahead('one-sided-shampoo', 'adagrad-full', 'ahead on the matrix quadratic (Figure 1)'),
  ahead('one-sided-shampoo-ema', 'adam', 'ahead on the matrix quadratic, without momentum (Figure 2)'),
  reported('lowest final loss', 'means over the runs (nats)', (results) => ranking(results, 'final', 'loss', 4, 5)),
  reported('fewest steps to the target', 'steps to the reference’s final loss, where all runs reached it', (results) =>
    ranking(results, 'final', 'stepsToTarget', 3, 5),
  ),
  reported('least time to the target', 'seconds; depends on the machine', (results) => ranking(results, 'times', 'secondsToTarget', 2, 5)),
  reported('time of a step', 'milliseconds, the quickest five; depends on the machine', (results) =>
    ranking(results, 'times', 'millisecondsPerStep', 2, 5),
  ),
  reported('best learning rate at the edge of the grid', 'a better one may lie outside', (results) => ({
    ours:
      rowsOf(results, 'final')
        .filter((row) => row['atEdge'] === true)
        .map((row) => String(row['optimizer']))
        .join(', ') || 'none',
    verdict: 'reported',
  })),
];

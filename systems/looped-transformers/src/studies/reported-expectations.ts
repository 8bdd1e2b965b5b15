import type { Expectation, Results } from '@sardonyx/study';
import { mean } from '../analysis/mean.js';
import { reportedModel, type TaskGroup, taskGroups } from '../analysis/reported-results.js';

type Evaluation = ReturnType<Expectation['evaluate']>;

/** The one printed %Gap that its own table does not allow. */
const oddGap = '(4⊗1, 4⊗4, 4⊗1), all';

/** The rows of a table that the run has written. */
function rowsOf(results: Results, name: string): Readonly<Record<string, unknown>>[] {
  const { columns, rowCount } = results.table(name)!;
  const entries = Object.entries(columns);
  return Array.from({ length: rowCount }, (_, row) => Object.fromEntries(entries.map(([column, values]) => [column, values[row]])));
}

function gapsAgree(results: Results): Evaluation {
  const rows = rowsOf(results, 'gaps');
  const odd = rows.filter(({ agrees }) => agrees !== true).map(({ model, measure }) => `${String(model)}, ${String(measure)}`);
  const ours = `${rows.length - odd.length} of ${rows.length}${odd.length > 0 ? `; not ${odd.join('; ')}` : ''}`;
  return judged(ours, odd.length === 1 && odd[0] === oddGap);
}

const largestMeanError = (results: Results): number =>
  Math.max(...rowsOf(results, 'means').map(({ printed, recomputed }) => Math.abs(Number(printed) - Number(recomputed))));

const meanGap = (results: Results, group: TaskGroup): number =>
  mean(rowsOf(results, 'gaps').flatMap(({ measure, recomputed }) => (measure === group ? [Number(recomputed)] : [])));

const judged = (ours: string | number, holds: boolean): Evaluation => ({ ours, verdict: holds ? 'holds' : 'fails' });

/** What the paper says of its tables, judged by what follows from them. */
export const reportedExpectations: readonly Expectation[] = [
  {
    name: 'percentage gaps',
    paper: '30 values of %Gap, 34 to 282',
    claim: `each within what the rounding of the measures allows, except ${oddGap}: 95 is printed, 74 to 79 is possible`,
    evaluate: gapsAgree,
  },
  {
    name: 'means over tasks',
    paper: 'means of the groups in Table 3',
    claim: 'within 0.1 of the means of the rounded accuracies',
    // Two roundings of 0.05 each, and one of the sum in float64.
    evaluate: (results) => judged(largestMeanError(results).toFixed(3), largestMeanError(results) <= 0.1 + 1e-9),
  },
  {
    name: 'looping helps reasoning more than memory',
    paper: '%Gap of memory 37 to 94, of primitives 131 to 176',
    claim: 'mean %Gap: closed-book < open-book < 100 < primitives',
    evaluate(results) {
      const [closed, open, primitives] = (['closedBook', 'openBook', 'primitives'] as const).map((group) => meanGap(results, group));
      return judged(
        [closed, open, primitives].map((gap) => gap!.toFixed(0)).join(', '),
        closed! < open! && open! < 100 && primitives! > 100,
      );
    },
  },
  {
    name: 'accuracy grows with the logarithm of depth',
    paper: 'Acc = α · log D + β',
    claim: 'R² ≥ 0.9 in every group',
    evaluate(results) {
      const least = Math.min(...taskGroups.map((group) => results.number(`R² ${group}`)));
      return judged(least.toFixed(4), least >= 0.9);
    },
  },
  {
    name: 'at one perplexity looped models reason better',
    paper: 'lines coincide for closed-book, the looped one is higher for the others',
    claim: 'advantage in points: closed-book under 1, every other group over 2',
    evaluate(results) {
      const advantage = (group: TaskGroup): number => results.number(`advantage ${group}`);
      const others = (['openBook', 'math', 'primitives'] as const).map(advantage);
      const ours = [advantage('closedBook'), ...others].map((value) => value.toFixed(1)).join(', ');
      return judged(ours, Math.abs(advantage('closedBook')) < 1 && others.every((value) => value > 2));
    },
  },
  {
    name: 'primitives: copying gains, indirection does not',
    paper: 'Table 6',
    claim: 'mean gain of looping over (k⊗1) in points: over 20 at depth 0, under 10 at depth 1',
    evaluate(results) {
      const [copy, indirect] = [0, 1].map((depth) => results.number(`primitives gain, depth ${depth}`));
      return judged(`${copy!.toFixed(1)} and ${indirect!.toFixed(1)}`, copy! > 20 && indirect! < 10);
    },
  },
  {
    name: 'soft looping beats the baseline',
    paper: 'k = 4, λ = 10 against (24⊗1)',
    claim: 'no worse in perplexity and better in every group',
    evaluate() {
      const [soft, base] = ['(24⊗1), k = 4, λ = 10', '(24⊗1)'].map(reportedModel);
      const gains = taskGroups.map((group) => soft!.accuracy[group] - base!.accuracy[group]);
      return judged(
        `+${Math.min(...gains).toFixed(1)} to +${Math.max(...gains).toFixed(1)} points`,
        soft!.perplexity <= base!.perplexity && gains.every((gain) => gain > 0),
      );
    },
  },
  {
    name: 'α of looping over α of layers, i-GSM',
    paper: 'not printed for i-GSM; 1.19 for primitives',
    claim: 'reported, from four depths each',
    evaluate: (results) => ({
      ours: `${results.number('i-GSM alpha ratio').toFixed(2)} (${results.number('i-GSM alpha ratio, low').toFixed(2)} to ${results.number('i-GSM alpha ratio, high').toFixed(2)})`,
      verdict: 'reported',
    }),
  },
];

/*
 * What the paper reports of its language models (arXiv:2502.17416, Tables 3 to 6 and appendix): accuracies in per cent of
 * models with 24 layers or fewer, width 2048, trained on some 250 billion tokens of the Pile.
 */

/** Groups of tasks, in the paper's order; `all` is the mean over the tasks of the first three. */
export const taskGroups = ['closedBook', 'openBook', 'math', 'all', 'primitives'] as const;
export type TaskGroup = (typeof taskGroups)[number];
/** Groups whose tasks are reported one by one. */
export type ListedGroup = Exclude<TaskGroup, 'all'>;

export interface ReportedModel {
  /** As the paper writes it: `(12⊗2)`, `(4⊗1, 4⊗4, 4⊗1)`; `(24⊗1), k = 4, λ = 10` with the regularizer. */
  readonly name: string;
  readonly kind: 'base' | 'looped' | 'middle' | 'regularized';
  readonly distinctLayers: number;
  /** Layers applied. */
  readonly depth: number;
  readonly blockSize?: number;
  /** λ of the looping regularizer. */
  readonly strength?: number;
  readonly perplexity: number;
  readonly accuracy: Readonly<Record<TaskGroup, number>>;
}

const model = (
  name: string,
  kind: ReportedModel['kind'],
  [distinctLayers, depth]: readonly [number, number],
  [perplexity, closedBook, openBook, math, all, primitives]: readonly [number, number, number, number, number, number],
  regularizer: Pick<ReportedModel, 'blockSize' | 'strength'> = {},
): ReportedModel => ({
  name,
  kind,
  distinctLayers,
  depth,
  perplexity,
  accuracy: { closedBook, openBook, math, all, primitives },
  ...regularizer,
});

const regularized = (blockSize: number, strength: number, values: Parameters<typeof model>[3]): ReportedModel =>
  model(`(24⊗1), k = ${blockSize}, λ = ${strength}`, 'regularized', [24, 24], values, { blockSize, strength });

/** Tables 3 and 4: validation perplexity and mean accuracies. */
export const reportedModels: readonly ReportedModel[] = [
  model('(24⊗1)', 'base', [24, 24], [7.4, 11.2, 33.9, 29.3, 26.0, 47.5]),
  model('(12⊗1)', 'base', [12, 12], [8.16, 8.2, 26.9, 26.7, 21.8, 35.7]),
  model('(12⊗2)', 'looped', [12, 24], [7.9, 9.3, 30.8, 34.3, 26.5, 51.2]),
  model('(4⊗1, 4⊗4, 4⊗1)', 'middle', [12, 24], [7.81, 11.0, 32.3, 28.3, 25.0, 56.5]),
  model('(8⊗1)', 'base', [8, 8], [8.75, 6.3, 22.7, 17.1, 16.1, 33.0]),
  model('(8⊗3)', 'looped', [8, 24], [8.19, 8.5, 30.8, 28.4, 23.9, 55.3]),
  model('(6⊗1)', 'base', [6, 6], [9.25, 4.0, 19.3, 17.7, 14.6, 24.1]),
  model('(6⊗4)', 'looped', [6, 24], [8.42, 8.2, 28.7, 29.8, 23.7, 56.1]),
  model('(4⊗1)', 'base', [4, 4], [10.12, 1.8, 13.8, 9.7, 9.0, 19.4]),
  model('(4⊗6)', 'looped', [4, 24], [8.79, 6.7, 26.2, 24.8, 20.4, 56.9]),
  regularized(4, 1, [7.41, 11.2, 34.8, 31.6, 27.2, 42.5]),
  regularized(4, 10, [7.38, 12.5, 36.2, 36.4, 30.0, 57.2]),
  regularized(6, 10, [7.4, 12.0, 35.8, 31.0, 27.5, 55.8]),
  regularized(8, 10, [7.43, 11.3, 34.4, 32.8, 27.6, 56.3]),
  regularized(12, 10, [7.51, 10.1, 34.1, 32.3, 27.0, 50.7]),
];

/** @throws RangeError where the paper has no model of that name */
export function reportedModel(name: string): ReportedModel {
  const found = reportedModels.find((candidate) => candidate.name === name);
  if (found) return found;
  throw new RangeError(`reported results: expected one of ${reportedModels.map((m) => m.name).join('; ')}, given ${name}`);
}

/** A looped model beside its baselines, with the paper's %Gap: rounded, and computed before the measures were rounded. */
export interface ReportedGap {
  readonly looped: string;
  readonly isoParameter: string;
  readonly isoFlop: string;
  readonly gap: Readonly<Record<TaskGroup | 'perplexity', number>>;
}

const gap = (looped: string, isoParameter: string, [perplexity, closedBook, openBook, math, all, primitives]: readonly number[]) =>
  ({
    looped,
    isoParameter,
    isoFlop: '(24⊗1)',
    gap: { perplexity, closedBook, openBook, math, all, primitives },
  }) as ReportedGap;

/** Table 3, the columns of %Gap. */
export const reportedGaps: readonly ReportedGap[] = [
  gap('(12⊗2)', '(12⊗1)', [34, 37, 56, 282, 110, 131]),
  gap('(4⊗1, 4⊗4, 4⊗1)', '(12⊗1)', [46, 94, 78, 62, 95, 176]),
  gap('(8⊗3)', '(8⊗1)', [41, 44, 72, 92, 78, 153]),
  gap('(6⊗4)', '(6⊗1)', [44, 58, 64, 104, 80, 136]),
  gap('(4⊗6)', '(4⊗1)', [48, 52, 61, 77, 67, 133]),
];

/** Tasks of the groups, in the order of {@link reportedTasks}. */
export const tasksOfGroup: Readonly<Record<ListedGroup, readonly string[]>> = {
  closedBook: ['TriviaQA', 'TydiQA-NoContext', 'NaturalQuestions', 'WebQuestions'],
  openBook: ['TydiQA-GoldP', 'SQuADv2', 'DROP', 'QuAC', 'CoQA'],
  math: ['ASDiv', 'AddSub', 'MultiArith', 'SingleEq', 'SingleOp', 'SVAMP'],
  primitives: ['code, depth 0', 'math, depth 0', 'code, depth 1', 'math, depth 1'],
};

export interface ReportedTasks {
  readonly model: string;
  readonly group: ListedGroup;
  /** Accuracy of every task of the group. */
  readonly accuracies: readonly number[];
}

const listed = (group: ListedGroup, rows: Readonly<Record<string, readonly number[]>>): ReportedTasks[] =>
  Object.entries(rows).map(([name, accuracies]) => ({ model: name, group, accuracies }));

const k4 = '(24⊗1), k = 4, λ = 10';
const k6 = '(24⊗1), k = 6, λ = 10';
const k8 = '(24⊗1), k = 8, λ = 10';
const k12 = '(24⊗1), k = 12, λ = 10';

/** The appendix: accuracy of every task. */
export const reportedTasks: readonly ReportedTasks[] = [
  ...listed('closedBook', {
    '(24⊗1)': [24.5, 10.6, 4.3, 5.6],
    '(12⊗1)': [15.9, 9.3, 2.4, 5.2],
    '(12⊗2)': [18.6, 9.6, 3.4, 5.8],
    [k12]: [20.9, 10.9, 3.6, 5.0],
    '(8⊗1)': [12.3, 7.4, 1.8, 3.9],
    '(8⊗3)': [17.3, 8.8, 2.5, 5.2],
    [k8]: [23.6, 10.6, 4.1, 6.7],
    '(6⊗1)': [7.4, 4.8, 1.1, 2.7],
    '(6⊗4)': [16.0, 9.3, 2.7, 4.9],
    [k6]: [25.8, 12.2, 4.5, 5.6],
    '(4⊗1)': [3.3, 1.9, 0.6, 1.5],
    '(4⊗6)': [11.8, 8.8, 2.4, 3.5],
    [k4]: [26.1, 13.3, 4.5, 6.2],
  }),
  ...listed('openBook', {
    '(24⊗1)': [33.4, 41.3, 23.4, 18.6, 52.7],
    '(12⊗1)': [21.8, 34.6, 20.0, 17.3, 41.1],
    '(12⊗2)': [27.7, 39.5, 22.3, 17.6, 46.8],
    [k12]: [33.0, 44.3, 23.8, 17.7, 51.9],
    '(8⊗1)': [12.7, 33.8, 16.0, 15.3, 35.9],
    '(8⊗3)': [29.8, 38.1, 21.6, 17.6, 46.6],
    [k8]: [33.0, 41.7, 25.2, 19.3, 52.9],
    '(6⊗1)': [8.2, 26.8, 14.8, 14.4, 32.5],
    '(6⊗4)': [26.6, 34.6, 20.8, 18.1, 43.7],
    [k6]: [34.5, 46.1, 26.2, 18.6, 53.4],
    '(4⊗1)': [3.4, 19.0, 11.1, 13.1, 22.3],
    '(4⊗6)': [22.0, 32.4, 20.1, 15.8, 40.7],
    [k4]: [33.6, 49.4, 24.1, 19.8, 54.0],
  }),
  ...listed('math', {
    '(24⊗1)': [26.9, 49.9, 2.7, 38.6, 40.2, 17.9],
    '(12⊗1)': [23.1, 44.8, 2.0, 36.8, 37.9, 15.3],
    '(12⊗2)': [31.5, 55.9, 2.0, 47.4, 50.2, 18.5],
    [k12]: [27.4, 54.4, 2.7, 43.7, 45.9, 19.8],
    '(8⊗1)': [12.9, 32.7, 2.0, 19.9, 21.9, 13.4],
    '(8⊗3)': [23.2, 54.9, 2.3, 36.2, 38.3, 15.6],
    [k8]: [31.0, 56.7, 3.5, 40.7, 47.5, 17.3],
    '(6⊗1)': [15.4, 31.1, 1.3, 21.3, 26.3, 10.9],
    '(6⊗4)': [24.5, 51.6, 0.7, 38.0, 47.7, 16.3],
    [k6]: [32.0, 47.1, 3.5, 44.9, 42.0, 16.8],
    '(4⊗1)': [7.9, 10.4, 1.5, 11.0, 19.0, 8.3],
    '(4⊗6)': [19.9, 49.1, 1.7, 29.3, 35.9, 12.6],
    [k4]: [35.0, 53.9, 3.2, 52.2, 50.9, 23.0],
  }),
  ...listed('primitives', {
    '(24⊗1)': [71.1, 72.5, 24.2, 22.3],
    '(12⊗1)': [52.2, 51.6, 20.7, 18.3],
    '(12⊗2)': [73.5, 86.5, 21.3, 23.6],
    [k12]: [75.1, 74.9, 27.0, 25.7],
    '(8⊗1)': [48.7, 42.0, 21.4, 19.8],
    '(8⊗3)': [88.4, 86.9, 23.1, 22.9],
    [k8]: [92.2, 86.7, 23.1, 23.3],
    '(6⊗1)': [26.3, 29.7, 20.2, 20.1],
    '(6⊗4)': [90.6, 88.1, 24.1, 21.7],
    [k6]: [84.0, 79.7, 31.4, 28.3],
    '(4⊗1)': [19.3, 23.3, 17.3, 17.6],
    '(4⊗6)': [87.9, 90.0, 24.8, 24.8],
    [k4]: [88.0, 86.9, 27.9, 25.8],
  }),
];

/** Table 2, symbolic i-GSM: accuracy in per cent of k layers looped L times, against 14 % by guessing. */
export const reportedSymbolicMath: readonly { readonly layers: number; readonly loops: number; readonly accuracy: number }[] = [
  { layers: 1, loops: 1, accuracy: 24.5 },
  { layers: 1, loops: 2, accuracy: 52.3 },
  { layers: 1, loops: 4, accuracy: 69.9 },
  { layers: 1, loops: 8, accuracy: 73.2 },
  { layers: 2, loops: 1, accuracy: 54.0 },
  { layers: 2, loops: 2, accuracy: 66.9 },
  { layers: 2, loops: 4, accuracy: 73.6 },
  { layers: 4, loops: 1, accuracy: 71.3 },
  { layers: 4, loops: 2, accuracy: 71.6 },
  { layers: 8, loops: 1, accuracy: 73.2 },
];

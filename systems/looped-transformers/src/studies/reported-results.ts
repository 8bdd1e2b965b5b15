import { defineStudy, type StudyContext } from '@sardonyx/study';
import { z } from 'zod';
import { isoplotLines, meanAdvantage } from '../analysis/isoplot.js';
import { mean } from '../analysis/mean.js';
import { percentageGap, percentageGapRange } from '../analysis/percentage-gap.js';
import {
  type ListedGroup,
  type ReportedModel,
  reportedGaps,
  reportedModel,
  reportedModels,
  reportedSymbolicMath,
  reportedTasks,
  type TaskGroup,
  taskGroups,
  tasksOfGroup,
} from '../analysis/reported-results.js';
import { fitScalingLaw, slopeRatio } from '../analysis/scaling-law.js';
import { reportedExpectations } from './reported-expectations.js';

const params = z.object({
  replicates: z.int().min(100).max(1_000_000).default(10_000).describe('bootstrap replicates of each interval'),
  confidence: z.number().gt(0).lt(1).default(0.95).describe('share of the replicates that an interval holds'),
});
type Params = z.output<typeof params>;

const groupTitles: Readonly<Record<TaskGroup, string>> = {
  closedBook: 'closed-book questions',
  openBook: 'open-book questions',
  math: 'math word problems',
  all: 'all tasks',
  primitives: 'reasoning primitives',
};

/** Half a unit of the last digit that the paper prints. */
const roundingOf = (measure: TaskGroup | 'perplexity'): number => (measure === 'perplexity' ? 0.005 : 0.05);
const measureOf = (name: string, measure: TaskGroup | 'perplexity'): number => {
  const model = reportedModel(name);
  return measure === 'perplexity' ? model.perplexity : model.accuracy[measure];
};
const ofKind = (...kinds: readonly ReportedModel['kind'][]): ReportedModel[] => reportedModels.filter(({ kind }) => kinds.includes(kind));

async function run(ctx: StudyContext, p: Params): Promise<void> {
  recomputeGaps(ctx);
  recomputeMeans(ctx);
  fitDepths(ctx, p);
  compareAtEqualPerplexity(ctx);
  comparePrimitives(ctx);
}

/** Every %Gap from the rounded measures, beside the range that the unrounded ones can give. */
function recomputeGaps(ctx: StudyContext): void {
  const table = ctx.table('gaps', {
    model: 'utf8',
    measure: 'utf8',
    printed: 'float64',
    recomputed: 'float64',
    low: 'float64',
    high: 'float64',
    agrees: 'bool',
  });
  for (const { looped, isoParameter, isoFlop, gap } of reportedGaps) {
    for (const measure of ['perplexity', ...taskGroups] as const) {
      const measures = {
        looped: measureOf(looped, measure),
        isoParameter: measureOf(isoParameter, measure),
        isoFlop: measureOf(isoFlop, measure),
      };
      const [low, high] = percentageGapRange(measures, roundingOf(measure));
      const printed = gap[measure];
      // Whole per cents, some of them cut off instead of rounded: 48 stands where 48.5 is the least possible.
      const agrees = printed >= Math.floor(low) && printed <= Math.round(high);
      table.append({ model: looped, measure, printed, recomputed: percentageGap(measures), low, high, agrees });
    }
  }
}

/** Group means from the tasks of the appendix; `all` from those of three groups. */
function recomputeMeans(ctx: StudyContext): void {
  const table = ctx.table('means', { model: 'utf8', group: 'utf8', printed: 'float64', recomputed: 'float64' });
  for (const name of new Set(reportedTasks.map(({ model }) => model))) {
    const tasks = (...groups: readonly ListedGroup[]): readonly number[] =>
      reportedTasks.filter(({ model, group }) => model === name && groups.includes(group)).flatMap(({ accuracies }) => accuracies);
    for (const group of taskGroups) {
      const accuracies = group === 'all' ? tasks('closedBook', 'openBook', 'math') : tasks(group);
      table.append({ model: name, group, printed: measureOf(name, group), recomputed: mean(accuracies) });
    }
  }
}

/** accuracy = α · ln(depth) + β over the base models, and α of looped against base models on i-GSM. */
function fitDepths(ctx: StudyContext, p: Params): void {
  const points = ctx.table('depths', { group: 'utf8', depth: 'int32', accuracy: 'float64' });
  const fits = ctx.table('fits', {
    group: 'utf8',
    alpha: 'float64',
    alphaLow: 'float64',
    alphaHigh: 'float64',
    beta: 'float64',
    betaLow: 'float64',
    betaHigh: 'float64',
    rSquared: 'float64',
  });
  const bootstrap = { seed: ctx.seed, replicates: p.replicates, confidence: p.confidence };
  for (const group of taskGroups) {
    const base = ofKind('base').map(({ depth, accuracy }) => ({ depth, accuracy: accuracy[group] }));
    for (const point of base) points.append({ group: groupTitles[group], ...point });
    const { alpha, beta, rSquared } = fitScalingLaw(base, bootstrap);
    fits.append({
      group,
      alpha: alpha.value,
      alphaLow: alpha.low,
      alphaHigh: alpha.high,
      beta: beta.value,
      betaLow: beta.low,
      betaHigh: beta.high,
      rSquared,
    });
    ctx.result(`alpha ${group}`, alpha.value);
    ctx.result(`beta ${group}`, beta.value);
    ctx.result(`R² ${group}`, rSquared);
  }
  const symbolic = (of: (model: (typeof reportedSymbolicMath)[number]) => boolean) =>
    reportedSymbolicMath.filter(of).map(({ layers, loops, accuracy }) => ({ depth: layers * loops, accuracy }));
  const ratio = slopeRatio(
    symbolic(({ layers }) => layers === 1),
    symbolic(({ loops }) => loops === 1),
    bootstrap,
  );
  ctx.result('i-GSM alpha ratio', ratio.value);
  ctx.result('i-GSM alpha ratio, low', ratio.low);
  ctx.result('i-GSM alpha ratio, high', ratio.high);
}

/** Where two families of models have one perplexity, how much better looped ones answer. */
function compareAtEqualPerplexity(ctx: StudyContext): void {
  const names = { base: '(k⊗1)', looped: '(k⊗24/k)' } as const;
  const models = ofKind('base', 'looped');
  for (const group of taskGroups) {
    const points = models.map(({ kind, perplexity, accuracy }) => ({
      series: names[kind as 'base' | 'looped'],
      perplexity,
      accuracy: accuracy[group],
    }));
    const table = ctx.table(`isoplot-${kebab(group)}`, {
      model: 'utf8',
      perplexity: 'float64',
      logPerplexity: 'float64',
      accuracy: 'float64',
    });
    for (const { series, perplexity, accuracy } of points) {
      table.append({ model: series, perplexity, logPerplexity: -Math.log(perplexity), accuracy });
    }
    const lines = isoplotLines(points);
    const line = (series: string) => lines.find((candidate) => candidate.series === series)!;
    // The two families overlap from 7.90 to 8.79.
    ctx.result(`advantage ${group}`, meanAdvantage(line(names.looped), line(names.base))!);
  }
}

/** What looping gains on primitives without and with one step of indirection. */
function comparePrimitives(ctx: StudyContext): void {
  const accuracies = (name: string): readonly number[] =>
    reportedTasks.find(({ model, group }) => model === name && group === 'primitives')!.accuracies;
  const gains = reportedGaps
    .filter(({ looped }) => reportedModel(looped).kind === 'looped')
    .map(({ looped, isoParameter }) => accuracies(looped).map((accuracy, task) => accuracy - accuracies(isoParameter)[task]!));
  for (const depth of [0, 1]) {
    const tasks = tasksOfGroup.primitives.flatMap((name, i) => (name.endsWith(`depth ${depth}`) ? [i] : []));
    ctx.result(`primitives gain, depth ${depth}`, mean(gains.flatMap((gain) => tasks.map((i) => gain[i]!))));
  }
}

const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** Derived numbers of the paper, computed anew from its tables: no training. */
export const reportedResults = defineStudy({
  name: 'reported-results',
  title: "What follows from the paper's own tables",
  paper: { arxiv: '2502.17416', where: 'Tables 2 to 6, Figure 3' },
  summary: 'percentage gaps, scaling laws and isoplots of the reported language models',
  params,
  presets: { quick: {}, standard: { replicates: 100_000 }, paper: { replicates: 100_000 } },
  run,
  figures: [
    {
      name: 'depth',
      title: 'Accuracy of (D⊗1) against depth',
      kind: 'line',
      table: 'depths',
      x: 'depth',
      y: 'accuracy',
      series: 'group',
      xLabel: 'layers',
      yLabel: 'accuracy (%)',
      xScale: 'log',
    },
    ...taskGroups.map((group) => ({
      name: `isoplot-${kebab(group)}`,
      title: `At one perplexity: ${groupTitles[group]}`,
      kind: 'line' as const,
      table: `isoplot-${kebab(group)}`,
      x: 'logPerplexity',
      y: 'accuracy',
      series: 'model',
      xLabel: '−ln(perplexity)',
      yLabel: 'accuracy (%)',
    })),
  ],
  expect: reportedExpectations,
});

import type { Expectation, Results, StudyContext } from '@sardonyx/study';
import { bestLearningRate } from '../learning-rate-sweep.js';
import { type Metric, metrics, type SweepRuns } from './sweep-runs.js';

/** Records what a complete sweep found. */
export function recordSweep(ctx: StudyContext, runs: SweepRuns): void {
  const { contenders, grid } = runs;
  const sweep = ctx.table('sweep', { series: 'utf8', rate: 'float64', seed: 'int32', last: 'float64', average: 'float64' });
  for (let run = 0; run < runs.count; run++) {
    const last = runs.loss(run, 'last');
    if (last === undefined) continue;
    const { contender, seed, rate } = runs.placeOf(run);
    sweep.append({ series: contenders[contender]!.series, rate: grid[rate]!, seed, last, average: runs.loss(run, 'average')! });
  }
  ctx.result('loss at the start', runs.curves[runs.done.indexOf(1) * runs.width]!);
  contenders.forEach(({ series }, contender) => {
    for (const metric of metrics) recordMetric(ctx, runs, contender, series, metric);
  });
}

function recordMetric(ctx: StudyContext, runs: SweepRuns, contender: number, series: string, metric: Metric): void {
  const { grid, shape } = runs;
  const label = `${series}, ${metric}`;
  const rates = ctx.table('rates', { series: 'utf8', metric: 'utf8', rate: 'float64', problems: 'int32', loss: 'float64', label: 'utf8' });
  grid.forEach((rate, index) => {
    const known = Array.from({ length: shape.seeds }, (_, seed) => runs.loss(runs.at(contender, seed, index), metric)).filter(
      (loss) => loss !== undefined,
    );
    if (known.length > 0) rates.append({ series, metric, rate, problems: known.length, loss: mean(known), label });
  });

  const complete = grid.flatMap((learningRate, index) => {
    const losses = runs.losses(contender, index, metric);
    return losses === undefined ? [] : [{ learningRate, losses }];
  });
  const { learningRate, mean: loss, deviation, divergedRuns, atEdge } = bestLearningRate(complete, label);
  const best = ctx.table('best', {
    series: 'utf8',
    metric: 'utf8',
    rate: 'float64',
    mean: 'float64',
    deviation: 'float64',
    divergedRuns: 'int32',
    atEdge: 'bool',
  });
  best.append({ series, metric, rate: learningRate, mean: loss, deviation, divergedRuns, atEdge });
  if (atEdge) ctx.log(`${label}: the best learning rate, ${learningRate}, lies at the edge of the grid; widen it`);
  ctx.result(label, loss);
  ctx.result(`${label}: learning rate`, learningRate);
  ctx.result(`${label}: standard deviation`, deviation);
  ctx.result(`${label}: diverged runs`, divergedRuns);

  const curves = ctx.table('curves', { series: 'utf8', metric: 'utf8', step: 'int32', loss: 'float64', label: 'utf8' });
  const rate = grid.indexOf(learningRate);
  for (let step = 0; step <= shape.steps; step++) {
    curves.append({ series, metric, step, loss: mean(runs.losses(contender, rate, metric, step)!), label });
  }
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Whether one series is below all others on both metrics; with what is behind it. */
export function lowest(results: Results, winner: string, others: readonly string[]): { ours: string; verdict: 'holds' | 'fails' } {
  const lines = metrics.map((metric) => {
    const own = results.number(`${winner}, ${metric}`);
    const next = Math.min(...others.map((name) => results.number(`${name}, ${metric}`)));
    return { text: `${metric} ${own.toExponential(1)} against ${next.toExponential(1)}`, holds: own < next };
  });
  return { ours: lines.map(({ text }) => text).join('; '), verdict: lines.every(({ holds }) => holds) ? 'holds' : 'fails' };
}

/** The published losses beside ours, not judged: [last, average] of every series. */
export function besidePublished(
  published: Readonly<Record<string, readonly [last: number, average: number]>>,
  claim: string,
): Expectation[] {
  return Object.entries(published).flatMap(([series, values]) =>
    metrics.map((metric, at) => ({
      name: `${series}, ${metric}`,
      paper: values[at]!,
      claim,
      evaluate: (results) => ({ ours: results.number(`${series}, ${metric}`), verdict: 'reported' }),
    })),
  );
}

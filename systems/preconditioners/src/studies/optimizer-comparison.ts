import { flatten, random } from '@sardonyx/tensor';
import type { Cost, StudyContext } from '@sardonyx/study';
import { raceOptimizers, type RaceShape } from '../networks/optimizer-race.js';
import type { OptimizerName } from '../networks/optimizer-table.js';
import { feasible, shapeOf } from '../networks/race-parameters.js';
import { explainRow, type OptimizerSummary, summaryOf, targetLoss } from '../networks/race-summary.js';
import type { TrainingProblem } from '../networks/training-problem.js';
import { trialsOf } from '../networks/tuning-protocol.js';

interface ComparisonParameters extends Omit<RaceShape, 'optimizers'> {
  readonly optimizers: readonly OptimizerName[];
  readonly reference: OptimizerName;
}

/** Runs the comparison on a problem and records it: tables, results `loss (nats) <optimizer>`, and what stands at an edge. */
export async function compareOptimizers<P, B>(ctx: StudyContext, problem: TrainingProblem<P, B>, p: ComparisonParameters): Promise<void> {
  const params = problem.init(random.key(0));
  const [optimizers, infeasible] = feasible(p.optimizers, largestOf(params));
  if (!ctx.restored && infeasible.length > 0)
    ctx.log(`${infeasible.join(', ')}: left out, a parameter has ${largestOf(params)} elements; make the network smaller`);
  const record = await raceOptimizers(ctx, problem, shapeOf(p, optimizers));
  const target = targetLoss(record, p.reference);
  ctx.result('loss floor (nats)', problem.floor);
  ctx.result('target loss (nats)', target);
  optimizers.forEach((name, optimizer) => {
    const summary = summaryOf(record, optimizer, target);
    recordSummary(ctx, summary, problem.floor, explainRow(name, p.rootsEvery, params).stateFloats);
    recordTimes(ctx, summary, problem.floor);
    if (summary.atEdge)
      ctx.log(`${name}: the best learning rate, ${summary.learningRate.toPrecision(2)}, lies at the edge of its grid; raise --rates`);
  });
}

function recordSummary(ctx: StudyContext, summary: OptimizerSummary, floor: number, stateNumbers: number): void {
  const { name: optimizer, final, learningRate, atEdge, trials, divergedTrials, stepsToTarget, runsAtTarget } = summary;
  const tuning = ctx.table('tuning', { optimizer: 'utf8', rate: 'float64', loss: 'float64', excess: 'float64', chosen: 'bool' });
  for (const { learningRate: rate, loss, chosen } of summary.tuning) tuning.append({ optimizer, rate, loss, excess: loss - floor, chosen });
  const runs = ctx.table('runs', { optimizer: 'utf8', run: 'int32', loss: 'float64' });
  summary.finalLosses.forEach((loss, run) => runs.append({ optimizer, run, loss }));
  const curves = ctx.table('curves', {
    optimizer: 'utf8',
    step: 'int32',
    loss: 'float64',
    low: 'float64',
    high: 'float64',
    excess: 'float64',
  });
  for (const { step, mean, low, high } of summary.curve) curves.append({ optimizer, step, loss: mean, low, high, excess: mean - floor });
  ctx
    .table('final', {
      optimizer: 'utf8',
      rate: 'float64',
      atEdge: 'bool',
      trials: 'int32',
      divergedTrials: 'int32',
      loss: 'float64',
      low: 'float64',
      high: 'float64',
      excess: 'float64',
      stepsToTarget: 'float64',
      runsAtTarget: 'int32',
      stateNumbers: 'float64',
    })
    .append({
      optimizer,
      rate: learningRate,
      atEdge,
      trials,
      divergedTrials,
      loss: final.mean,
      low: final.low,
      high: final.high,
      excess: final.mean - floor,
      stepsToTarget,
      runsAtTarget,
      stateNumbers,
    });
  ctx.result(`loss (nats) ${optimizer}`, final.mean);
  ctx.result(`half-width of the 95 % interval (nats) ${optimizer}`, (final.high - final.low) / 2);
  ctx.result(`learning rate ${optimizer}`, learningRate);
  ctx.result(`steps to the target ${optimizer}`, stepsToTarget);
}

/** What depends on the machine and the moment: in tables of its own. */
function recordTimes(ctx: StudyContext, summary: OptimizerSummary, floor: number): void {
  const { name: optimizer, secondsPerStep, secondsToTarget, compileSeconds } = summary;
  ctx
    .table('times', { optimizer: 'utf8', millisecondsPerStep: 'float64', secondsToTarget: 'float64', compileSeconds: 'float64' })
    .append({ optimizer, millisecondsPerStep: 1000 * secondsPerStep, secondsToTarget, compileSeconds });
  const clock = ctx.table('clock', { optimizer: 'utf8', seconds: 'float64', loss: 'float64', excess: 'float64' });
  for (const { seconds, mean } of summary.curve) clock.append({ optimizer, seconds, loss: mean, excess: mean - floor });
}

const leavesOf = (params: unknown): ReturnType<typeof flatten>['leaves'] => flatten(params).leaves;

const largestOf = (params: unknown): number => Math.max(...leavesOf(params).map(({ size }) => size));

/** Parameters, updates and operations of a comparison on a network with these parameters; for a dry run. */
export function comparisonCost(p: ComparisonParameters, params: unknown, flopsPerStep: number): Cost {
  const [optimizers] = feasible(p.optimizers, largestOf(params));
  const updates = trialsOf(p) * p.steps;
  const flops = optimizers.reduce((sum, name) => sum + flopsPerStep + explainRow(name, p.rootsEvery, params).flopsPerStep, 0);
  return {
    parameters: leavesOf(params).reduce((sum, { size }) => sum + size, 0),
    optimizers: optimizers.length,
    trials: optimizers.length * trialsOf(p),
    updates: optimizers.length * updates,
    flops: updates * flops,
  };
}

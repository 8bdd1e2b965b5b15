import { type Explanation, explain } from '@sardonyx/optim';
import { evaluationsOf, type RaceRecord, stepOfEvaluation } from './optimizer-race.js';
import { optimizerNamed, type OptimizerName } from './optimizer-table.js';
import { type Interval, studentInterval } from './student-interval.js';
import { ratesAround, trialsOf } from './tuning-protocol.js';

/** One learning rate of an optimizer's grid, and the final validation loss it had on the tuning seed. */
export interface TunedRate {
  readonly learningRate: number;
  readonly loss: number;
  readonly chosen: boolean;
}

/** A point of the runs at the chosen rate. */
export interface CurvePoint extends Interval {
  readonly step: number;
  /** Mean training time up to it. */
  readonly seconds: number;
}

/** What the trials of an optimizer say. */
export interface OptimizerSummary {
  readonly name: OptimizerName;
  readonly tuning: readonly TunedRate[];
  /** NaN where all rates diverged. */
  readonly learningRate: number;
  readonly atEdge: boolean;
  /** That were run. */
  readonly trials: number;
  readonly divergedTrials: number;
  /** Final validation losses of the runs at the chosen rate, in the order of their seeds; ∞ where one diverged. */
  readonly finalLosses: readonly number[];
  readonly curve: readonly CurvePoint[];
  readonly final: Interval;
  /** Means over the runs of the first validation at or below the target, NaN unless all runs reached it. */
  readonly stepsToTarget: number;
  readonly secondsToTarget: number;
  readonly runsAtTarget: number;
  /** Median over the stretches between validations of all runs at the chosen rate. */
  readonly secondsPerStep: number;
  readonly compileSeconds: number;
}

/** The target: the highest final loss of the reference's runs, which all of them therefore reached; NaN where one diverged. */
export function targetLoss(record: RaceRecord, reference: OptimizerName): number {
  const at = record.shape.optimizers.indexOf(reference);
  const highest = Math.max(...runsOf(record).map((trial) => record.finalLoss(at, trial)));
  return Number.isFinite(highest) ? highest : Number.NaN;
}

/** The trials at the chosen rate. */
const runsOf = ({ shape: { rates, seeds } }: RaceRecord): number[] => Array.from({ length: seeds }, (_, run) => rates + run);

export function summaryOf(record: RaceRecord, optimizer: number, target: number): OptimizerSummary {
  const { shape } = record;
  const name = shape.optimizers[optimizer]!;
  const chosen = record.chosen(optimizer);
  const grid = ratesAround(optimizerNamed(name).centre, shape);
  const runs = runsOf(record);
  const finalLosses = runs.map((trial) => record.finalLoss(optimizer, trial));
  const all = Array.from({ length: trialsOf(shape) }, (_, trial) => record.finalLoss(optimizer, trial));
  const arrivals = runs.map((trial) => arrivalOf(record, optimizer, trial, target));
  return {
    name,
    tuning: grid.map((learningRate, rate) => ({
      learningRate,
      loss: record.finalLoss(optimizer, rate),
      chosen: rate === chosen?.rate,
    })),
    learningRate: chosen ? grid[chosen.rate]! : Number.NaN,
    atEdge: chosen?.atEdge ?? false,
    trials: record.trialsRun[optimizer]!,
    divergedTrials: all.filter((loss) => !Number.isFinite(loss)).length,
    finalLosses,
    curve: Array.from({ length: evaluationsOf(shape) }, (_, evaluation) => ({
      step: stepOfEvaluation(evaluation, shape),
      seconds: mean(runs.map((trial) => record.time(optimizer, trial, evaluation))),
      ...studentInterval(runs.map((trial) => record.loss(optimizer, trial, evaluation))),
    })),
    final: studentInterval(finalLosses),
    stepsToTarget: mean(arrivals.map((evaluation) => (evaluation === undefined ? NaN : stepOfEvaluation(evaluation, shape)))),
    secondsToTarget: mean(
      arrivals.map((evaluation, run) => (evaluation === undefined ? NaN : record.time(optimizer, runs[run]!, evaluation))),
    ),
    runsAtTarget: arrivals.filter((evaluation) => evaluation !== undefined).length,
    secondsPerStep: median(runs.flatMap((trial) => paces(record, optimizer, trial))),
    compileSeconds: record.compileSeconds[optimizer]!,
  };
}

/** The first validation of a trial at or below the target. */
function arrivalOf(record: RaceRecord, optimizer: number, trial: number, target: number): number | undefined {
  const evaluations = Array.from({ length: evaluationsOf(record.shape) }, (_, evaluation) => evaluation);
  return evaluations.find((evaluation) => record.loss(optimizer, trial, evaluation) <= target);
}

/** Seconds an update between validations of a trial, up to where it diverged. */
function paces(record: RaceRecord, optimizer: number, trial: number): number[] {
  const { shape } = record;
  return Array.from({ length: evaluationsOf(shape) - 1 }, (_, before) => {
    const steps = stepOfEvaluation(before + 1, shape) - stepOfEvaluation(before, shape);
    const seconds = record.time(optimizer, trial, before + 1) - record.time(optimizer, trial, before);
    return Number.isFinite(record.loss(optimizer, trial, before + 1)) ? seconds / steps : Number.NaN;
  }).filter(Number.isFinite);
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length === 0 ? Number.NaN : (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2;
}

/** What an optimizer keeps and computes for these parameters, whose values are not looked at. */
export const explainRow = (name: OptimizerName, rootsEvery: number, params: unknown): Explanation =>
  explain(optimizerNamed(name).make({ learningRate: 1, rootsEvery }), params);

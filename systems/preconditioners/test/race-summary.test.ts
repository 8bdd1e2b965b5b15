import { describe, expect, test } from 'vitest';
import { evaluationsOf, RaceRecord, type RaceShape, stepOfEvaluation, studentInterval, summaryOf, targetLoss } from '../src/index.js';

const shape: RaceShape = {
  optimizers: ['adamW', 'sgd'],
  rates: 3,
  spacing: 1,
  seeds: 2,
  steps: 25,
  evaluateEvery: 10,
  schedule: 'cosine',
  rootsEvery: 1,
};

/** Trials of losses at steps 0, 10, 20, 25, each step taking a hundredth of a second, one of sgd two. */
function recorded(): RaceRecord {
  const record = new RaceRecord(shape);
  const trials = [
    [
      [3, 2, 2, 2],
      [3, 2, 1, 1],
      [3, 3, 3, 3],
      [3, 2.5, 1.5, 1],
      [3, 2.2, 1.2, 1.1],
    ],
    [
      [3, 2, 1.8, 1.5],
      [3, Infinity, Infinity, Infinity],
      [3, Infinity, Infinity, Infinity],
      [3, 2, 1.1, 0.9],
      [3, 2.4, 1.6, 1.3],
    ],
  ];
  trials.forEach((own, optimizer) =>
    own.forEach((losses, trial) => {
      losses.forEach((loss, evaluation) =>
        record.set(optimizer, trial, evaluation, loss, (optimizer + 1) * 0.01 * stepOfEvaluation(evaluation, shape)),
      );
      record.trialsRun[optimizer]! += 1;
    }),
  );
  return record;
}

describe('the summary of a comparison', () => {
  const record = recorded();
  const target = targetLoss(record, 'adamW');

  test('has a validation before the first update, every so many, and after the last', () => {
    expect(evaluationsOf(shape)).toBe(4);
    expect([0, 1, 2, 3].map((evaluation) => stepOfEvaluation(evaluation, shape))).toEqual([0, 10, 20, 25]);
  });

  test('has the reference’s highest final loss as its target, which all its runs reach', () => {
    expect(target).toBe(1.1);
    const { runsAtTarget, stepsToTarget, secondsToTarget } = summaryOf(record, 0, target);
    expect({ runsAtTarget, stepsToTarget }).toEqual({ runsAtTarget: 2, stepsToTarget: 25 });
    expect(secondsToTarget).toBeCloseTo(0.25, 12);
    // One of two runs reaches it: there is no mean.
    const other = summaryOf(record, 1, target);
    expect([other.runsAtTarget, other.stepsToTarget, other.secondsToTarget]).toEqual([1, NaN, NaN]);
  });

  test('has the chosen rate, losses with their interval, and times', () => {
    const [adamW, sgd] = [summaryOf(record, 0, target), summaryOf(record, 1, target)];
    expect(adamW.tuning.map(({ loss, chosen }) => [loss, chosen])).toEqual([
      [2, false],
      [1, true],
      [3, false],
    ]);
    expect([adamW.learningRate, adamW.atEdge]).toEqual([0.03, false]);
    expect(sgd.learningRate).toBeCloseTo(0.1, 12);
    expect([sgd.atEdge, sgd.divergedTrials, sgd.trials]).toEqual([true, 2, 5]);
    expect(adamW.final).toEqual(studentInterval([1, 1.1]));
    expect(adamW.curve.map(({ step, mean }) => [step, mean])).toEqual([
      [0, 3],
      [10, 2.35],
      [20, 1.35],
      [25, 1.05],
    ]);
    expect([adamW.secondsPerStep, sgd.secondsPerStep].map((seconds) => Number(seconds.toFixed(12)))).toEqual([0.01, 0.02]);
  });

  test('comes back from its arrays', () => {
    const { losses, seconds, trialsRun } = new RaceRecord(shape, record.arrays());
    expect({ losses, seconds, trialsRun }).toEqual({ losses: record.losses, seconds: record.seconds, trialsRun: record.trialsRun });
  });

  test('has no result for what diverged', () => {
    const lost = new RaceRecord(shape);
    for (let trial = 0; trial < 5; trial++) lost.diverge(0, trial, 0, 0);
    const { learningRate, final, secondsPerStep, divergedTrials } = summaryOf(lost, 0, NaN);
    expect([learningRate, final.mean, secondsPerStep, divergedTrials]).toEqual([NaN, Infinity, NaN, 5]);
    expect(targetLoss(lost, 'adamW')).toBeNaN();
  });
});

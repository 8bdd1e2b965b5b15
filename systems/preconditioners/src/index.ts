import { defineSystem } from '@sardonyx/study';
import { audit, bound, explain, roots } from './commands.js';
import { learningRates } from './studies/learning-rates.js';
import { matrixQuadraticEma } from './studies/matrix-quadratic-ema.js';
import { matrixQuadratic } from './studies/matrix-quadratic.js';
import { mlpTraining } from './studies/mlp-training.js';
import { monotonicity } from './studies/monotonicity.js';
import { onlineRegret } from './studies/online-regret.js';
import { precision } from './studies/precision.js';
import { reducedSize } from './studies/reduced-size.js';
import { shampooBounds } from './studies/shampoo-bounds.js';
import { transformerTraining } from './studies/transformer-training.js';
import { worstCaseRates } from './studies/worst-case-rates.js';

export * from './errors.js';
export * from './preconditioner-set.js';
export * from './sets/standard-sets.js';
export * from './sets/composed-sets.js';
export * from './algebra/algebra-set.js';
export * from './algebra/membership.js';
export * from './algebra/named-algebras.js';
export * from './roots/root-options.js';
export { minimiseOverSpace, type ConvexMinimum } from './roots/convex-root.js';
export * from './statistics/set-statistic.js';
export * from './preconditioner.js';
export * from './norms.js';
export * from './projections/ball-projection.js';
export * from './running-average.js';
export * from './adaptive-method.js';
export type { NonFinitePolicy } from './gradient-check.js';
export * from './two-sided-shampoo.js';
export * from './ill-structured.js';
export * from './learning-rate-sweep.js';
export * from './bounds/regret-meter.js';
export * from './bounds/rate-bounds.js';
export * from './smoothness/diagonal-smoothness.js';
export * from './smoothness/set-smoothness.js';
export * from './problems/worst-case.js';
export * from './problems/online-losses.js';
export * from './problems/online-run.js';
export * from './data/libsvm.js';
export * from './data/idx.js';
export * from './networks/training-problem.js';
export * from './networks/multilayer-perceptron.js';
export * from './networks/teacher-examples.js';
export * from './networks/classification.js';
export * from './networks/character-transformer.js';
export * from './networks/word-source.js';
export * from './networks/text.js';
export * from './networks/network-trainer.js';
export * from './networks/optimizer-table.js';
export * from './networks/tuning-protocol.js';
export * from './networks/student-interval.js';
export * from './networks/optimizer-race.js';
export * from './networks/race-summary.js';
export * from './problems/matrix-quadratic.js';
export * from './problems/algorithms.js';

/** Adaptive optimization with structured preconditioners: one algorithm, a set of allowed preconditioners. */
export const system = defineSystem({
  name: 'preconditioners',
  title: 'Structured preconditioners',
  paper: {
    arxiv: '2503.10537',
    title: 'Structured Preconditioners in Adaptive Optimization: A Unified Analysis',
    authors: 'Shuo Xie, Tianhao Wang, Sashank Reddi, Sanjiv Kumar, Zhiyuan Li',
    year: 2025,
  },
  summary: 'adaptive optimizers as one algorithm with a set of allowed preconditioners; one-sided Shampoo; regret and rates',
  studies: [
    matrixQuadratic,
    matrixQuadraticEma,
    learningRates,
    reducedSize,
    worstCaseRates,
    shampooBounds,
    monotonicity,
    onlineRegret,
    precision,
    mlpTraining,
    transformerTraining,
  ],
  commands: [audit, bound, explain, roots],
});

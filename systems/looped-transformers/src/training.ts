/* The model, its data and its trainer without the studies: what a program or a page imports that trains by itself. */

export * from './analysis/analyze-loops.js';
export * from './analysis/analyze-pointers.js';
export { type AnalyzedBatch, type ProblemChoice, problemBatches, tokenBatch } from './analysis/analyzed-batch.js';
export * from './model/block-cosines.js';
export * from './training/curriculum.js';
export * from './generation/decoding.js';
export * from './training/divergence.js';
export * from './model/early-exit.js';
export * from './model/gpt2-weights.js';
export * from './training/gradual-stacking.js';
export * from './training/judgement.js';
export * from './language/in-memory.js';
export * from './training/loop-sampling.js';
export * from './training/looping-regularizer.js';
export * from './model/model.js';
export { ModelError, type ModelErrorCode } from './model/model-error.js';
export * from './generation/model-session.js';
export * from './model/model-text.js';
export * from './model/observation.js';
export * from './model/onnx-export.js';
export * from './training/optimizer-choice.js';
export * from './generation/sampling.js';
export * from './model/sequence-batch.js';
export * from './tasks/addition.js';
export * from './tasks/group-composition.js';
export * from './tasks/groups.js';
export * from './tasks/hop-samplers.js';
export * from './tasks/hops.js';
export * from './tasks/key-value-table.js';
export * from './tasks/mixture.js';
export * from './tasks/named-groups.js';
export * from './tasks/p-hop.js';
export * from './tasks/registry.js';
export * from './tasks/shortcut-levels.js';
export * from './tasks/split.js';
export { type Formula, operationsOf, printFormula } from './tasks/symbolic-igsm/formula.js';
export * from './tasks/symbolic-igsm/igsm.js';
export { parseQuestion } from './tasks/symbolic-igsm/parser.js';
export {
  depthOf,
  operationCount,
  printQuestion,
  type Question as IgsmQuestion,
  type SolutionStep,
  solve,
  solveInTopologicalOrder,
} from './tasks/symbolic-igsm/question.js';
export { templateOf } from './tasks/symbolic-igsm/template.js';
export * from './tasks/task.js';
export * from './tasks/task-error.js';
export * from './tasks/task-example.js';
export { type PackedSequences, packSequences, promptAndAnswer, type TaskSequence, unsupervised } from './tasks/task-sequence.js';
export * from './tasks/variable-assignment.js';
export * from './training/trainer.js';
export * from './training/training-options.js';

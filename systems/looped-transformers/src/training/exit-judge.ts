import { argmax, cast, crossEntropy, jit, type Tensor, tensor, treeLeaves } from '@sardonyx/tensor';
import { createEarlyExit, type ExitRule } from '../model/early-exit.js';
import { type LoopedTransformerConfig, type LoopedTransformerParameters, loopsOf } from '../model/model.js';
import type { SequenceBatch } from '../model/sequence-batch.js';
import type { Judgement } from './judgement.js';

/** Judges the answers of a model whose sequences leave the loop by a rule, each at its own number of loops. */
export interface ExitJudge {
  /** Right and wrong, and losses, position by position, read out where each sequence left. The batch is given up. */
  judge(batch: SequenceBatch): Promise<Judgement>;
  /** Sequences that left after 1, 2, … loops, up to the maximum, in all batches so far. */
  readonly sequences: readonly number[];
  dispose(): void;
}

/**
 * Judges a model of fixed parameters. What a rule measures of a sequence is taken over the positions that count in the batch,
 * so that padding and prompts decide nothing.
 * Throws ModelError `loops` for a maximum that the model cannot be applied with; `judge` throws `option` as the rule.
 * @param maximum loops after which every sequence leaves; the configured number by default
 */
export function exitJudge(
  params: LoopedTransformerParameters,
  config: LoopedTransformerConfig,
  rule: ExitRule,
  maximum = config.loops,
): ExitJudge {
  const exit = createEarlyExit(params, config);
  const sequences = Array.from({ length: loopsOf(config, maximum) }, () => 0);
  const judged = jit(
    (logits: Tensor, targets: Tensor) => ({
      right: cast(cast(argmax(logits, -1), 'int32').equal(targets), 'uint8'),
      losses: crossEntropy(logits, targets, { reduction: 'none' }),
    }),
    { name: 'judgement of read-outs' },
  );
  return {
    sequences,
    async judge(batch) {
      const [rows, length] = batch.tokens.shape as [number, number];
      const weights = await batch.weights.data<'float32'>();
      const counts = Array.from({ length: rows }, (_, row) => weights.subarray(row * length, (row + 1) * length).some((x) => x !== 0));
      // A row that only fills the batch up has no position to be measured by; any will do, for it is not counted.
      const measured = tensor(
        weights.map((weight, i) => (counts[Math.floor(i / length)] ? weight : 1)),
        [rows, length],
      );
      const { logits, loops } = await exit.run(batch.tokens, rule, { maximum, weights: measured });
      loops.forEach((loop, row) => {
        if (counts[row]) sequences[loop - 1]! += 1;
      });
      const result = judged(logits, batch.targets);
      const [right, losses] = await Promise.all([result.right.data<'uint8'>(), result.losses.data<'float32'>()]);
      for (const leaf of treeLeaves([batch, measured, logits, result])) leaf.dispose();
      return { batch: rows, length, right, losses, weights };
    },
    dispose() {
      exit.dispose();
      judged.dispose();
    },
  };
}

/** The mean number of loops of sequences that left after 1, 2, … loops; NaN of none. */
export function meanLoops(sequences: readonly number[]): number {
  const total = sequences.reduce((sum, count) => sum + count, 0);
  return sequences.reduce((sum, count, i) => sum + count * (i + 1), 0) / total;
}

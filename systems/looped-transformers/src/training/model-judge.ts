import { argmax, cast, crossEntropy, jit, treeLeaves } from '@sardonyx/tensor';
import type { Judgement } from './judgement.js';
import { loopedTransformer, type LoopedTransformerConfig, type LoopedTransformerParameters } from '../model/model.js';
import type { SequenceBatch } from '../model/sequence-batch.js';

/** Judges the answers of a model, compiled once a shape and number of loops. */
export interface ModelJudge {
  /** Right and wrong, and losses, position by position. The batch is given up. */
  judge(batch: SequenceBatch, loops?: number): Promise<Judgement>;
  dispose(): void;
}

/** Judges a model of fixed parameters. */
export function modelJudge(params: LoopedTransformerParameters, config: LoopedTransformerConfig): ModelJudge {
  const { judge, dispose } = parametersJudge(config);
  return { judge: (batch, loops) => judge(params, batch, loops), dispose };
}

/** Judges whatever parameters it is given; those of a model in training change with every step. */
export function parametersJudge(config: LoopedTransformerConfig) {
  const judged = jit(
    (params: LoopedTransformerParameters, { tokens, targets }: SequenceBatch, loops: number) => {
      const logits = loopedTransformer(params, tokens, config, { loops });
      return {
        right: cast(cast(argmax(logits, -1), 'int32').equal(targets), 'uint8'),
        losses: crossEntropy(logits, targets, { reduction: 'none' }),
      };
    },
    { name: 'judgement' },
  );
  return {
    async judge(params: LoopedTransformerParameters, batch: SequenceBatch, loops = config.loops): Promise<Judgement> {
      const result = judged(params, batch, loops);
      const [right, losses, weights] = await Promise.all([
        result.right.data<'uint8'>(),
        result.losses.data<'float32'>(),
        batch.weights.data<'float32'>(),
      ]);
      const [rows, length] = batch.tokens.shape as [number, number];
      for (const tensor of treeLeaves([batch, result])) tensor.dispose();
      return { batch: rows, length, right, losses, weights };
    },
    dispose: () => judged.dispose(),
  };
}

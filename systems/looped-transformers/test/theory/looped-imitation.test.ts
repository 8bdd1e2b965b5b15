import { evaluate, random, treeMap } from '@sardonyx/tensor';
import { RandomStream } from '@sardonyx/data';
import { expect, test } from 'vitest';
import { initLoopedTransformer, type LoopedTransformerConfig } from '../../src/model.js';
import { imitateByLooping } from '../../src/theory/looped-imitation.js';
import { unrolledModel } from '../../src/theory/plain-model.js';
import { solve, sequenceLogits } from '../../src/theory/construction.js';
test('x', async () => {
  const config: LoopedTransformerConfig = {
    layers: 4,
    loops: 3,
    width: 16,
    heads: 2,
    hidden: 32,
    vocabulary: 11,
    length: 12,
    positions: 'learned',
    inject: 'none',
    activation: 'relu',
    norm: 'none',
  };
  const params = await evaluate(treeMap((x) => x.mul(1.5).cast('float64'), initLoopedTransformer(random.key(1), config)));
  const stream = new RandomStream(1, 'x');
  const seqs = Array.from({ length: 8 }, () => Array.from({ length: 12 }, () => stream.integer(11)));
  const model = { config, params, schedule: [0, 1, 1, 3, 2, 0, 3, 3, 1, 2, 0, 1] };
  const im = await imitateByLooping(model, seqs);
  console.log(im.B, im.C, im.requiredB, im.requiredC, im.claimed, im.config);
  const truth = await sequenceLogits(unrolledModel(model), seqs);
  const diff = (ours: Float64Array[]) => {
    let d = 0,
      s = 0;
    truth.forEach((t, b) =>
      t.forEach((x, i) => {
        d = Math.max(d, Math.abs(x - ours[b]![i]!));
        s = Math.max(s, Math.abs(x));
      }),
    );
    return d / s;
  };
  console.log('diff', diff(await solve(im, seqs)));
  console.log('diff', diff(await solve(await imitateByLooping(model, seqs, { B: 1, unchecked: true }), seqs)));
  console.log('diff', diff(await solve(await imitateByLooping(model, seqs, { C: 0.1, unchecked: true }), seqs)));
  console.log('diff', diff(await solve(await imitateByLooping(model, seqs, { B: im.requiredB, C: im.requiredC }), seqs)));
});

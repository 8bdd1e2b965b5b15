import { matrix } from '@sardonyx/linalg';
import { evaluate, random } from '@sardonyx/tensor';
import { describe, expect, test } from 'vitest';
import { analyzeLoops } from '../../src/analysis/analyze-loops.js';
import { problemBatches, tokenBatch } from '../../src/analysis/analyzed-batch.js';
import { linearCka } from '../../src/analysis/linear-cka.js';
import { createLoopReader } from '../../src/analysis/loop-reader.js';
import { initLoopedTransformer, type LoopedTransformerConfig } from '../../src/model/model.js';
import { observeModel } from '../../src/model/observation.js';
import { scoreOf } from '../../src/training/evaluation.js';
import { meanOf } from '../../src/training/judgement.js';
import { modelJudge } from '../../src/training/model-judge.js';
import { taskBucket } from '../../src/training/task-training.js';
import { taskNamed } from '../../src/tasks/registry.js';

import { assembleModel } from '../../src/theory/construction.js';
import { linearNeurons } from '../../src/theory/layer-weights.js';

const task = taskNamed('addition', { digits: 1, operands: [2, 3] });
const config: LoopedTransformerConfig = {
  layers: 1,
  loops: 3,
  width: 16,
  heads: 2,
  hidden: 24,
  vocabulary: task.vocabulary.length,
  length: task.length,
  positions: 'learned',
  inject: 'add',
  activation: 'relu',
};
const params = await evaluate(initLoopedTransformer(random.key(1), config));
const model = { config, params };
const choice = { split: 'test', seed: 3, count: 10, batchSize: 4 } as const;

describe('analysis of loops', () => {
  test('the lens of the last loop is the judged model, with as many loops as asked for', async () => {
    const judge = modelJudge(params, config);
    for (const loops of [1, 3, 5]) {
      const { states } = await analyzeLoops(model, problemBatches(task, choice), { loops });
      expect(states.length).toBe(loops + 1);
      const score = await scoreOf((batch) => judge.judge(batch, loops), taskBucket(task, { ...choice, name: 'test', difficulty: 0 }));
      expect(states.at(-1)!.accuracy).toBe(meanOf(score.dense));
      // Two compilations of one model in float32 may order sums otherwise.
      expect(states.at(-1)!.loss).toBeCloseTo(meanOf(score.loss), 5);
    }
    judge.dispose();
  });

  test('padding counts nowhere: a prompt by itself and a batch of two lengths say the same', async () => {
    const [batch] = [...problemBatches(task, { ...choice, batchSize: 10 })];
    const lengths = batch!.sequences.map(({ tokens }) => tokens.length);
    expect(new Set(lengths).size).toBeGreaterThan(1);
    const whole = await analyzeLoops(model, [batch!]);
    expect(whole.positions).toBe(lengths.reduce((a, b) => a + b, 0));
    expect(whole.sequences).toBe(10);
    let [squares, cosines] = [0, 0];
    for (const { tokens } of batch!.sequences) {
      const { states, positions, supervised } = await analyzeLoops(model, [tokenBatch([tokens])]);
      expect([positions, supervised]).toEqual([tokens.length, 0]);
      expect(states[2]!.accuracy).toBeNaN();
      squares += positions * states[2]!.norm ** 2;
      cosines += positions * states[2]!.cosine;
    }
    // float32 states of one sequence and of ten.
    expect(Math.sqrt(squares / whole.positions)).toBeCloseTo(whole.states[2]!.norm, 6);
    expect(cosines / whole.positions).toBeCloseTo(whole.states[2]!.cosine, 6);
  });

  test('batches do not matter, and CKA is that of the states themselves', async () => {
    const [whole] = [...problemBatches(task, { ...choice, count: 1 })];
    const reader = createLoopReader(model);
    const { states, length } = await reader.read(whole!.batch);
    reader.dispose();
    const own = whole!.sequences[0]!.tokens.length;
    const rows = states.map(({ data, width }) => matrix(own, width, Float64Array.from(data).slice(0, own * width)));
    const { cka, states: summaries } = await analyzeLoops(model, problemBatches(task, { ...choice, count: 1 }));
    expect(length).toBe(task.length);
    rows.forEach((x, s) => rows.forEach((y, t) => expect(cka[s]![t]).toBeCloseTo(linearCka(x, y), 9)));
    expect(summaries.map((state) => state.cka)).toEqual([NaN, cka[1]![0], cka[2]![1], cka[3]![2]]);
    const [one, ten] = await Promise.all(
      [1, 10].map((batchSize) => analyzeLoops(model, problemBatches(task, { ...choice, batchSize }), { extraLoops: 2 })),
    );
    one!.states.forEach((state, t) => {
      expect(state.norm).toBeCloseTo(ten!.states[t]!.norm, 6);
      expect(state.accuracy).toBe(ten!.states[t]!.accuracy);
      expect(state.distance).toBeCloseTo(ten!.states[t]!.distance, 6);
    });
  });

  test('attention is that of observeModel', async () => {
    const tokens = [...problemBatches(task, { ...choice, count: 1 })][0]!.sequences[0]!.tokens;
    const reader = createLoopReader(model, { loops: 2 });
    const { attention } = await reader.read(tokenBatch([tokens]).batch);
    reader.dispose();
    const { layers } = await observeModel(params, config, tokens, { loops: 2 });
    expect(attention.map(([map]) => Array.from(map!))).toEqual(layers.map(({ heads }) => heads.flatMap((head) => Array.from(head))));
  });

  test('a loop that halves its way reaches its fixed point at that rate', async () => {
    // X ↦ X/2 + b in the model's own code: neurons take half away and add b. In float32 halves are exact.
    const [width, b] = [3, [1, -2, 0.5]];
    const halving = assembleModel(
      {
        width,
        heads: 1,
        loops: 4,
        tokens: [[[0, 4]], [[1, 8]]],
        positions: Array.from({ length: 5 }, (_, i) => [[2, i]] as const),
        layers: [
          {
            neurons: [
              ...b.flatMap((_, k) => linearNeurons([[k, 1]], [[k, -0.5]])),
              { input: [], bias: 1, output: b.map((value, k) => [k, value] as const) },
            ],
          },
        ],
        logits: [[[0, 1]], [[1, 1]]],
      },
      'float32',
    );
    const tokens = [0, 1, 1, 0, 1];
    const limit = b.map((value) => 2 * value);
    const first = tokens.map((token, i) => [token === 0 ? 4 : 0, token === 1 ? 8 : 0, i]);
    const way = Math.sqrt(first.flat().reduce((sum, x, at) => sum + (x - limit[at % width]!) ** 2, 0));
    const extraLoops = 20;
    const { states, convergence } = await analyzeLoops(halving, [tokenBatch([tokens])], { extraLoops });
    const norm = Math.sqrt(tokens.length * limit.reduce((sum, x) => sum + x * x, 0));
    // The last state is 2⁻²⁴ of the way from the limit.
    for (const { loop, distance } of states) expect(distance).toBeCloseTo((2 ** -loop * way) / norm, 6);
    expect(convergence!.rate).toBeCloseTo(0.5, 2);
    expect(convergence!.converges).toBe(true);
    const short = await analyzeLoops(halving, [tokenBatch([tokens])], { loops: 2, extraLoops: 2 });
    expect(short.convergence!.remaining).toBeCloseTo((2 ** -4 * way) / norm, 1);
    expect(short.convergence!.converges).toBe(false);
  });

  test('a loop that grows without bound converges nowhere, and is refused where its numbers end', async () => {
    // X ↦ 16·X: 2 · 16³¹ is the last power in float32.
    const growing = assembleModel(
      {
        width: 2,
        heads: 1,
        loops: 4,
        tokens: [[[0, 1]], [[1, 2]]],
        positions: Array.from({ length: 4 }, () => []),
        layers: [{ neurons: [0, 1].flatMap((k) => linearNeurons([[k, 1]], [[k, 15]])) }],
        logits: [[[0, 1]], [[1, 1]]],
      },
      'float32',
    );
    const { states, convergence } = await analyzeLoops(growing, [tokenBatch([[0, 1, 1]])], { extraLoops: 60 });
    expect(states.map(({ norm }) => norm / Math.sqrt(9 / 6))).toEqual([1, 16, 256, 4096, 65_536]);
    expect(states.map(({ change }) => change)).toEqual([NaN, 15, 15, 15, 15]);
    expect(convergence!.converges).toBe(false);
    await expect(analyzeLoops(growing, [tokenBatch([[0, 1, 1]])], { loops: 60 })).rejects.toThrow(
      /scatter: expected finite numbers, given (Infinity|NaN); look where the model diverges: apply fewer loops/,
    );
  });

  test('without loops to go on there is no fixed point to tell of; without sequences, nothing', async () => {
    const { states, convergence } = await analyzeLoops(model, problemBatches(task, choice));
    expect([states[0]!.distance, convergence]).toEqual([NaN, undefined]);
    await expect(analyzeLoops(model, [])).rejects.toThrow('expected sequences, given none');
    await expect(analyzeLoops(model, problemBatches(task, choice), { loops: 0 })).rejects.toThrow('positive integer');
    const stopped = AbortSignal.abort();
    await expect(analyzeLoops(model, problemBatches(task, choice), { signal: stopped })).rejects.toThrow(/abort/i);
  });
});

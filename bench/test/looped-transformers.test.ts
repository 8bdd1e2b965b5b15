import { initLoopedTransformer } from '@sardonyx/looped-transformers/training';
import { flatten, random } from '@sardonyx/tensor';
import { describe, expect, it } from 'vitest';
import { projection } from '../src/formula.js';
import type { CaseResult } from '../src/harness.js';
import { loopedBatch, loopedParameters, loopedPrompts } from '../src/looped-transformer-arrays.js';
import { loopedCases, loopedCaseSchema, type LoopedModel } from '../src/looped-transformer-cases.js';
import { caseTable } from '../src/report.js';

const hops: LoopedModel = {
  layers: 1,
  loops: 6,
  width: 128,
  heads: 8,
  hidden: 512,
  vocabulary: 4,
  length: 256,
  positions: 'rotary',
  activation: 'geluTanh',
};

describe('cases of looped transformers', () => {
  it('are well-formed and named once', () => {
    for (const { specification } of loopedCases) loopedCaseSchema.parse(specification);
    expect(new Set(loopedCases.map(({ name }) => name)).size).toBe(loopedCases.length);
  });

  it('fit their models: prompt and new tokens fill the sequence', () => {
    for (const { specification, tokens } of loopedCases) {
      const parsed = loopedCaseSchema.parse(specification);
      if (parsed.kind === 'train') expect(tokens).toBe(parsed.batch * parsed.model.length);
      else {
        expect(parsed.prompt + parsed.newTokens).toBe(parsed.model.length);
        expect(tokens).toBe(parsed.batch * parsed.newTokens);
      }
    }
  });

  it('give every parameter of the model, by its path and shape', () => {
    const models = new Map(loopedCases.map(({ specification }) => [JSON.stringify(specification['model']), specification['model']]));
    for (const model of [...models.values()] as LoopedModel[]) {
      const { leaves, structure } = flatten(initLoopedTransformer(random.key(0), { ...model, inject: 'none' }));
      const expected = leaves.map(({ shape }, i) => `${structure.paths[i]} ${shape.join('×')}`);
      expect(
        loopedParameters(model)
          .map(({ name, shape }) => `${name} ${shape.join('×')}`)
          .sort(),
      ).toEqual(expected.sort());
    }
  });

  it('have the values that peers/formula.py gives', () => {
    // From `projection` over `looped_parameters`, `looped_batch` and `looped_prompts` of formula.py.
    const values = new Map(loopedParameters(hops).map(({ name, values }) => [name, projection(values)]));
    expect(values.get('tokenEmbedding.weight')).toBeCloseTo(0.026019263063074546, 12);
    expect(values.get('block[0].attention.output.weight')).toBeCloseTo(-0.0004226876114881758, 12);
    expect(values.get('block[0].mlp.down.weight')).toBeCloseTo(0.01026425586370349, 12);
    expect(values.get('head.weight')).toBeCloseTo(0.07640885328038434, 12);
    const optimizer = { learningRate: 0, beta1: 0, beta2: 0, epsilon: 0, weightDecay: 0, clipNorm: 1 };
    const batch = loopedBatch({ kind: 'train', model: hops, batch: 2, supervised: 1, checkpoint: 'none', optimizer });
    expect([...batch.tokens.subarray(256, 261)]).toEqual([1, 3, 2, 1, 3]);
    expect([batch.targets[255], batch.targets[511]]).toEqual([3, 1]);
    expect([...batch.weights.keys()].filter((i) => batch.weights[i] === 1)).toEqual([255, 511]);
    expect(loopedPrompts({ kind: 'generate', model: hops, batch: 2, prompt: 5, newTokens: 251 })).toEqual([
      [2, 0, 0, 3, 2],
      [3, 3, 2, 0, 3],
    ]);
  });
});

it('the report has columns for tokens a second and for memory above the start', () => {
  const result: CaseResult = {
    name: 'generate',
    measure: 'step',
    tokens: 240,
    disagreements: [],
    results: [
      {
        status: 'measured',
        contender: 'sardonyx',
        family: 'sardonyx',
        versions: {},
        compileSeconds: 0,
        firstStepSeconds: 0,
        rounds: [{ medianSeconds: 0.05, minimumSeconds: 0.05, iterations: 3 }],
        checkpoints: [],
        rssBytes: 150 * 2 ** 20,
        restingRssBytes: 40 * 2 ** 20,
      },
    ],
  };
  const [, header, row] = caseTable(result).split('\n');
  const cells = (line: string): string[] => line.trim().split(/ {2,}/);
  expect(cells(header!).slice(4)).toEqual(['ours/peer', 'tokens/s', 'first step', 'peak memory', 'above start', 'others (most)']);
  expect(cells(row!).slice(4)).toEqual(['4,800', '0.00 µs', '150 MiB', '110 MiB']);
});

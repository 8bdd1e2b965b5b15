import { random } from '@sardonyx/tensor';
import { describe, expect, test } from 'vitest';
import {
  activationBytes,
  causalFlopsPerToken,
  checkConfig,
  completeConfig,
  effectiveDepth,
  expectDepth,
  flopsPerToken,
  initLoopedTransformer,
  isoFlop,
  isoParameter,
  loopedName,
  type LoopedTransformerConfig,
  matrixParametersPerLayer,
  modelSize,
  parameterCounts,
  trainingFlopsPerToken,
} from '../src/model/model.js';
import { ModelError } from '../src/model/model-error.js';

const config: LoopedTransformerConfig = {
  layers: 2,
  loops: 3,
  width: 256,
  heads: 8,
  hidden: 1024,
  vocabulary: 14,
  length: 40,
  positions: 'rotary',
  inject: 'none',
  activation: 'geluTanh',
};

describe('sizes', () => {
  test('of the paper: parameters of a layer, and the two sizes of its language model', () => {
    expect(matrixParametersPerLayer(config)).toBe(786_432);
    expect(matrixParametersPerLayer({ ...config, width: 128, hidden: 512 })).toBe(196_608);
    const large: LoopedTransformerConfig = {
      ...config,
      layers: 24,
      loops: 1,
      width: 2048,
      hidden: 5120,
      heads: 32,
      vocabulary: 256_000,
      length: 1280,
      norm: 'none',
      mlpBias: 'none',
      tiedHead: true,
    };
    expect(parameterCounts(large)).toEqual({
      distinct: 905_969_664 + 256_000 * 2048,
      embedding: 256_000 * 2048,
      nonEmbedding: 905_969_664,
      effective: 905_969_664 + 256_000 * 2048,
    });
    expect(parameterCounts({ ...large, layers: 6, loops: 4 })).toMatchObject({
      nonEmbedding: 905_969_664 / 4,
      effective: 905_969_664 + 256_000 * 2048,
    });
  });

  test('of a looped model: operations are those of the depth, parameters those of the layers', () => {
    const perLayer = 2 * 786_432 + 4 * 40 * 256;
    expect(flopsPerToken(config)).toBe(6 * perLayer + 2 * 256 * 14);
    expect(flopsPerToken(config)).toBe(flopsPerToken(isoFlop(config)));
    expect(causalFlopsPerToken(config)).toBe(6 * (2 * 786_432 + 2 * 40 * 256) + 2 * 256 * 14);
    expect(trainingFlopsPerToken(config)).toBe(3 * flopsPerToken(config));
    expect(trainingFlopsPerToken({ ...config, checkpoint: 'perLoop' })).toBe(4 * flopsPerToken(config) - 2 * 256 * 14);
    expect(flopsPerToken({ ...config, inject: 'concatLinear' }) - flopsPerToken(config)).toBe(3 * 2 * (2 * 256 * 256));
  });

  test('of a tree are what its configuration says', () => {
    const small = { ...config, width: 32, heads: 4, hidden: 64, prelude: 1, coda: 1 };
    const size = modelSize(initLoopedTransformer(random.key(0), small), small);
    const { distinct, embedding, effective } = parameterCounts(small);
    expect(size).toEqual({
      distinctParameters: distinct,
      embeddingParameters: embedding,
      effectiveParameters: effective,
      effectiveDepth: 8,
      flopsPerToken: flopsPerToken(small),
    });
  });

  test('of activations grow with the depth, and less where they are computed anew', () => {
    const bytes = (change: Partial<LoopedTransformerConfig>) => activationBytes({ ...config, ...change }, { batch: 4 });
    const logits = 2 * 14 * 4 * 40 * 4;
    expect(bytes({ loops: 6 }) - logits).toBe(2 * (bytes({}) - logits));
    expect(bytes({})).toBe(bytes({ layers: 6, loops: 1 }));
    expect(bytes({ loops: 12, checkpoint: 'perLoop' })).toBeLessThan(bytes({ loops: 12 }) / 4);
    expect(bytes({ loops: 12, checkpoint: 'perLayer' })).toBeLessThan(bytes({ loops: 12, checkpoint: 'perLoop' }));
    expect(bytes({ loops: 12, bpttLoops: 3 })).toBe(bytes({ loops: 3 }));
  });
});

describe('baselines', () => {
  const middle: LoopedTransformerConfig = { ...config, prelude: 4, layers: 4, loops: 4, coda: 4, inject: 'add', loopEmbedding: 'learned' };

  test('of equal parameters and of equal operations', () => {
    expect(loopedName(middle)).toBe('(4⊗1, 4⊗4, 4⊗1)');
    expect(loopedName(isoParameter(middle))).toBe('(12⊗1)');
    expect(loopedName(isoFlop(middle))).toBe('(24⊗1)');
    expect(isoFlop(middle)).toEqual({ ...config, layers: 24, loops: 1 });
    expect(parameterCounts(isoParameter(config)).distinct).toBe(parameterCounts(config).distinct);
    expect(parameterCounts(isoFlop(config)).distinct).toBe(parameterCounts(config).effective);
    expect(isoParameter({ ...config, tieBlocks: 'soft' }).layers).toBe(6);
  });

  test('of a declared depth are checked', () => {
    expect(() => expectDepth(middle, 24)).not.toThrow();
    expect(() => expectDepth(middle, 22)).toThrow(/4 \+ 4·4 \+ 4 layers make a depth of 24, declared 22/);
    expect(() => expectDepth(config, 5)).toThrow(/2·3 layers make a depth of 6, declared 5/);
    expect(effectiveDepth(config)).toBe(6);
  });
});

describe('configurations that contradict themselves', () => {
  test.each<[Partial<LoopedTransformerConfig>, RegExp]>([
    [{ heads: 3 }, /width 256 is not divisible by 3 heads; choose a width that is a multiple of the heads/],
    [{ width: 24, heads: 8 }, /rotary positions need an even head width, given 3/],
    [{ prelude: -1 }, /prelude must be an integer of at least 0, given -1/],
    [{ vocabulary: 0 }, /vocabulary must be a positive integer, given 0/],
    [{ bpttLoops: 0 }, /bpttLoops must be a positive integer, given 0/],
    [{ loops: Number.POSITIVE_INFINITY }, /loops must be a positive integer, given Infinity/],
    [{ loopNorm: true, norm: 'none' }, /loopNorm needs a kind of normalization/],
    [{ width: 15, heads: 3, positions: 'none', loopEmbedding: 'sinusoidal' }, /even width, given 15/],
    [{ headWidth: 2.5 }, /headWidth must be a positive integer, given 2.5/],
  ])('%o', (change, message) => {
    const check = () => checkConfig({ ...config, ...change });
    expect(check).toThrow(message);
    expect(check).toThrow(ModelError);
  });

  test('and their defaults are written out', () => {
    expect(completeConfig({ ...config, loopEmbedding: 'learned', norm: 'layer' })).toMatchObject({
      headWidth: 32,
      beyondLoops: 'refuse',
      normEpsilon: 1e-5,
      bpttLoops: 3,
    });
  });
});

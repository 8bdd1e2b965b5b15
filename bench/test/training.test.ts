import { describe, expect, it } from 'vitest';
import { hash, projection, uniform } from '../src/formula.js';
import { gptCaseSchema, trainingCases, trainingCaseSchema } from '../src/training-cases.js';
import { gptBatch, gptParameters } from '../src/training-parameters.js';

describe('formula', () => {
  it('gives the values that peers/formula.py gives', () => {
    // From `hash32(3, s)` of formula.py for s = 0, 7, 1000.
    expect([0, 7, 1000].map((stream) => [0, 1, 2].map((index) => hash(index, stream)))).toEqual([
      [2672842292, 127880910, 260803382],
      [610382213, 2509765400, 847000159],
      [3001614414, 826728196, 600549516],
    ]);
    // From `uniform((3,), 7, 0.5)`: float32, hence equal bit for bit.
    expect([...uniform(3, 7, 0.5)]).toEqual([-0.6198738217353821, 0.1460990011692047, -0.5244518518447876]);
  });

  it('has the deviation asked for', () => {
    const values = uniform(100_000, 3, 0.25);
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
    // The mean of n squares of a uniform variable has a relative standard error of 0.9/√n = 0.003; half of it for the root.
    expect(Math.abs(deviation / 0.25 - 1)).toBeLessThan(0.006);
  });

  it('projects a permuted array to another number', () => {
    const values = uniform(1000, 1, 1);
    expect(Math.abs(projection(values) - projection(values.slice().reverse()))).toBeGreaterThan(0.1);
  });
});

describe('training cases', () => {
  it('are well-formed and named once', () => {
    for (const { specification } of trainingCases) trainingCaseSchema.parse(specification);
    expect(new Set(trainingCases.map(({ name }) => name)).size).toBe(trainingCases.length);
  });

  it('number the parameters of a GPT and lay out its batch', () => {
    const specification = gptCaseSchema.parse(trainingCases[0]?.specification);
    const parameters = gptParameters(specification);
    expect(parameters).toHaveLength(2 + 12 * specification.layers + 3);
    expect(parameters[2 + 12 + 2]).toMatchObject({ name: 'layers.1.attention.query', shape: [64, 64] });
    expect(parameters[16]?.values).toEqual(uniform(64 * 64, 16, 1 / 8));
    const { tokens, targets } = gptBatch(specification);
    expect([...tokens.subarray(1, 64)]).toEqual([...targets.subarray(0, 63)]);
    expect(tokens[64]).toBe(hash(65, 1000) % 96);
  });
});

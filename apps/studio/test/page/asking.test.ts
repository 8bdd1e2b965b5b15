import { describe, expect, test } from 'vitest';
import { drawAttention, mapSize } from '../../src/page/asking/attention-drawing.js';
import { attentionCsv, attentionSheet, readTokens } from '../../src/page/asking/attention-sheet.js';
import { attentionStages } from '../../src/page/asking/attention-stages.js';
import { modelFilesAmong } from '../../src/page/asking/dropped-files.js';
import type { ModelAnswer } from '../../src/page/asking/model-messages.js';
import { questionOf } from '../../src/page/asking/question.js';
import { readOutCsv, readOutSheet } from '../../src/page/asking/read-out-sheet.js';
import { movedPair } from '../../src/page/asking/token-pair.js';

const map = (...weights: number[]): Float32Array => Float32Array.from(weights);
const readOut = (label: string, probability: number) => ({
  ranked: [
    { label, probability },
    { label: '<', probability: 0.125 },
  ],
  answered: probability,
});
/** Two tokens that are read, one loop between a layer before and one after. */
const answer: ModelAnswer = {
  question: { prompt: 'a', loops: 1, temperature: 0, seed: 0, maxTokens: 2 },
  prompt: ['a'],
  answer: ['<', ','],
  length: 2,
  layers: [
    { part: 'prelude', loop: 0, layer: 1, heads: [map(1, 0, 0.25, 0.75)] },
    { part: 'loop', loop: 1, layer: 1, heads: [map(1, 0, 0, 1), map(1, 0, 0.5, 0.5)] },
    { part: 'coda', loop: 0, layer: 1, heads: [map(1, 0, 1, 0)] },
  ],
  readOuts: [[readOut('<', 0.75)], [readOut(',', 0.5)]],
  seconds: 1,
};

describe('attention', () => {
  test('is told stage by stage, of the tokens that were read', () => {
    expect(readTokens(answer)).toEqual(['a', '<']);
    expect(attentionStages(answer.layers).map(({ name, layers }) => [name, layers.length])).toEqual([
      ['before the loops', 1],
      ['loop 1', 1],
      ['after the loops', 1],
    ]);
  });

  test('is saved as numbers, every pair that a query may see', () => {
    const lines = attentionCsv(answer).trim().split('\r\n');
    expect(lines).toHaveLength(1 + 4 * 3);
    expect(lines.slice(1, 4)).toEqual(['prelude,0,1,1,1,a,1,a,1', 'prelude,0,1,1,2,<,1,a,0.25', 'prelude,0,1,1,2,<,2,<,0.75']);
    expect(lines.at(-2)).toBe('coda,0,1,1,2,<,1,a,1');
  });

  test('is drawn with the weights as opacity, and tokens that cannot become markup', () => {
    const drawing = drawAttention({ probabilities: map(1, 0, 0.25, 0.001), labels: ['a', '<b>'] });
    expect(drawing.match(/<rect /g)).toHaveLength(2);
    expect(drawing).toContain('fill-opacity="0.250"');
    expect(drawing).toContain('&lt;b&gt;');
    expect(drawing).not.toContain('<b>');
    expect(mapSize(['a', 'a long token indeed'])).toBeLessThan(mapSize(['a', 'a long token indeed', 'c']));
  });

  test.each(['light', 'dark'] as const)('is saved as a drawing that stands alone on the %s ground', (ground) => {
    const sheet = attentionSheet(answer, 'Attention of <it>', ground);
    expect(sheet).toContain('Attention of &lt;it&gt;');
    for (const name of ['before the loops, layer 1, head 1', 'loop 1, layer 1, head 2', 'after the loops, layer 1, head 1'])
      expect(sheet).toContain(name);
    expect(sheet).not.toMatch(/var\(|currentColor/);
    expect(readOutSheet(answer, 'Read-out', ground)).not.toMatch(/var\(|currentColor/);
  });

  test('read-outs are saved with their ranks', () => {
    expect(readOutCsv(answer).trim().split('\r\n')).toEqual([
      'answer token,answered,loop,rank,token,probability',
      '1,<,1,1,<,0.75',
      '1,<,1,2,<,0.125',
      '2,",",1,1,",",0.5',
      '2,",",1,2,<,0.125',
    ]);
  });

  test('keys move within what a query sees', () => {
    const at = { query: 2, key: 2 };
    expect(movedPair('ArrowUp', at, 4)).toEqual({ query: 1, key: 1 });
    expect(movedPair('ArrowDown', at, 4)).toEqual({ query: 3, key: 2 });
    expect(movedPair('ArrowDown', { query: 3, key: 0 }, 4)).toEqual({ query: 3, key: 0 });
    expect(movedPair('ArrowRight', at, 4)).toEqual(at);
    expect(movedPair('Home', at, 4)).toEqual({ query: 2, key: 0 });
    expect(movedPair('Enter', at, 4)).toBeUndefined();
  });
});

describe('a question', () => {
  const texts = { loops: '4', maxTokens: '2', temperature: '0,5', seed: '0' };

  test('is read from what was typed', () => {
    expect(questionOf('ab', texts)).toEqual({ prompt: 'ab', loops: 4, maxTokens: 2, temperature: 0.5, seed: 0 });
  });

  test.each([
    [{ loops: '0' }, 'Loops: expected a whole number from 1, given “0”.'],
    [{ loops: '' }, 'Loops: expected'],
    [{ loops: '1.5' }, 'Loops: expected'],
    [{ maxTokens: '-1' }, 'Tokens of the answer: expected'],
    [{ temperature: 'hot' }, 'Temperature: expected 0 or a number above it, given “hot”.'],
    [{ temperature: 'Infinity' }, 'Temperature: expected'],
    [{ seed: '-1' }, 'Seed: expected'],
  ])('%j is refused', (change, words) => {
    expect(questionOf('ab', { ...texts, ...change })).toContain(words);
  });
});

describe('dropped files', () => {
  const config = new File(['{}'], 'config.json');
  const weights = new File([new Uint8Array([1, 2])], 'model.safetensors');

  test('are a model where there are both', async () => {
    expect(await modelFilesAmong([weights, config, new File([], 'report.html')])).toEqual({
      config: '{}',
      weights: new Uint8Array([1, 2]),
    });
  });

  test.each([
    [[config], /Given: config.json; no model.safetensors/],
    [[], /Given: no file; no config.json/],
    [[config, weights, new File([], 'b.safetensors')], /2 files \.safetensors/],
  ])('are refused where not', async (files, words) => {
    await expect(modelFilesAmong(files)).rejects.toThrow(words);
  });
});

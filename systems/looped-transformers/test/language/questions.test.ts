import { RandomStream } from '@sardonyx/data';
import { CharacterTokenizer, endOfText } from '@sardonyx/data/tokenizers';
import { add, mul, oneHot, tensor, type Tensor } from '@sardonyx/tensor';
import { describe, expect, test } from 'vitest';
import { logLikelihoodOf } from '../../src/language/log-likelihood.js';
import { crossEntropyScorer } from '../../src/language/perplexity.js';
import { exactMatch, lastNumber, normalizeAnswer, numericMatch, tokenF1 } from '../../src/language/questions/answer-scores.js';
import { evaluateQuestions, type JudgedAnswer } from '../../src/language/questions/evaluate-questions.js';
import { drawExamples, fewShotPrompt } from '../../src/language/questions/few-shot.js';
import type { LanguageModel, Question } from '../../src/language/questions/question.js';

describe('scores of answers', () => {
  test.each([
    ['The  Cat, sat!', 'cat sat'],
    ['An apple-a-day', 'appleaday'],
    ["the king's a THEATRE", 'kings theatre'],
    ['  ', ''],
    ['a', ''],
    ['éa the', 'éa'],
  ])('normalize %j to %j', (text, expected) => expect(normalizeAnswer(text)).toBe(expected));

  test('exact match forgives articles and signs only', () => {
    expect(exactMatch('The Eiffel Tower.', 'eiffel tower')).toBe(1);
    expect(exactMatch('Eiffel Towers', 'eiffel tower')).toBe(0);
  });

  test.each([
    ['cat sat', 'the cat sat', 1],
    ['cat sat mat', 'cat sat', 0.8],
    ['cat cat', 'cat', 2 / 3],
    ['dog', 'cat', 0],
    ['', 'cat', 0],
    ['the', 'a', 1],
  ])('F1 of %j and %j is %d', (given, expected, score) => expect(tokenF1(given, expected)).toBeCloseTo(score, 12));

  test.each([
    ['He has 3 apples and 12 pears.', 12],
    ['1,234,567.5 in all', 1234567.5],
    ['5-3', 3],
    ['minus: -3', -3],
    ['x = −0.5.', -0.5],
    ['.75', 0.75],
    ['$1,50', 50],
    ['2.', 2],
    ['v2', 2],
    ['none', undefined],
  ])('the last number of %j is %d', (text, expected) => expect(lastNumber(text)).toBe(expected));

  test('numbers match to a thousandth of the right one', () => {
    expect(numericMatch('so 1000.9 it is', '1000')).toBe(1);
    expect(numericMatch('1001.1', '1000')).toBe(0);
    expect(numericMatch('-1000.9', '-1000')).toBe(1);
    expect(numericMatch('0.0001', '0')).toBe(0);
    expect(numericMatch('9 apples', '9 (apples)')).toBe(1);
    expect(numericMatch('no number', '7')).toBe(0);
    expect(numericMatch('The Yes', 'yes')).toBe(1);
  });
});

const capital: Question = { id: '1', prompt: 'Q: Capital of France?\nA:', answers: ['Paris', 'City of Light'], group: 'capitals' };
const sum: Question = { id: '2', prompt: '2+2=', answers: ['4'], choices: ['3', '4'], group: 'sums' };
const river: Question = { id: '3', prompt: 'Q: River of Paris?\nA:', answers: ['Seine'] };

/** Answers from a table; what it was asked is kept. */
function scripted(answers: Readonly<Record<string, string>>, likelihoods: Readonly<Record<string, number>> = {}) {
  const asked: string[] = [];
  const model: LanguageModel = {
    async complete(prompt) {
      asked.push(prompt);
      return answers[prompt] ?? '';
    },
    async logLikelihood(prompt, continuation) {
      asked.push(prompt);
      return likelihoods[continuation] ?? -100;
    },
  };
  return { model, asked };
}

describe('the harness', () => {
  test('scores what a model writes up to the end of the line, for all right answers and each group', async () => {
    const { model } = scripted({ [capital.prompt]: ' The city of light.\nQ: more', [sum.prompt]: '4', [river.prompt]: 'Rhine' });
    const judged: JudgedAnswer[] = [];
    const scores = await evaluateQuestions([capital, sum, river], model, {
      measure: 'exact-match',
      onAnswer: (answer) => judged.push(answer),
    });
    expect(scores).toMatchObject({ score: 2 / 3, count: 3, groups: { capitals: { score: 1, count: 1 }, sums: { score: 1, count: 1 } } });
    expect(Object.keys(scores.groups)).toHaveLength(2);
    // Three values 1, 1, 0: variance 1/3, of the mean 1/9.
    expect(scores.standardError).toBeCloseTo(1 / 3, 12);
    expect(judged.map(({ given }) => given)).toEqual(['The city of light.', '4', 'Rhine']);
  });

  test('shows solved examples before each question', async () => {
    const { model, asked } = scripted({});
    await evaluateQuestions([river], model, { measure: 'token-f1', examples: [capital, sum] });
    expect(asked).toEqual(['Q: Capital of France?\nA: Paris\n\n2+2=4\n\nQ: River of Paris?\nA:']);
  });

  test('takes the likeliest choice, by character where asked', async () => {
    const long: Question = { id: 'x', prompt: 'It is', choices: ['no', 'certainly'], answers: ['certainly'] };
    const { model } = scripted({}, { ' no': -3, ' certainly': -9 });
    expect((await evaluateQuestions([long], model, { measure: 'choice' })).score).toBe(0);
    expect((await evaluateQuestions([long], model, { measure: 'choice', perCharacter: true })).score).toBe(1);
    await expect(evaluateQuestions([river], model, { measure: 'choice' })).rejects.toThrow('question 3: expected choices, given none');
  });

  test('refuses an empty set', async () => {
    await expect(evaluateQuestions([], scripted({}).model, { measure: 'numeric' })).rejects.toMatchObject({ code: 'too-small' });
  });

  test('draws examples without repeating one', () => {
    const pool = [capital, sum, river];
    const drawn = drawExamples(new RandomStream(1, 'examples'), pool, 3);
    expect(new Set(drawn)).toEqual(new Set(pool));
    expect(() => drawExamples(new RandomStream(1, 'examples'), pool, 4)).toThrow(expect.objectContaining({ code: 'too-small' }));
    expect(fewShotPrompt([], sum)).toBe('2+2=');
  });
});

describe('log-likelihoods', () => {
  // A bigram model: logits of the next token are a row of a table.
  const table = Float32Array.from({ length: 16 }, (_, i) => Math.sin(3 * i));
  const scorer = crossEntropyScorer((rows: Tensor, tokens: Tensor) => oneHot(tokens, 4).matmul(rows));
  const rows = tensor(table, [4, 4]);
  const tokenizer = CharacterTokenizer.of('abc', [endOfText]);
  const bigram = (from: number, to: number): number => {
    const row = Array.from(table.slice(4 * from, 4 * from + 4));
    return row[to]! - Math.log(row.reduce((total, x) => total + Math.exp(x), 0));
  };

  test('are sums over the continuation', async () => {
    const logLikelihood = logLikelihoodOf(scorer, rows, tokenizer, 8);
    // Float32 logits of about 1, three of them.
    expect(await logLikelihood('ab', 'cab')).toBeCloseTo(bigram(1, 2) + bigram(2, 0) + bigram(0, 1), 5);
    expect(await logLikelihood('', 'a')).toBeCloseTo(bigram(3, 0), 5);
    expect(await logLikelihood('aaaaaaaaaaaaab', 'c')).toBeCloseTo(bigram(1, 2), 5);
  });

  test('need something to score that fits', async () => {
    const logLikelihood = logLikelihoodOf(scorer, rows, tokenizer, 2);
    await expect(logLikelihood('a', '')).rejects.toMatchObject({ code: 'too-small' });
    await expect(logLikelihood('a', 'abc')).rejects.toMatchObject({ code: 'too-large' });
    expect(await logLikelihood('c', 'ab')).toBeCloseTo(bigram(2, 0) + bigram(0, 1), 5);
    await expect(logLikelihoodOf(scorer, rows, CharacterTokenizer.of('abc'), 2)('', 'a')).rejects.toThrow(endOfText);
  });

  test('of all continuations of a length are those of a distribution', async () => {
    const uniform = crossEntropyScorer((bias: Tensor, tokens: Tensor) => add(mul(oneHot(tokens, 4), 0), bias));
    const logLikelihood = logLikelihoodOf(uniform, tensor([0.3, -1, 2, -60]), tokenizer, 4);
    let total = 0;
    for (const first of 'abc') for (const second of 'abc') total += Math.exp(await logLikelihood('a', first + second));
    expect(total).toBeCloseTo(1, 5);
    uniform.dispose();
  });
});

import { RandomStream } from '@sardonyx/data';
import { describe, expect, test } from 'vitest';
import { memoryAndReasoning } from '../../src/language/memory-and-reasoning.js';
import { closedBookQuestion, drawFactTable, openBookQuestion } from '../../src/language/probes/key-value-facts.js';
import { assignmentQuestion } from '../../src/language/probes/variable-assignment.js';
import { wordProblem } from '../../src/language/probes/word-problems.js';

const stream = (seed = 1): RandomStream => new RandomStream(seed, 'probes');

describe('facts', () => {
  const options = { facts: 200, keyLetters: 3, valueLetters: 2, alphabet: 'abcdefgh' };

  test('have different keys and values that are drawn evenly', () => {
    const { facts, values } = drawFactTable(stream(), options);
    expect(values).toBe(64);
    expect(new Set(facts.map(({ key }) => key)).size).toBe(200);
    expect(drawFactTable(stream(), options).facts).toEqual(facts);
    const first = new Map<string, number>();
    for (const { value } of facts) first.set(value[0]!, (first.get(value[0]!) ?? 0) + 1);
    const chiSquare = [...'abcdefgh'].reduce((sum, letter) => sum + ((first.get(letter) ?? 0) - 25) ** 2 / 25, 0);
    // 99.9 % of χ² with seven degrees of freedom.
    expect(chiSquare).toBeLessThan(24.3);
  });

  test('are asked for by their key', () => {
    expect(closedBookQuestion({ key: 'abc', value: 'de' })).toMatchObject({ prompt: 'abc=', answers: ['de'] });
    for (let i = 0; i < 20; i++) {
      const { prompt, answers } = openBookQuestion(stream(i), { facts: 4, keyLetters: 2, valueLetters: 2 });
      const key = prompt.split(' ').at(-1)!;
      expect(prompt.split(' ').filter((fact) => fact.startsWith(key))).toEqual([key + answers[0], key]);
    }
  });

  test('need keys enough', () => {
    expect(() => drawFactTable(stream(), { ...options, facts: 300 })).toThrow('at most 256 facts for keys of 3 letters, given 300');
  });
});

/** Follows the copies from the last assignment back. */
function solve(prompt: string): string {
  const [asked, ...rest] = prompt.startsWith('print') ? [] : [/(?:print\((\w)\)|(\w)=$)/.exec(prompt)!.slice(1).find(Boolean)!];
  expect(rest).toEqual([]);
  const assigned = new Map([...prompt.matchAll(/(\w)=(\w+)/g)].map(([, name, value]) => [name!, value!]));
  let value = asked!;
  while (assigned.has(value)) value = assigned.get(value)!;
  return value;
}

describe('variable assignment', () => {
  test.each([
    [0, 3, 'math'],
    [1, 2, 'math'],
    [4, 3, 'math'],
    [0, 3, 'code'],
    [2, 3, 'code'],
  ] as const)('depth %i of %i chains in %s form has the answer at its end', (depth, chains, form) => {
    for (let i = 0; i < 50; i++) {
      const { prompt, answers, group } = assignmentQuestion(stream(i), { depth, chains, form, values: 100 });
      expect(solve(prompt)).toBe(answers[0]);
      expect(group).toBe(`${form}, depth ${depth}`);
      const order = [...prompt.matchAll(/(\w)=(\w+)/g)].map(([, name, value]) => [name!, value!]);
      expect(order).toHaveLength(chains * (depth + 1));
      // Nothing is copied before it is assigned, and each variable is assigned once.
      order.forEach(([, value], at) => {
        if (/[a-z]/.test(value!)) expect(order.slice(0, at).some(([name]) => name === value)).toBe(true);
      });
      expect(new Set(order.map(([name]) => name)).size).toBe(order.length);
    }
  });

  test('has the form of the paper', () => {
    expect(assignmentQuestion(stream(), { depth: 0, chains: 2, form: 'math' }).prompt).toMatch(/^\w=\d, \w=\d, \w=$/);
    expect(assignmentQuestion(stream(), { depth: 1, chains: 1, form: 'code' }).prompt).toMatch(/^(\w)=\d\n(\w)=\1\nprint\(\2\) #$/);
    expect(() => assignmentQuestion(stream(), { depth: 8, chains: 3, form: 'math' })).toThrow(
      'at most 26 variables, given depth 8, 3 chains',
    );
  });

  test('mixes the chains in every way equally often', () => {
    const s = stream(8);
    const counts = new Map<boolean, number>();
    for (let i = 0; i < 3000; i++) {
      const { prompt } = assignmentQuestion(s, { depth: 1, chains: 2, form: 'math' });
      const apart = /^(\w)=\d, \w=\1, /.test(prompt);
      counts.set(apart, (counts.get(apart) ?? 0) + 1);
    }
    // Of the three mixtures AABB, ABAB and ABBA one keeps the chains apart: binomial(3000, 1/3), deviation 26.
    expect(Math.abs(counts.get(true)! - 1000)).toBeLessThan(100);
  });

  test('asks for each chain equally often', () => {
    const s = stream(9);
    const first = Array.from({ length: 3000 }, () => assignmentQuestion(s, { depth: 0, chains: 3, form: 'math' }).prompt).filter((prompt) =>
      prompt.startsWith(prompt.at(-2)!),
    ).length;
    // Binomial(3000, 1/3): deviation 26.
    expect(Math.abs(first - 1000)).toBeLessThan(100);
  });
});

describe('word problems', () => {
  test('come out as the story says', () => {
    for (let i = 0; i < 300; i++) {
      const { prompt, answers } = wordProblem(stream(i), { steps: 1 + (i % 4) });
      const [, person] = /^Q: (\w+) has/.exec(prompt)!;
      let count = Number(/has (\d+)/.exec(prompt)![1]);
      for (const sentence of prompt.split('.').slice(1, -1)) {
        const n = Number(/\d+/.exec(sentence)![0]);
        if (sentence.includes('gives')) count += n;
        else if (sentence.includes('loses')) count -= n;
        else if (sentence.includes('times')) count *= n;
        else count /= n;
        expect(Number.isInteger(count) && count > 0 && count <= 200, sentence).toBe(true);
      }
      expect(answers).toEqual([String(count)]);
      expect(prompt.endsWith(`does ${person} have now?\nA:`)).toBe(true);
    }
  });

  test('refuse what makes no story', () => {
    expect(() => wordProblem(stream(), { steps: 0 })).toThrow(expect.objectContaining({ code: 'invalid-option' }));
  });
});

describe('memory and reasoning', () => {
  const options = {
    memory: { facts: 20, keyLetters: 3, valueLetters: 2 },
    reasoning: { depth: 1, chains: 3, form: 'math', values: 100 },
  } as const;

  test('is the same from the same seed, in batches of one length', async () => {
    const mixed = memoryAndReasoning(1, options);
    const tokens = async (seed: number) => Array.from((await mixed.trainingBatch(stream(seed), 40).tokens.data()) as Int32Array);
    expect(await tokens(1)).toEqual(await tokens(1));
    expect(await tokens(2)).not.toEqual(await tokens(1));
    for (let i = 0; i < 50; i++) expect(mixed.trainingBatch(stream(i), 40).tokens.shape).toEqual([40, mixed.length]);
    expect(memoryAndReasoning(1, options).table).toEqual(mixed.table);
  });

  test('asks for facts of the table and for fresh problems', () => {
    const mixed = memoryAndReasoning(1, options);
    expect(mixed.memoryQuestions()).toHaveLength(20);
    const problems = mixed.reasoningQuestions(stream(), 30);
    for (const { prompt, answers } of problems) expect(solve(prompt)).toBe(answers[0]);
    expect(mixed.batch([...mixed.memoryQuestions(), ...problems]).tokens.shape).toEqual([50, mixed.length]);
    const all = memoryAndReasoning(1, { ...options, memoryShare: 1 });
    expect(all.tokenizer.decode([...all.tokenizer.encode('ab=c')])).toBe('ab=c');
  });
});

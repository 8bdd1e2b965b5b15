import { RandomStream } from '@sardonyx/data';
import { describe, expect, test } from 'vitest';
import { closedBookQuestion, drawFactTable, openBookQuestion } from '../../src/language/probes/key-value-facts.js';
import { taskQuestions } from '../../src/language/probes/task-questions.js';
import { wordProblem } from '../../src/language/probes/word-problems.js';
import { variableAssignment } from '../../src/tasks/variable-assignment.js';

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

describe('tasks', () => {
  test('ask questions of the split, with their answers and difficulty', () => {
    const task = variableAssignment({ depth: 1, chains: 2 });
    const questions = taskQuestions(task, stream(), 20);
    expect(taskQuestions(task, stream(), 20)).toEqual(questions);
    const drawn = stream();
    for (const { prompt, answers, group } of questions) {
      const problem = task.draw(drawn, 'test');
      expect({ prompt, answer: answers[0] }).toEqual(task.text(problem));
      expect(group).toBe('depth 1');
    }
    expect(questions[0]!.prompt).toMatch(/^a=\d, b=\d, c=[ab], d=[ab], [cd]=\?$/);
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

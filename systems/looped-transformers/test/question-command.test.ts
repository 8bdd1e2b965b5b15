import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { evaluate, random } from '@sardonyx/tensor';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { saveModel } from '../src/model/model-file.js';
import { initLoopedTransformer, type LoopedTransformerConfig } from '../src/model/model.js';
import { expectRefusal, runCommand, runForRecords } from './run-command.js';

const root = mkdtempSync(join(tmpdir(), 'question-command-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const at = (name: string): string => join(root, name);

const facts = { red: 'one', blue: 'two', green: 'six', pink: 'ten' };
const lines = Object.entries(facts).map(([key, value]) => `${key}=${value}\n`);
/** Every order of neighbours, so that a value follows from its key alone. */
const text = Array.from({ length: 60 }, (_, i) => `${lines[i % 4]}${lines[Math.floor(i / 4) % 4]}${lines[Math.floor(i / 16) % 4]}`).join(
  '',
);

/** Trains a small model on a text; it lies in `folder/model`. */
async function trained(folder: string, text: string, data: object, steps: number): Promise<void> {
  writeFileSync(at(`${folder}.txt`), text);
  writeFileSync(
    at(`${folder}.json`),
    JSON.stringify({
      model: { layers: 1, loops: 2, width: 32, heads: 2, positions: 'rotary', activation: 'relu' },
      data: { text: [at(`${folder}.txt`)], ...data },
      training: { steps, batchSize: 8, learningRate: 0.01 },
      evaluation: { every: steps, examples: 8, measure: 'dense' },
    }),
  );
  await runCommand('train', [at(`${folder}.json`)], { folder: at(folder) });
}

const model = at('run/model');
beforeAll(async () => {
  await trained('run', text, { tokenizer: 'character', length: 24 }, 200);
}, 60_000);

let made = 0;
function questions(...all: readonly object[]): string {
  const path = at(`questions-${made++}.jsonl`);
  writeFileSync(path, all.map((question) => `${JSON.stringify(question)}\n`).join(''));
  return path;
}

const choices = Object.values(facts);
const known = Object.entries(facts).map(([key, answer]) => ({ prompt: `${key}=`, answer, group: 'known' }));
const wrong = { prompt: 'red=', answer: 'ten', group: 'wrong' };
/** Choices that go on after the line, which no written answer does. */
const longer = choices.map((choice) => `${choice}\nred`);
const chosen = Object.keys(facts).map((key, answer) => ({ prompt: `${key}=`, choices: longer, answer, group: 'chosen' }));

describe('eval --questions', () => {
  test('scores what the model has learned, and what it has not, by kind', async () => {
    const file = questions(...known, ...chosen, wrong, { ...wrong, choices });
    const [record] = await runForRecords('eval', [model], { questions: file });
    expect(record).toMatchObject({
      loops: 2,
      questions: 10,
      score: 80,
      kinds: {
        known: { questions: 4, score: 100, standardError: 0 },
        chosen: { questions: 4, score: 100 },
        wrong: { questions: 2, score: 0 },
      },
    });
    // √(0.8·0.2·10/9 / 10), in percent.
    expect(record!['standardError']).toBeCloseTo(100 * Math.sqrt((0.16 * 10) / 9 / 10), 10);
    const shown = await runCommand('eval', [model], { questions: file });
    expect(shown[0]).toMatch(/^\(1⊗2\), asked 10 questions of .*jsonl$/);
    expect(shown.slice(2).map((line) => line.trim().replaceAll(/ +/g, ' '))).toEqual([
      '2 all 10 80.0 % ± 13.3',
      '2 known 4 100.0 % ± 0.0',
      '2 chosen 4 100.0 % ± 0.0',
      '2 wrong 2 0.0 % ± 0.0',
    ]);
  });

  test('asks with other loops, by another measure, after solved examples, and as many as wanted', async () => {
    const file = questions(...known);
    const records = await runForRecords('eval', [model], { questions: file, loops: [1, 2] });
    expect(records.map(({ loops }) => loops)).toEqual([1, 2]);
    // “ten” is one word of the three: F1 is 2·1 / (1 + 3).
    const words = questions({ prompt: 'pink=', answer: 'ten and more' });
    expect((await runForRecords('eval', [model], { questions: words, measure: 'token-f1' }))[0]!['score']).toBeCloseTo(50, 10);
    const shots = await runForRecords('eval', [model], { questions: file, shots: 1, measure: 'exact-match' });
    expect(shots[0]).toMatchObject({ questions: 3 });
    expect((await runForRecords('eval', [model], { questions: file, questionLimit: 2 }))[0]).toMatchObject({ questions: 2, score: 100 });
    // One character of three is no answer.
    expect((await runForRecords('eval', [model], { questions: file, maxTokens: 1 }))[0]).toMatchObject({ score: 0 });
  });

  test('refuses what cannot be asked, before anything is computed', async () => {
    const config: LoopedTransformerConfig = {
      layers: 1,
      loops: 1,
      width: 8,
      heads: 1,
      hidden: 8,
      vocabulary: 2,
      length: 8,
      positions: 'learned',
      inject: 'none',
      activation: 'relu',
    };
    const mute = at('mute');
    await saveModel(mute, { config, params: await evaluate(initLoopedTransformer(random.key(0), config)), vocabulary: ['a', 'b'] });
    const good = questions(...known);
    writeFileSync(at('broken.jsonl'), '{"prompt":"red=","answer":"one"}\n{"prompt":"red="}\n');
    const refusals: readonly (readonly [object, RegExp])[] = [
      [{ questions: at('broken.jsonl') }, /broken\.jsonl, line 2, field answer: expected .*, given nothing; repair it/],
      [{ questions: at('nowhere.jsonl') }, /Cannot use ".*nowhere\.jsonl": it is not there/],
      [{ questions: questions({ prompt: 'RED=', answer: 'one' }) }, /question line 1: text at position 0 .* given U\+0052 "R"/],
      [{ questions: good, measure: 'choice' }, /question line 1: expected choices for --measure choice, given none; leave the flag out\.$/],
      [
        { questions: questions({ prompt: 'red=', choices: ['one', 'one'.repeat(20)], answer: 0 }) },
        /expected choices of 1 to 24 tokens, the model's positions, given "oneone.*" of 60;/,
      ],
      [{ questions: good, shots: 4 }, /expected more than 4 questions, for so many are examples, given 4; give a longer file\.$/],
      [{ questions: good, maxTokens: 25 }, /answers of 25 new tokens are longer than the model's 24 positions; ask for fewer\.$/],
      [
        { questions: good, text: at('run.txt') },
        /Cannot use --text: expected no such flag beside --questions, given both; leave it out\.$/,
      ],
      [{ questions: good, exit: 'state-change', exitBelow: 0.1 }, /Cannot use --exit: /],
      [{ text: at('run.txt'), shots: 2 }, /Cannot use --shots: expected --questions beside it, given none; leave it out\.$/],
      [{ questions: good, questionFormat: 'svamp' }, /questions-\d+\.jsonl.*expected/],
      [{ questions: good, questionFormat: 'csv' }, /csv/],
    ];
    for (const [flags, message] of refusals) await expectRefusal(runCommand('eval', [model], flags), message);
    await expectRefusal(runCommand('eval', [mute], { questions: good }), /the model has no tokenizer; take a language model\.$/);
  });
});

describe('eval --questions in the layouts of data sets', () => {
  const numbers = { red: 1, blue: 2, green: 6, pink: 10 };
  const asked = Object.entries(numbers).map(([key, value]) => ({ key, value, solved: `Q: ${key}?\nA: ${value}\n` }));
  const reader = at('reader/model');
  beforeAll(async () => {
    // The three forms in which the prompts of these files end, in a fixed order that mixes them.
    const forms = asked.flatMap(({ key, value, solved }) => [solved, `${key} is ${value}.\n${solved}`, solved.replace('Q: ', 'Q: Tell: ')]);
    const solved = Array.from({ length: 300 }, (_, i) => forms[(i * 5 + Math.floor(i / 12)) % 12]).join('');
    await trained('reader', solved, { tokenizer: 'byte', length: 32 }, 300);
  }, 60_000);

  /** The record of a file of this content. */
  async function scores(questionFormat: string, content: string, flags: object = {}) {
    const path = at(`questions-${made++}`);
    writeFileSync(path, content);
    return (await runForRecords('eval', [reader], { questions: path, questionFormat, maxTokens: 6, ...flags }))[0]!;
  }

  test('scores the items of SVAMP by type of sum', async () => {
    const types = ['Addition', 'Addition', 'Subtraction', 'Common-Divison'];
    const items = asked.map(({ key, value }, i) => ({
      ID: `chal-${i}`,
      Body: 'Tell:',
      Question: `${key}?`,
      Equation: '( 1.0 + 1.0 )',
      // The last one is not what was learned.
      Answer: i === 3 ? value + 1 : value,
      Type: types[i],
    }));
    for (const measure of ['exact-match', 'numeric']) {
      expect(await scores('svamp', JSON.stringify(items), { measure })).toMatchObject({
        questions: 4,
        score: 75,
        kinds: {
          Addition: { questions: 2, score: 100 },
          Subtraction: { questions: 1, score: 100 },
          'Common-Division': { questions: 1, score: 0 },
        },
      });
    }
  });

  test('scores the questions of SQuAD after their passage, and those that it does not answer', async () => {
    const paragraphs = asked.map(({ key, value }, i) => ({
      context: `${key} is ${value}.`,
      qas: [
        { id: `${i}a`, question: `${key}?`, is_impossible: false, answers: [{ text: 'none' }, { text: String(value), answer_start: 7 }] },
        ...(i === 0 ? [{ id: 'b', question: `${key}?`, is_impossible: true, answers: [] }] : []),
      ],
    }));
    const content = JSON.stringify({ version: 'v2.0', data: [{ title: 'numbers', paragraphs }] });
    expect(await scores('squad', content)).toMatchObject({ questions: 5, score: 80, kinds: {} });
    expect(await scores('squad', content, { questionLimit: 1 })).toMatchObject({ questions: 1, score: 100 });
  });

  test('scores the lines of Natural Questions by the best of their answers', async () => {
    const lines = asked.map(({ key, value }, i) => JSON.stringify({ question: `${key}?`, answer: i === 1 ? ['no'] : ['no', `${value}`] }));
    expect(await scores('natural-questions', lines.join('\n'))).toMatchObject({ questions: 4, score: 75 });
  });
});

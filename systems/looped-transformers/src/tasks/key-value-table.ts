import { RandomStream } from '@sardonyx/data';
import { z } from 'zod';
import { checkedParameters, defineTask, type SequenceTask } from './task.js';
import { TaskError } from './task-error.js';
import { unsupervised } from './task-sequence.js';

/** Knobs of the table of random facts. */
export const keyValueTableParameters = z
  .strictObject({
    facts: z.int().min(1).max(1_000_000).default(1024).describe('keys, each with one value'),
    values: z.int().min(2).max(4096).default(64).describe('different values, all equally likely'),
    symbols: z.int().min(2).max(256).default(32).describe('different symbols that keys are written in'),
    keyLength: z.int().min(1).max(8).default(2).describe('symbols of a key'),
    perSequence: z.int().min(1).max(1024).default(1).describe('facts asked for in one sequence, one after the other'),
    tableSeed: z.int().default(0).describe('of the values'),
  })
  .check(({ value: { facts, symbols, keyLength }, issues }) => {
    const most = symbols ** keyLength;
    if (facts <= most) return;
    const message = `expected at most symbols^keyLength = ${most} facts, given ${facts}; raise keyLength`;
    issues.push({ code: 'custom', message, path: ['facts'], input: facts });
  });
export type KeyValueTableParameters = z.input<typeof keyValueTableParameters>;

const problemSchema = z.object({ keys: z.array(z.int().min(0)).min(1), values: z.array(z.int().min(0)) });

/** Numbers of keys and the values of these. */
export type KeyValueProblem = z.output<typeof problemSchema>;

/**
 * A table of random facts that stands nowhere but in the weights of who has learned it: closed-book question answering at
 * its smallest (the contrast of memorization and reasoning of arXiv:2502.17416, §3). Every fact is asked for in training
 * and in the test alike.
 */
export function keyValueTable(parameters: KeyValueTableParameters = {}): SequenceTask<KeyValueProblem> {
  const p = checkedParameters('key-value-table', keyValueTableParameters, parameters);
  const stream = new RandomStream(p.tableSeed, 'key-value table');
  const table = Array.from({ length: p.facts }, () => stream.integer(p.values));
  const keyTokens = (key: number): number[] =>
    Array.from({ length: p.keyLength }, (_, place) => Math.floor(key / p.symbols ** (p.keyLength - 1 - place)) % p.symbols);
  const valueToken = (value: number): number => p.symbols + value;
  const keyText = (key: number): string =>
    keyTokens(key)
      .map((symbol) => vocabulary[symbol])
      .join(' ');
  const vocabulary = [
    ...Array.from({ length: p.symbols }, (_, symbol) => `k${symbol}`),
    ...Array.from({ length: p.values }, (_, value) => `v${value}`),
  ];
  return defineTask<KeyValueProblem>({
    name: 'key-value-table',
    parameters: p,
    vocabulary,
    padding: 0,
    length: p.perSequence * (p.keyLength + 1) - 1,
    heldOut: 0,
    difficulty: 'facts',
    problem: problemSchema,
    shortcuts: [{ name: 'one value for all', guess: (problem) => sequenceOf({ ...problem, values: problem.keys.map(() => 0) }).targets }],
    sample(stream) {
      const keys = Array.from({ length: p.perSequence }, () => stream.integer(p.facts));
      return { keys, values: keys.map((key) => table[key]!) };
    },
    canonical: ({ keys }) => keys.join(' '),
    difficultyOf: () => p.facts,
    sequence: sequenceOf,
    text: ({ keys, values }) => ({
      prompt: [...keys.slice(0, -1).map((key, i) => `${keyText(key)} v${values[i]}`), keyText(keys.at(-1)!)].join(' '),
      answer: `v${values.at(-1)}`,
    }),
    verify({ keys, values }) {
      const wrong = keys.findIndex((key, i) => table[key] !== values[i]);
      if (wrong === -1 && keys.length === values.length) return;
      const key = keys[wrong] ?? keys.length;
      throw new TaskError('wrong-problem', `key-value-table: expected the value ${table[key]} of key ${key}, given ${values[wrong]}`);
    },
  });

  function sequenceOf({ keys, values }: KeyValueProblem) {
    const tokens = keys.flatMap((key, i) => [...keyTokens(key), valueToken(values[i]!)]).slice(0, -1);
    const targets = tokens.map((_, place) => {
      const fact = Math.floor(place / (p.keyLength + 1));
      return place % (p.keyLength + 1) === p.keyLength - 1 ? valueToken(values[fact]!) : unsupervised;
    });
    return { tokens, targets };
  }
}

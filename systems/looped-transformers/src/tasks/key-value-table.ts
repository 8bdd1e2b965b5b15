import { RandomStream } from '@sardonyx/data';
import { defineTask, type SequenceTask } from './task.js';
import { TaskError } from './task-error.js';
import { completed, requireAll, requireIntegers } from './task-options.js';
import { unsupervised } from './task-sequence.js';

/** Knobs of the table of random facts. */
export interface KeyValueTableOptions {
  /** Keys, each with one value. */
  readonly facts: number;
  /** Different values, all equally likely. */
  readonly values: number;
  /** Different symbols that keys are written in. */
  readonly symbols: number;
  /** Symbols of a key. */
  readonly keyLength: number;
  /** Facts asked for in one sequence, one after the other. */
  readonly perSequence: number;
  /** Of the values. */
  readonly tableSeed: number;
}

export const keyValueTableDefaults: KeyValueTableOptions = {
  facts: 1024,
  values: 64,
  symbols: 32,
  keyLength: 2,
  perSequence: 1,
  tableSeed: 0,
};

/** Numbers of keys and the values of these. */
export interface KeyValueProblem {
  readonly keys: readonly number[];
  readonly values: readonly number[];
}

/**
 * A table of random facts that stands nowhere but in the weights of who has learned it: closed-book question answering at
 * its smallest (the contrast of memorization and reasoning of arXiv:2502.17416, §3). Every fact is asked for in training
 * and in the test alike.
 */
export function keyValueTable(options: Partial<KeyValueTableOptions> = {}): SequenceTask<KeyValueProblem> {
  const p = completed('key-value-table', keyValueTableDefaults, options);
  requireIntegers('key-value-table', { facts: p.facts, keyLength: p.keyLength, perSequence: p.perSequence }, 1);
  requireIntegers('key-value-table', { values: p.values, symbols: p.symbols }, 2);
  const most = p.symbols ** p.keyLength;
  requireAll('key-value-table', [
    [p.facts <= most, `facts: expected at most symbols^keyLength = ${most}, given ${p.facts}; raise keyLength`],
  ]);
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
    parameters: { ...p },
    vocabulary,
    padding: 0,
    length: p.perSequence * (p.keyLength + 1) - 1,
    heldOut: 0,
    difficulty: 'facts',
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

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FormParameter } from '../../src/api/index.js';
import { listItems } from '@sardonyx/study/parameter-text';
import { changedValues, choicesOf, commandParts, readField, textOf, textsOf } from '../../src/page/form/form-values.js';

const parameter = (name: string, kind: FormParameter['kind'], schema: Record<string, unknown>, accepts = ''): FormParameter => ({
  name,
  kind,
  schema,
  accepts,
  description: '',
});

const steps = parameter('steps', 'integer', { type: 'integer', minimum: 1, maximum: 64 }, 'integer from 1 to 64');
const rate = parameter('learningRate', 'number', { type: 'number', exclusiveMinimum: 0, maximum: 1 }, 'number above 0 and at most 1');
const even = parameter('even', 'integer', { type: 'integer', multipleOf: 2 }, 'integer divisible by 2');
const average = parameter('average', 'boolean', { type: 'boolean' }, 'true or false');
const schedule = parameter('schedule', 'choice', { type: 'string', enum: ['constant', 'linear'] }, 'one of constant, linear');
const label = parameter('label', 'text', { type: 'string', maxLength: 8 }, 'text');
const operands = parameter('operands', 'list', { type: 'array', items: { type: 'integer', minimum: 2 }, minItems: 1 }, 'list');
const baselines = parameter('baselines', 'list', { type: 'array', items: { type: 'string', enum: ['iso-parameter', 'iso-flop'] } }, 'list');
const pair = parameter('pair', 'list', { type: 'array', prefixItems: [{ type: 'integer' }, { type: 'boolean' }], items: false }, 'list');

describe('reading a field', () => {
  const accepted: readonly (readonly [FormParameter, string, unknown])[] = [
    [steps, '64', 64],
    [steps, ' 7 ', 7],
    [rate, '1e-3', 0.001],
    [rate, '.5', 0.5],
    [even, '4', 4],
    [average, 'false', false],
    [schedule, 'linear', 'linear'],
    [label, '', ''],
    [operands, '2, 3,8', [2, 3, 8]],
    [baselines, '', []],
    [baselines, 'iso-flop', ['iso-flop']],
    [pair, '3, true', [3, true]],
  ];
  test.each(accepted.map(([given, text, value]) => ({ name: given.name, given, text, value })))(
    '$name takes $text',
    ({ given, text, value }) => {
      expect(readField(given, text)).toEqual({ value });
    },
  );

  const refused: readonly (readonly [FormParameter, string])[] = [
    [steps, '0'],
    [steps, '65'],
    [steps, '1.5'],
    [steps, '0x10'],
    [steps, ''],
    [rate, '0'],
    [rate, '1.01'],
    [even, '3'],
    [average, 'yes'],
    [schedule, 'cosine'],
    [label, 'far too long'],
    [operands, ''],
    [operands, '2,,3'],
    [operands, '1'],
    [baselines, 'iso-time'],
    [pair, '3, true, 4'],
  ];
  test.each(refused.map(([given, text]) => ({ name: given.name, given, text })))('$name refuses $text', ({ given, text }) => {
    expect(readField(given, text)).toHaveProperty('problem');
  });

  test('says what it expects and what was given', () => {
    expect(readField(steps, '70')).toEqual({ problem: 'Expected an integer from 1 to 64; this is “70”.' });
    expect(readField(schedule, '')).toEqual({ problem: 'Expected one of constant, linear; this is empty.' });
  });

  test('gives back the value that a field was filled with', () => {
    const cases: [FormParameter, fc.Arbitrary<unknown>][] = [
      [steps, fc.integer({ min: 1, max: 64 })],
      [rate, fc.double({ min: 0, max: 1, minExcluded: true, noNaN: true })],
      [average, fc.boolean()],
      [operands, fc.array(fc.integer({ min: 2 }), { minLength: 1 })],
      [baselines, fc.subarray(['iso-parameter', 'iso-flop'])],
    ];
    for (const [given, values] of cases) {
      fc.assert(fc.property(values, (value) => void expect(readField(given, textOf(value))).toEqual({ value })));
    }
  });
});

describe('the values of a form', () => {
  const preset = { steps: 10, learningRate: 0.1, operands: [2, 3], baselines: [] };
  const parameters = [steps, rate, operands, baselines];

  test('untouched fields change nothing', () => {
    expect(changedValues(parameters, textsOf(parameters, preset), preset)).toEqual({});
  });

  test('only what differs in value counts as changed', () => {
    const texts = { ...textsOf(parameters, preset), steps: '20', learningRate: '1e-1', operands: '2,3' };
    expect(changedValues(parameters, texts, preset)).toEqual({ steps: 20 });
  });

  test('fields that cannot be read are left out', () => {
    expect(changedValues(parameters, { ...textsOf(parameters, preset), steps: 'many' }, preset)).toEqual({});
  });

  test('choices of a choice, of a list, of neither', () => {
    expect([choicesOf(schedule), choicesOf(baselines), choicesOf(steps)]).toEqual([
      ['constant', 'linear'],
      ['iso-parameter', 'iso-flop'],
      undefined,
    ]);
    expect(listItems(' ')).toEqual([]);
  });
});

test('the command line of a run', () => {
  const parts = commandParts('demo/quadratic', 'quick', 3, { learningRate: 0.5, operands: [2, 3], label: "it's", baselines: [] });
  expect(parts.join(' ')).toBe(
    String.raw`npm run sardonyx -- run demo/quadratic --preset quick --seed 3 --learning-rate 0.5 --operands 2,3 --label 'it'\''s' --baselines ''`,
  );
});

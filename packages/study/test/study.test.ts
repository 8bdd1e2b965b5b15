import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { BadInputError, DefinitionError, ParameterError } from '../src/errors.js';
import { checkParameters, describeParameters, parseParameter } from '../src/parameters.js';
import { defineStudy, resolveParameters } from '../src/study.js';
import { defineCommand, defineSystem } from '../src/system.js';
import { walk } from './walk-study.js';

const schema = z.object({
  batchSize: z.int().min(1).max(64).default(8).describe('examples a step'),
  rate: z.number().gt(0).default(0.1),
  kind: z.enum(['sgd', 'adam']).default('sgd'),
  shuffle: z.boolean().default(true),
  widths: z.array(z.int().min(1)).default([4, 8]),
  L: z.int().multipleOf(4).default(4),
  note: z.string().optional(),
});

const study = defineStudy({
  name: 'training',
  title: 'Training',
  paper: walk.paper,
  summary: 'trains',
  params: schema,
  presets: { quick: {}, standard: { batchSize: 16 }, paper: { batchSize: 64 } },
  run: () => Promise.resolve(),
});

describe('parameters', () => {
  it('are described from the schema', () => {
    expect(describeParameters(schema).map(({ flag, kind, accepts }) => [flag, kind, accepts])).toEqual([
      ['batch-size', 'integer', 'integer from 1 to 64'],
      ['rate', 'number', 'number above 0'],
      ['kind', 'choice', 'one of sgd, adam'],
      ['shuffle', 'boolean', 'true or false'],
      ['widths', 'list', 'comma-separated list, each integer of at least 1'],
      ['l', 'integer', 'integer divisible by 4'],
      ['note', 'text', 'text'],
    ]);
  });

  it.each([
    ['batchSize', '12', 12],
    ['batchSize', '1e3', 1000],
    ['rate', '-.5', -0.5],
    ['shuffle', 'false', false],
    ['widths', '1, 2,3', [1, 2, 3]],
    ['widths', '', []],
    ['note', '17', '17'],
  ])('%s reads %j', (name, text, value) => {
    const parameter = describeParameters(schema).find((candidate) => candidate.name === name);
    expect(parameter && parseParameter(schema, parameter, text)).toEqual(value);
  });

  it.each([
    ['batchSize', ''],
    ['batchSize', 'NaN'],
    ['batchSize', '0x10'],
    ['rate', 'Infinity'],
    ['shuffle', 'yes'],
    ['widths', '1,,2'],
  ])('%s refuses %j', (name, text) => {
    const parameter = describeParameters(schema).find((candidate) => candidate.name === name);
    expect(() => parameter && parseParameter(schema, parameter, text)).toThrow(BadInputError);
  });

  it('are the defaults, the preset over them, the given over both', () => {
    expect(resolveParameters(study, 'standard', { rate: 1 })).toEqual({
      batchSize: 16,
      rate: 1,
      kind: 'sgd',
      shuffle: true,
      widths: [4, 8],
      L: 4,
    });
    expect(resolveParameters(study, 'paper', { batchSize: 2 }).batchSize).toBe(2);
  });

  it('outside their range are all named, with the range and the value', () => {
    const attempt = (): unknown => resolveParameters(study, 'quick', { batchSize: 65, rate: 0, kind: 'addam' });
    expect(attempt).toThrow('--batch-size: expected an integer from 1 to 64, got 65. Choose a value that fits.');
    expect(attempt).toThrow('--rate: expected a number above 0, got 0.');
    expect(attempt).toThrow('--kind: expected one of sgd, adam, got "addam". Did you mean adam?');
    expect(() => resolveParameters(study, 'quick', { batchsize: 1 })).toThrow('There is no parameter "batchsize". Did you mean batchSize?');
  });

  it('of a form that only its author can name are refused in the words of the author', () => {
    const shapes = z.object({
      shapes: z.array(z.string().regex(/^\d+x\d+$/, 'expected k and L as in 2x3')).default([]),
      id: z.string().regex(/^\d+$/).default('1'),
    });
    const attempt = (given: Record<string, unknown>) => (): unknown => checkParameters(shapes, given);
    expect(attempt({ shapes: ['2x3', '2y3'] })).toThrow('--shapes: expected k and L as in 2x3, got "2y3". Choose a value that fits.');
    expect(attempt({ id: 'a' })).toThrow('--id: expected text, got "a". Choose a value that fits.');
  });

  it('that do not fit come with a message for each, by name', () => {
    const problemsOf = (given: Record<string, unknown>): unknown => {
      try {
        return resolveParameters(study, 'quick', given);
      } catch (error) {
        return error instanceof ParameterError ? error.problems : error;
      }
    };
    expect(problemsOf({ batchSize: 65, kind: 'addam' })).toEqual({
      batchSize: 'expected an integer from 1 to 64, got 65. Choose a value that fits.',
      kind: 'expected one of sgd, adam, got "addam". Did you mean adam?',
    });
    expect(problemsOf({ batchsize: 1 })).toEqual({ batchsize: 'There is no parameter "batchsize". Did you mean batchSize?' });
  });
});

describe('definitions', () => {
  it('of commands need examples that begin with their names', () => {
    const command = { name: 'square', summary: '', params: z.object({}), run: () => Promise.resolve() };
    expect(() => defineCommand({ ...command, examples: [] })).toThrow(/"square": expected examples that begin with its name, got none/);
    expect(() => defineCommand({ ...command, examples: ['square 3', 'cube 3'] })).toThrow(/got "cube 3"/);
    const square = defineCommand({ ...command, aliases: ['second-power'], examples: ['square 3'] });
    const other = defineCommand({ ...command, name: 'second-power', examples: ['second-power 3'] });
    const system = { name: 'demo', title: '', paper: '0000.00000', summary: '', studies: [] };
    expect(() => defineSystem({ ...system, commands: [square, other] })).toThrow(/has the command "second-power" twice/);
  });

  it.each([
    ['a preset that is not valid', { presets: { ...walk.presets, paper: { steps: -1 } } }, /preset paper is not valid/],
    ['a name that is no kebab-case', { name: 'My Study' }, /kebab-case/],
    ['a parameter of the command line', { params: z.object({ seed: z.int().default(1) }) }, /--seed belongs to the command line/],
    [
      'one of its longer ones',
      { params: z.object({ checkpointSeconds: z.int().default(1) }) },
      /--checkpoint-seconds belongs to the command/,
    ],
    [
      'a parameter without a flag',
      { params: z.object({ nested: z.object({}).default({}) }) },
      /Cannot make a flag for the parameter "nested"/,
    ],
    ['a parameter without a default', { params: z.object({ steps: z.int() }) }, /preset quick is not valid/],
    ['two parameters of one flag', { params: z.object({ l: z.int().default(1), L: z.int().default(1) }) }, /the flag --l too/],
    ['a flag that reads as a negation', { params: z.object({ noDecay: z.boolean().default(true) }) }, /does not begin with "no"/],
    ['two figures of one name', { figures: [...(walk.figures ?? []), ...(walk.figures ?? [])] }, /the figure "path" twice/],
  ])('refuse %s', (_, change, message) => {
    const attempt = (): unknown => defineStudy({ ...walk, ...change } as never);
    expect(attempt).toThrow(DefinitionError);
    expect(attempt).toThrow(message);
  });

  it('refuse two studies of one name', () => {
    expect(() => defineSystem({ name: 'demo', title: '', paper: '0000.00000', summary: '', studies: [walk, walk] })).toThrow(
      /the study "walk" twice/,
    );
  });
});

import { describe, expect, it } from 'vitest';
import { parseCommandLine, select } from '../src/command-line.js';

describe('parseCommandLine', () => {
  it('reads a name and fills in the rest', () => {
    expect(parseCommandLine(['training'])).toEqual({ action: 'run', name: 'training', rounds: 5, threads: 2 });
  });

  it('reads every option', () => {
    const words = ['training', '--runs', '3', '--only', 'a, b', '--peers', 'none', '--json', 'out.json', '--threads', '1'];
    expect(parseCommandLine(words)).toEqual({
      action: 'run',
      name: 'training',
      rounds: 3,
      threads: 1,
      only: ['a', 'b'],
      peers: [],
      jsonFile: 'out.json',
    });
    expect(parseCommandLine(['--list'])).toEqual({ action: 'list' });
  });

  it.each([[[]], [['a', 'b']], [['training', '--runs', '0']], [['training', '--runs', 'x']], [['training', '--nope']]])(
    'refuses %j',
    (words) => {
      expect(() => parseCommandLine(words)).toThrow(expect.objectContaining({ code: 'usage' }));
    },
  );
});

it('select keeps what was asked for, in its own order, and names what there is', () => {
  expect(select(['a', 'b', 'c'], (item) => item, ['c', 'a'], 'case')).toEqual(['a', 'c']);
  expect(select(['a', 'b'], (item) => item, undefined, 'case')).toEqual(['a', 'b']);
  expect(() => select(['a', 'b'], (item) => item, ['x'], 'case')).toThrow('unknown case: expected one of a, b, got x');
});

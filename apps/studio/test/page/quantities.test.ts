import { describe, expect, test } from 'vitest';
import { costRows, formatNumber, formatPrefixed, formatShare, formatValue, inWords } from '../../src/page/quantities.js';

describe('numbers', () => {
  test.each([
    [0, '0'],
    [5000, '5,000'],
    [-5000, '−5,000'],
    [52_416, '52,416'],
    [0.003, '0.003'],
    [15.625, '15.63'],
    [1234.5678, '1,235'],
    [5.0561e-4, '5.056 × 10⁻⁴'],
    [1.5e12, '1.5 × 10¹²'],
    [-2e-7, '−2 × 10⁻⁷'],
    [NaN, 'not a number'],
    [-Infinity, 'minus infinite'],
  ])('%f is "%s"', (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });

  test('values of every kind of parameter', () => {
    expect([true, [2, 3], [], 'relu', 0.5].map(formatValue)).toEqual(['yes', '2, 3', 'none', 'relu', '0.5']);
  });

  test('a share is 100 % only when all is done', () => {
    expect([formatShare(0, 10), formatShare(9999, 10_000), formatShare(10, 10), formatShare(0, 0)]).toEqual([
      '0 %',
      '99 %',
      '100 %',
      '0 %',
    ]);
  });
});

describe('quantities with units', () => {
  test.each([
    [999, 'B', '999 B'],
    [3.2e9, 'B', '3.2 GB'],
    [3.49e18, '', '3.49 E'],
    [4e25, '', '40000 Z'],
  ])('%f %s is "%s"', (value, unit, text) => {
    expect(formatPrefixed(value, unit)).toBe(text);
  });

  test('the cost of a preset', () => {
    expect(costRows({ parameters: 4, flops: 9600, memoryBytes: 32, seconds: 90, compileSeconds: 2 })).toEqual([
      { name: 'parameters', amount: '4' },
      { name: 'floating-point operations', amount: '9.6 k' },
      { name: 'memory', amount: '32 B' },
      { name: 'time', amount: '1 min 30 s' },
      { name: 'compile', amount: '2 s' },
    ]);
  });

  test('names in words', () => {
    expect(inWords('learningRate')).toBe('learning rate');
  });
});

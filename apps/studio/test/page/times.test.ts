import { describe, expect, test } from 'vitest';
import { formatAgo, formatDuration, formatEstimate } from '../../src/page/times.js';

describe('lengths of time', () => {
  test.each([
    [0, '0 s'],
    [0.4, 'less than 1 s'],
    [59.4, '59 s'],
    [59.6, '1 min'],
    [72, '1 min 12 s'],
    [3600, '1 h'],
    [3 * 3600 + 5 * 60 + 59, '3 h 5 min'],
    [12 * 86400 + 4 * 3600, '12 d 4 h'],
    [Infinity, 'unknown'],
  ])('%f s is "%s"', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });

  test.each([
    [0.2, '5 s'],
    [41, '45 s'],
    [61, '2 min'],
    [3599, '60 min'],
    [4000, '1 h 6 min'],
  ])('%f s are estimated as "%s"', (seconds, text) => {
    expect(formatEstimate(seconds)).toBe(text);
  });
});

describe('moments', () => {
  const now = Date.parse('2026-03-04T12:00:00Z');
  test.each([
    ['2026-03-04T11:59:55Z', 'just now'],
    // A server whose clock is ahead of the page's.
    ['2026-03-04T12:00:30Z', 'just now'],
    ['2026-03-04T11:59:18Z', '40 s ago'],
    ['2026-03-04T11:57:00Z', '3 min ago'],
    ['2026-03-04T09:59:00Z', '2 h ago'],
    ['2026-02-27T12:00:00Z', '5 d ago'],
    ['2026-01-01T00:00:00Z', '2026-01-01'],
  ])('%s is "%s"', (iso, text) => {
    expect(formatAgo(iso, now)).toBe(text);
  });
});

import { describe, expect, it } from 'vitest';
import { formatSeconds } from '../src/output.js';

describe('a duration', () => {
  it.each([
    [0.04, '0.0 s'],
    [59.4, '59 s'],
    [59.6, '1 min 0 s'],
    [3725, '1 h 2 min'],
    [100_000, '1 d 3 h'],
  ])('%d seconds read %s', (seconds, text) => expect(formatSeconds(seconds)).toBe(text));
});

import { describe, expect, it } from 'vitest';
import { TimeLeft } from '../src/time-left.js';

describe('time left', () => {
  it('is what remains at the pace so far', () => {
    const left = new TimeLeft();
    for (let ms = 0; ms <= 10_000; ms += 500) left.update(ms / 100, 1000, ms);
    // 100 done in 10 s leaves 900 at 10 a second.
    expect(left.seconds()).toBeCloseTo(90, 9);
  });

  it('is not known before anything was done, as just after a resume', () => {
    const left = new TimeLeft();
    expect(left.seconds()).toBeUndefined();
    left.update(500, 1000, 0);
    expect(left.seconds()).toBeUndefined();
    left.update(510, 1000, 1000);
    expect(left.seconds()).toBeCloseTo(49, 9);
  });

  it('follows a change of pace within half a minute', () => {
    const left = new TimeLeft();
    for (let s = 0; s <= 100; s++) left.update(s, 10_000, s * 1000);
    for (let s = 1; s <= 31; s++) left.update(100 + 10 * s, 10_000, (100 + s) * 1000);
    // The window holds 30 s, so only the pace of 10 a second is left in it.
    expect(left.seconds()).toBeCloseTo((10_000 - 410) / 10, 6);
  });

  it('starts afresh with a new phase', () => {
    const left = new TimeLeft();
    left.update(0, 10, 0);
    left.update(9, 10, 1000);
    left.update(0, 500, 2000);
    expect(left.seconds()).toBeUndefined();
  });

  it('stays bounded in memory and right under a flood of updates', () => {
    const left = new TimeLeft();
    for (let i = 0; i <= 100_000; i++) left.update(i, 200_000, i);
    expect(left.seconds()).toBeCloseTo(100, 6);
  });
});

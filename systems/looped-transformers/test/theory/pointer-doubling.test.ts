import { RandomStream } from '@sardonyx/data';
import { describe, expect, test } from 'vitest';
import { sequenceLogits, solve } from '../../src/theory/construction.js';
import { hopsByDefinition } from '../../src/tasks/hops.js';
import { imitateByLooping } from '../../src/theory/looped-imitation.js';
import { pointerDoubling } from '../../src/theory/pointer-doubling.js';

const hopByDefinition = (q: number[], p: number) => q[hopsByDefinition(q, p) - 1];
test('x', async () => {
  const stream = new RandomStream(1, 'x');
  for (const [p, n] of [
    [1, 8],
    [2, 16],
    [3, 20],
    [4, 32],
    [5, 40],
    [6, 40],
    [7, 64],
    [8, 64],
    [9, 64],
    [11, 100],
    [13, 100],
    [16, 256],
    [31, 256],
    [32, 256],
  ] as const) {
    const c = pointerDoubling(p, n, 4);
    expect(c.claimed).toEqual({ layers: c.config.layers, loops: 1, width: c.config.width, heads: 2, hidden: c.config.hidden });
    const problems = Array.from({ length: 20 }, () => Array.from({ length: n }, () => stream.integer(4)));
    const logits = await sequenceLogits(
      c,
      problems.map((q) => c.encode(q)),
    );
    const l = await imitateByLooping(
      c.scheduled,
      problems.map((q) => c.encode(q)),
    );
    console.log(p, l.claimed, c.scheduled.schedule, l.B, l.C);
    const looped = await solve(
      l,
      problems.map((q) => c.encode(q)),
    );
    problems.forEach((q, b) => expect(c.decodePrefixes(looped[b]!)).toEqual(q.map((_, i) => hopByDefinition(q.slice(0, i + 1), p))));
    problems.forEach((q, b) => expect(c.decodePrefixes(logits[b]!)).toEqual(q.map((_, i) => hopByDefinition(q.slice(0, i + 1), p))));
  }
});

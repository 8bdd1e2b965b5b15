import { expect, test } from 'vitest';
import { groupComposition, compositionTrace } from '../../src/theory/group-composition.js';
import { solve, sequenceLogits } from '../../src/theory/construction.js';
import { cyclicGroup } from '../../src/tasks/named-groups.js';
const z = cyclicGroup;
test('trace', async () => {
  const c = groupComposition(z(7), 5);
  const p = [3, 5, 6, 1, 2];
  expect(compositionTrace(z(7), p).slice(1, 3)).toEqual([
    [0, 0, 0, 3, 4, 3],
    [0, 0, 0, 0, 3, 0],
  ]);
  for (const t of [1, 2, 3]) console.log(c.decodeStates((await sequenceLogits(c, [c.encode(p)], t))[0]!));
  console.log(await solve(c, [p]), c.config);
});

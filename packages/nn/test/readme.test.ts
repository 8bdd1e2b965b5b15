import { readFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';

test('the example of the README runs and learns', async () => {
  const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
  expect(read('../README.md')).toContain(`\`\`\`ts\n${read('../examples/digits.ts')}\`\`\``);
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  await import('../examples/digits.js');
  const losses = log.mock.calls.slice(0, 3).map(([, value]) => value as number);
  expect(losses[0]).toBeGreaterThan(2);
  expect(losses[2]).toBeLessThan(0.5);
  expect(log.mock.calls.at(-1)).toEqual([25952, 'parameters']);
});

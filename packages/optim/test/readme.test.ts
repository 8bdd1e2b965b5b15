import { readFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';

test('the example of the README runs and learns', async () => {
  const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
  expect(read('../README.md')).toContain(`\`\`\`ts\n${read('../examples/line.ts')}\`\`\``);
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  await import('../examples/line.js');
  const [slope, offset] = log.mock.calls[0] as [number, number];
  expect(slope).toBeCloseTo(2, 1);
  expect(offset).toBeCloseTo(1, 1);
});

import { spawn } from 'node:child_process';
import { expect, it } from 'vitest';
import { watchContention } from '../src/contention.js';

it.runIf(process.platform === 'linux')('counts what another process uses, not what the watched one does', () => {
  const idle = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore'] });
  const besideTheIdle = watchContention(idle.pid);
  const besideThis = watchContention(process.pid);
  const end = performance.now() + 300;
  while (performance.now() < end);
  const seen = besideTheIdle() ?? Number.NaN;
  const unseen = besideThis() ?? Number.NaN;
  idle.kill();
  // Whatever else runs weighs on both alike; the loop above alone, thirty ticks long if undisturbed, makes the difference.
  expect(seen).toBeGreaterThan(unseen);
});

it('knows nothing about a process that it was not given', () => {
  expect(watchContention(undefined)()).toBeUndefined();
});

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { ContenderDefinition } from '../src/benchmark.js';
import { ContenderProcess } from '../src/contender-process.js';
import { processTree, readProcessFile } from '../src/process-tree.js';

const program = fileURLToPath(new URL('fixtures/trivial.mjs', import.meta.url));
const limits = { threads: 2, replySeconds: 20 };

function trivial(behaviour: string): ContenderDefinition {
  return { id: behaviour, family: behaviour, command: [process.execPath, program, behaviour], install: 'fetch it' };
}

/** State letter of a process: T is stopped (proc(5)). */
function stateOf(pid: number | undefined): string | undefined {
  return /\) (\w)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1];
}

describe('ContenderProcess', () => {
  it('converses with a program that knows nothing but the protocol', async () => {
    const contender = await ContenderProcess.start(trivial('sound'), limits);
    expect(contender.versions).toEqual({ trivial: '1.0.0' });
    expect(await contender.prepare({ any: 'case' })).toEqual({ ready: true, compileSeconds: 0.5 });
    expect(await contender.run(2, 1)).toEqual({ secondsPerIteration: [0.25, 0.25], loss: 1 / 3, rssBytes: 1003 });
    expect(await contender.inspect()).toEqual({ output: 3 });
    await contender.quit();
  });

  it.runIf(process.platform === 'linux')('keeps an idle contender stopped', async () => {
    const contender = await ContenderProcess.start(trivial('sound'), limits);
    try {
      await contender.prepare({});
      // The signal is delivered when the process is next scheduled.
      await expect.poll(() => stateOf(contender.pid), { timeout: 10_000 }).toBe('T');
      await contender.run(1, 0);
      await expect.poll(() => stateOf(contender.pid), { timeout: 10_000 }).toBe('T');
    } finally {
      await contender.quit();
    }
  });

  it.runIf(process.platform === 'linux')('stops and ends what a contender started, too', async () => {
    const contender = await ContenderProcess.start(trivial('parent'), limits);
    await expect.poll(() => processTree(contender.pid!).length, { timeout: 10_000 }).toBe(2);
    await contender.prepare({});
    const child = processTree(contender.pid!)[1]!;
    await expect.poll(() => stateOf(child), { timeout: 10_000 }).toBe('T');
    await contender.kill();
    await expect.poll(() => readProcessFile(`/proc/${child}/cmdline`) || undefined, { timeout: 10_000 }).toBeUndefined();
  });

  it('says how to install a program, a file or a library that is absent', async () => {
    const noProgram: ContenderDefinition = { ...trivial('sound'), command: ['no-such-program-anywhere'] };
    await expect(ContenderProcess.start(noProgram, limits)).rejects.toMatchObject({
      code: 'contender-missing',
      message: 'sound: not installed (no-such-program-anywhere not found): fetch it',
    });
    await expect(ContenderProcess.start({ ...trivial('sound'), requires: '/no/such/file.js' }, limits)).rejects.toMatchObject({
      code: 'contender-missing',
      message: expect.stringContaining('/no/such/file.js'),
    });
    await expect(ContenderProcess.start(trivial('missing'), limits)).rejects.toMatchObject({
      code: 'contender-missing',
      message: 'missing: not installed (some-library not found): fetch it',
    });
  });

  it('tells a crash, with exit code and last words', async () => {
    const contender = await ContenderProcess.start(trivial('crashing'), limits);
    await contender.prepare({});
    await expect(contender.run(12, 0)).rejects.toMatchObject({
      code: 'contender-crashed',
      message: expect.stringMatching(/exit code 7[^]*the sky is up/),
    });
  });

  it('tells an error, a refusal and a breach of the protocol apart', async () => {
    const erring = await ContenderProcess.start(trivial('erring'), limits);
    await expect(erring.run(1, 0)).rejects.toMatchObject({ code: 'contender-failed', message: 'erring: out of luck' });
    await erring.quit();
    const refusing = await ContenderProcess.start(trivial('unsupported'), limits);
    await expect(refusing.prepare({})).rejects.toMatchObject({ code: 'contender-unsupported' });
    await refusing.quit();
    await expect(ContenderProcess.start(trivial('noisy'), limits)).rejects.toMatchObject({
      code: 'contender-protocol',
      message: expect.stringContaining('loading …'),
    });
  });

  it('ends a contender that does not answer in time', async () => {
    await expect(ContenderProcess.start(trivial('silent'), { threads: 2, replySeconds: 0.2 })).rejects.toMatchObject({
      code: 'contender-timeout',
    });
  });
});

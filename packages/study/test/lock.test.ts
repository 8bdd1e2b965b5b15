import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { RunLockedError } from '../src/errors.js';
import { nodeFileSystem } from '../src/file-system.js';
import { Lock, lockHolder, processStart } from '../src/lock.js';
import { temporaryDirectory } from './temporary-directory.js';

const lockPath = (): string => join(temporaryDirectory(), 'run.lock');
const holder = (change: object = {}): string =>
  JSON.stringify({ pid: process.pid, host: hostname(), processStart: processStart(process.pid), since: 'then', ...change });

/** The number of a process that has just ended. */
async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  return child.pid ?? 0;
}

describe('lock', () => {
  it('is held until released', () => {
    const path = lockPath();
    const lock = Lock.acquire(nodeFileSystem, path);
    expect(lockHolder(path)?.pid).toBe(process.pid);
    expect(() => Lock.acquire(nodeFileSystem, path)).toThrow(RunLockedError);
    expect(() => Lock.acquire(nodeFileSystem, path)).toThrow(new RegExp(`process ${process.pid} on`));
    lock.release();
    lock.release();
    expect(existsSync(path)).toBe(false);
    Lock.acquire(nodeFileSystem, path).release();
  });

  it('is taken over from a dead process', async () => {
    const path = lockPath();
    writeFileSync(path, holder({ pid: await deadPid() }));
    expect(lockHolder(path)).toBeUndefined();
    const lock = Lock.acquire(nodeFileSystem, path);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ pid: process.pid });
    lock.release();
    expect(readdirSync(join(path, '..'))).toEqual([]);
  });

  it.runIf(process.platform === 'linux')('is taken over from a process whose number was given to another', () => {
    const path = lockPath();
    writeFileSync(path, holder({ processStart: '1' }));
    Lock.acquire(nodeFileSystem, path).release();
  });

  it.runIf(process.platform === 'linux')('is taken over from a process that has ended but was never asked how', async () => {
    const path = lockPath();
    // The shell becomes a program that never asks how its child ended.
    const parent = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString('utf8'));
    while (!readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')) await setTimeout(10);
    writeFileSync(path, holder({ pid, processStart: processStart(pid) }));
    expect(lockHolder(path)).toBeUndefined();
    Lock.acquire(nodeFileSystem, path).release();
    parent.kill();
  });

  it('is respected when it is of another machine, whose processes cannot be seen', () => {
    const path = lockPath();
    writeFileSync(path, holder({ pid: 1, host: 'elsewhere.example' }));
    expect(() => Lock.acquire(nodeFileSystem, path)).toThrow(/elsewhere\.example.*remove/s);
  });

  it('is respected for a moment while it is being written, then taken over', () => {
    const path = lockPath();
    writeFileSync(path, '');
    expect(() => Lock.acquire(nodeFileSystem, path)).toThrow(RunLockedError);
    utimesSync(path, new Date(0), new Date(0));
    Lock.acquire(nodeFileSystem, path).release();
  });

  it('is not taken over while another process is taking it over', async () => {
    const path = lockPath();
    writeFileSync(path, holder({ pid: await deadPid() }));
    writeFileSync(`${path}.takeover`, holder());
    expect(() => Lock.acquire(nodeFileSystem, path)).toThrow(RunLockedError);
    utimesSync(`${path}.takeover`, new Date(0), new Date(0));
    Lock.acquire(nodeFileSystem, path).release();
  });
});

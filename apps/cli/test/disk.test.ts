import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { demoSystem, mainScript, sardonyx, startProcess, workFolder } from './sardonyx.js';

/** Whether this machine lets a test mount a small disk of its own, in a namespace that ends with the process. */
const canMount = spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { stdio: 'ignore' }).status === 0;
const isRoot = process.getuid?.() === 0;
const nobody = 65_534;
/** The superuser may write anywhere, so the test gives that up where it has it and the files here are for all to read. */
const canBeDenied =
  !isRoot || spawnSync(process.execPath, ['-e', `require('fs').accessSync(${JSON.stringify(demoSystem)})`], { uid: nobody }).status === 0;

/** Runs a shell script where `disk` is a fresh memory disk of the given size. */
function onDisk(size: string, script: string) {
  const cwd = workFolder();
  mkdirSync(join(cwd, 'disk'));
  const sardonyxCommand = `'${process.execPath}' '${mainScript}'`;
  const lines = [`mount -t tmpfs -o size=${size} tmpfs disk`, `sardonyx() { ${sardonyxCommand} "$@"; }`, script];
  return startProcess('unshare', ['-rm', 'sh', '-c', lines.join('\n')], { cwd, env: { SARDONYX_SYSTEMS: demoSystem } }).finished;
}

describe('the disk', () => {
  it.runIf(canMount)('when full ends the run with 1, says so, and loses nothing that was saved', async () => {
    const script = `
      sardonyx run demo/quadratic --steps 4000 --save-every 50 --out disk/run; echo "run $?"
      sardonyx runs show disk/run
      mount -o remount,size=20m disk
      sardonyx resume disk/run --json; echo "resume $?"`;
    const { stdout, stderr } = await onDisk('256k', script);
    expect(stderr).toMatch(/error: Cannot write .*the disk is full\. Free some space\. \(ENOSPC\)/);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(stdout).toContain('run 1\n');
    expect(stdout).toMatch(/status +(failed|killed)/);
    expect(stdout).toMatch(/"type":"resumed","step":\d+/);
    expect(stdout).toMatch(/"type":"result".*"status":"done"/);
    expect(stdout).toContain('resume 0\n');
  });

  it.runIf(canMount)('when read-only is refused with 1', async () => {
    const { stdout, stderr } = await onDisk('1m', 'mount -o remount,ro disk\nsardonyx run demo/quadratic --out disk/run; echo "run $?"');
    expect(stderr).toMatch(/^error: Cannot create directory .*the disk is read-only\. Choose another folder\. \(EROFS\)\n$/);
    expect(stdout).toBe('run 1\n');
  });

  it.runIf(canBeDenied)('when not permitted is refused with 1', async () => {
    const cwd = workFolder();
    chmodSync(cwd, 0o555);
    const { code, stderr } = await sardonyx(['run', 'demo/quadratic'], { cwd, ...(isRoot ? { uid: nobody } : {}) });
    chmodSync(cwd, 0o755);
    expect(code).toBe(1);
    expect(stderr).toMatch(/error: Cannot create directory .*permission is denied\. Choose a folder you may write to\. \(EACCES\)/);
  });

  it.runIf(process.platform === 'linux').each(['/proc/run', '/proc/deep/run'])(
    'when it is a folder of the system is refused with 1: %s',
    async (out) => {
      const { code, stdout, stderr } = await sardonyx(['run', 'demo/quadratic', '--out', out]);
      const refused = out.replace('/deep/run', '/deep');
      expect(stderr).toBe(
        `error: Cannot create directory ${refused}: expected a folder that takes new ones, got /proc, which is there and takes none. ` +
          'Choose a folder on a disk. (ENOENT)\n',
      );
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    },
  );

  it('when a link leads nowhere is refused with 1', async () => {
    const cwd = workFolder();
    symlinkSync('nowhere', join(cwd, 'link'));
    const { code, stderr } = await sardonyx(['run', 'demo/quadratic', '--out', 'link/run'], { cwd });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /error: Cannot create directory .*link\/run: a file stands where a folder is needed\. Choose another path\. \(EEXIST\)/,
    );
  });

  it('when a file stands in the way is refused with 1', async () => {
    const cwd = workFolder();
    writeFileSync(join(cwd, 'file'), '');
    const { code, stderr } = await sardonyx(['run', 'demo/quadratic', '--out', 'file/run'], { cwd });
    expect(code).toBe(1);
    expect(stderr).toMatch(/error: Cannot .*a file stands where a folder is needed\. Choose another path\. \(ENOTDIR\)/);
  });
});

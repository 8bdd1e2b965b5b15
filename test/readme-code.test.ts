import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { format } from 'node:util';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { pages } from './markdown.js';
import { endOfBlock, isTypeScript, type Program, programsOf, reasonNotToRun, sourceOf } from './readme-programs.js';
import { root } from './workspace.js';

const programs = pages().flatMap(programsOf);
/** Inside the repository, where imports of its packages resolve. */
const sources = join(root, 'test', '.readme');
const fileOf = ({ page, line }: Program): string => join(sources, `${page.replaceAll('/', '~')}.${line}.ts`);

const home = process.cwd();
const folder = mkdtempSync(join(tmpdir(), 'sardonyx-readme-'));

beforeAll(() => {
  rmSync(sources, { recursive: true, force: true });
  mkdirSync(sources);
  for (const program of programs) writeFileSync(fileOf(program), sourceOf(program));
  const compilerOptions = { noUnusedLocals: false };
  writeFileSync(
    join(sources, 'tsconfig.json'),
    JSON.stringify({ extends: '../../tsconfig.test.json', compilerOptions, include: ['*.ts'] }),
  );
  process.chdir(folder);
});

afterAll(() => {
  process.chdir(home);
  for (const place of [sources, folder]) rmSync(place, { recursive: true, force: true });
});

describe.each(programs)('the program in $page at line $line', (program) => {
  test('runs, and prints what the page says', async () => {
    const printed: string[] = [];
    const log = vi.spyOn(console, 'log').mockImplementation((...args: unknown[]) => void printed.push(format(...args)));
    try {
      await import(fileOf(program));
    } finally {
      log.mockRestore();
    }
    const outputs = printed
      .join('\n')
      .split(endOfBlock)
      .map((output) => output.trim());
    program.outputs.forEach((expected, block) => {
      if (expected !== undefined) expect(outputs[block]).toBe(expected.trim());
    });
  });
});

test('the programs type-check', () => {
  const tsc = join(dirname(createRequire(import.meta.url).resolve('@typescript/native/package.json')), 'bin', 'tsc');
  const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', sources], { encoding: 'utf8' });
  expect(stdout).toBe('');
  expect(status).toBe(0);
});

test('a block that is not run says why', () => {
  const unexplained = pages().flatMap(({ path, blocks }) =>
    blocks
      .filter((block) => isTypeScript(block) && block.info !== 'ts' && reasonNotToRun(block) === undefined)
      .map(({ line }) => `${path}:${line}`),
  );
  expect(unexplained).toEqual([]);
});

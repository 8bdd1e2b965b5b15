import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkParameters, type Command, readTable, resolveParameters, runPaths, startRun, type Study } from '@sardonyx/study';
import { afterAll, describe, expect, test } from 'vitest';
import { hopsByDefinition, loadModel, openModel, system, theoryStudy } from '../../src/index.js';

const folder = mkdtempSync(join(tmpdir(), 'theory-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function verify(args: readonly string[], params: Record<string, unknown>, json: boolean): Promise<string[]> {
  const command = system.commands!.find(({ name }) => name === 'theory') as unknown as Command;
  const lines: string[] = [];
  const context = {
    signal: new AbortController().signal,
    arguments: args,
    json,
    print: (text: string) => void lines.push(text),
    log: () => undefined,
  };
  await command.run(context, checkParameters(command.params, params));
  return lines;
}

describe('theory verify', () => {
  test('prints one line a theorem', async () => {
    const lines = await verify(['verify'], { only: ['fixed-point', 'chain-of-thought'] }, false);
    expect(lines.map((line) => line.split(/\s+/).slice(0, 2))).toEqual([
      ['holds', 'chain-of-thought'],
      ['holds', 'fixed-point'],
    ]);
  });

  test('and as JSON the figures behind it', async () => {
    const [line] = await verify(['verify'], { only: ['looped-imitation'] }, true);
    const result = JSON.parse(line!) as { holds: boolean; measured: Record<string, number> };
    expect(result.holds).toBe(true);
    expect(result.measured['refusals']).toBe(8);
  });

  test('knows no other action, and no other theorem', async () => {
    await expect(verify(['prove'], {}, false)).rejects.toThrow('Cannot use "prove": expected verify');
    await expect(verify(['verify'], { only: ['fermat'] }, false)).rejects.toThrow(/only/);
  });
});

test('the study counts loops, errors and blocks, and carries a trained model over', async () => {
  const size = { groups: ['S_3'], lengths: [2, 5], scales: [5, 20], hops: [1, 3, 4], hopLength: 24, problems: 3 };
  const directory = join(folder, 'run');
  const { status, expect: found } = await startRun({
    id: 'looped-transformers/theory',
    study: theoryStudy as unknown as Study,
    preset: 'quick',
    seed: 3,
    params: resolveParameters(theoryStudy, 'quick', { ...size, theorems: ['fixed-point'], trainingSteps: 60 }),
    directory,
  });
  expect(status).toBe('done');
  const verdicts = found.map(({ verdict }) => verdict);
  expect(verdicts).toEqual(['holds', 'holds', 'holds', 'holds', 'reported', 'reported', 'reported', 'reported', 'holds']);
  const table = async (name: string, column: string) => Array.from((await readTable(runPaths(directory).table(name))).columns[column]!);
  expect(await table('loops', 'needed')).toEqual([1, 3]);
  expect((await table('errors', 'error')).map((error) => Number(error) === 0)).toEqual([false, true, false, true]);
  expect(await table('hops', 'loops')).toEqual([2, 2, 2, 4, 4, 3, 4, 4, 4]);
  const session = openModel(await loadModel(join(directory, 'models', '1x4-4-hops-by-hand')));
  const sequence = 'abdcabcdacbdabca';
  const place = hopsByDefinition(
    Array.from(sequence, (letter) => letter.charCodeAt(0) - 97),
    4,
  );
  expect((await session.ask(`#${sequence}`)).answer).toEqual([place === 0 ? '#' : sequence[place - 1]]);
  session.dispose();
});

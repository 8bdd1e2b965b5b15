import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkParameters, type Command } from '@sardonyx/study';
import { afterAll, describe, expect, test } from 'vitest';
import { dataGen, dataStats, dataVerify } from '../../src/commands.js';
import { openTokenFile } from '../../src/language/token-file.js';

const folder = mkdtempSync(join(tmpdir(), 'data-commands-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a command; returns what it printed and what it said. */
async function run(command: unknown, args: readonly string[], params: Record<string, unknown> = {}, json = true) {
  const { run, params: schema } = command as Command;
  const [printed, said]: [string[], string[]] = [[], []];
  const context = {
    signal: new AbortController().signal,
    arguments: args,
    json,
    print: (text: string) => void printed.push(text),
    log: (text: string) => void said.push(text),
  };
  await run(context, checkParameters(schema, params));
  return { printed, said, result: json ? (JSON.parse(printed.at(-1)!) as Record<string, unknown>) : {} };
}

const parameters = JSON.stringify({ length: 24, hops: 3 });

describe('data-gen, data-verify and data-stats', () => {
  test('write, check and describe a data set', async () => {
    const path = join(folder, 'hops');
    const { result } = await run(dataGen, ['p-hop', path], { parameters, count: 30, split: 'test', dataSeed: 4, tokens: 'raw' });
    expect(result).toMatchObject({ task: 'p-hop', split: 'test', count: 30, seed: 4, length: 24, dtype: 'uint16', tokens: 30 * 25 });
    const tokens = await openTokenFile(join(path, 'tokens.bin'), 4);
    expect(tokens.length).toBe(30 * 25);
    await tokens.close();
    expect((await run(dataVerify, [path])).result).toEqual({
      task: 'p-hop',
      split: 'test',
      count: 30,
      verified: 30,
      bad: 0,
      changedFiles: 0,
    });
    expect((await run(dataStats, [path, path])).result).toMatchObject({ problems: 30, overlap: 1, longest: 24, meanTargets: 1, bad: 0 });
    expect((await run(dataStats, [path], {}, false)).printed[0]).toBe('30 problems of p-hop, test');
  });

  test('go past bad lines only when asked to, and count them', async () => {
    const path = join(folder, 'bad');
    await run(dataGen, ['p-hop', path], { parameters, count: 10 });
    const problems = join(path, 'problems.jsonl');
    writeFileSync(problems, readFileSync(problems, 'utf8').replace('"hops":3', '"hops":4'));
    await expect(run(dataVerify, [path])).rejects.toMatchObject({ name: 'BadInputError', code: 'format' });
    const { result, said } = await run(dataVerify, [path], { skipBad: true });
    // One line, and the file that holds it.
    expect(result).toMatchObject({ verified: 9, bad: 1, changedFiles: 1 });
    expect((await run(dataVerify, [path], { skipBad: true }, false)).printed).toEqual([
      '9 of 10 problems of p-hop, train: answers, split and sequences hold; 1 bad, 1 file changed since',
    ]);
    expect(said.join('\n')).toMatch(/line 1: p-hop: expected hops to the places/);
    expect((await run(dataVerify, [path], { skipBad: true, limit: 3 })).result).toMatchObject({ verified: 2 });
  });

  test('leave a folder that is not empty as it is, unless a data set in it is to be replaced', async () => {
    const path = join(folder, 'again');
    await run(dataGen, ['p-hop', path], { parameters, count: 10, tokens: 'raw' });
    writeFileSync(join(path, 'notes.txt'), 'mine');
    const refused = run(dataGen, ['p-hop', path], { parameters, count: 5 });
    await expect(refused).rejects.toThrow(/expected a new or empty folder, found manifest\.json, notes\.txt, problems\.jsonl, … in it/);
    await expect(refused).rejects.toMatchObject({ name: 'BadInputError', code: 'folder-not-empty' });
    expect((await run(dataVerify, [path])).result).toMatchObject({ verified: 10 });
    await run(dataGen, ['p-hop', path], { parameters, count: 5, force: true });
    expect((await run(dataVerify, [path])).result).toMatchObject({ verified: 5 });
    // The tokens of the first ones are gone, and what is no data set is not.
    expect(readdirSync(path).sort()).toEqual(['manifest.json', 'notes.txt', 'problems.jsonl', 'sequences.bin']);
  });

  test('compare data sets of one task only', async () => {
    const [hops, sums] = [join(folder, 'hops-to-compare'), join(folder, 'sums-to-compare')];
    await run(dataGen, ['p-hop', hops], { parameters, count: 5 });
    await run(dataGen, ['addition', sums], { parameters: '{"digits": 1}', count: 5 });
    await expect(run(dataStats, [hops, sums])).rejects.toThrow(/expected data sets of one task, given p-hop and addition/);
    await expect(run(dataStats, [hops, sums])).rejects.toMatchObject({ name: 'BadInputError', code: 'argument' });
  });

  test.each([
    [dataGen, ['hop', 'x'], {}, 'unknown-task', /no task "hop"/],
    [dataGen, ['p-hop', 'x'], { parameters: '{"hops": 100}' }, 'argument', /acceptance would be/],
    [dataGen, ['p-hop', 'x'], { parameters: '{"hop": 1}' }, 'argument', /hop/],
    [dataGen, ['p-hop', 'x'], { parameters: '{"hops": "4"}' }, 'argument', /hops: expected an integer .*, given "4"/],
    [dataGen, ['p-hop', 'x'], { parameters: 'hops=4' }, 'json', /expected JSON such as/],
    [
      dataGen,
      ['p-hop', '/dev/null/x'],
      { parameters },
      'file',
      /^Cannot use "\/dev\/null\/x": a part of its path is a file; check the path\.$/,
    ],
    [
      dataVerify,
      [join(tmpdir(), 'no such data set')],
      {},
      'file',
      /expected a folder with manifest\.json, found none\. Give a folder that/,
    ],
    [dataStats, [join(tmpdir(), 'no such data set')], {}, 'file', /"\S*no such data set".*Give a folder that data-gen wrote/],
  ] as const)('refuse bad input: %#', async (command, args, params, code, message) => {
    const refused = run(command, args, params);
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.toMatchObject({ name: 'BadInputError', code });
  });
});

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
    expect((await run(dataVerify, [path])).result).toEqual({ task: 'p-hop', split: 'test', count: 30, verified: 30, bad: 0 });
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
    // The hash of the file, and its first line.
    expect(result).toMatchObject({ verified: 9, bad: 2 });
    expect(said.join('\n')).toMatch(/line 1: p-hop: expected hops to the places/);
    expect((await run(dataVerify, [path], { skipBad: true, limit: 3 })).result).toMatchObject({ verified: 2 });
  });

  test.each([
    [dataGen, ['hop', 'x'], {}, 'unknown-task', /no task "hop"/],
    [dataGen, ['p-hop', 'x'], { parameters: '{"hops": 100}' }, 'argument', /acceptance would be/],
    [dataGen, ['p-hop', 'x'], { parameters: '{"hop": 1}' }, 'argument', /hop/],
    [dataGen, ['p-hop', 'x'], { parameters: '[1]' }, 'argument', /expected object/],
    [dataGen, ['p-hop', 'x'], { parameters: 'hops=4' }, 'json', /expected JSON such as/],
    [dataGen, ['p-hop', '/dev/null/x'], { parameters }, 'file', /ENOTDIR/],
    [dataVerify, [join(tmpdir(), 'no such data set')], {}, 'file', /ENOENT/],
    [dataStats, [join(tmpdir(), 'no such data set')], {}, 'file', /ENOENT/],
  ] as const)('refuse bad input: %#', async (command, args, params, code, message) => {
    const refused = run(command, args, params);
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.toMatchObject({ name: 'BadInputError', code });
  });
});

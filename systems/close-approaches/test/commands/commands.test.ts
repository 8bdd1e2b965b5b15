import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkParameters, type Command } from '@sardonyx/study';
import { system } from '../../src/index.js';
import { decodeCatalogue } from '../../src/formats/catalogue-file.js';

const ceresLine =
  '00001    3.34  0.15 K2555 188.70269   73.27343   80.25221   10.58780  0.0794013  0.21424651   2.7660512  0 E2024-V47  7330 125 1801-2024 0.80 M-v 30k MPCLINUX   4000      (1) Ceres              20241101';
const mpcorb = `header\n${'-'.repeat(160)}\n${ceresLine}\n${ceresLine.replace('00001', '00004').replace('K2555', 'K253V').replace('(1) Ceres', '(4) Vesta').replace('  3.34', '      ')}\n`;

let folder: string;
const path = (name: string): string => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'approaches-'));
  await writeFile(path('MPCORB.DAT'), mpcorb);
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs a command of the system and returns the lines that it printed. */
async function run(name: string, args: readonly string[], params: Record<string, unknown> = {}, json = false): Promise<string[]> {
  const command = system.commands!.find((candidate) => candidate.name === name) as Command;
  const lines: string[] = [];
  await command.run(
    {
      signal: new AbortController().signal,
      arguments: args,
      json,
      print: (text) => void lines.push(...text.split('\n')),
      log: () => undefined,
    },
    checkParameters(command.params, params),
  );
  return lines;
}

describe('import', () => {
  test('writes a catalogue and reports what it holds', async () => {
    const [line] = await run('import', [path('MPCORB.DAT')], { output: path('all.orbits') }, true);
    expect(JSON.parse(line!)).toMatchObject({
      type: 'catalogue',
      orbits: 2,
      numbered: 2,
      withoutMagnitude: 1,
      epochs: 2,
      atOtherEpochs: 1,
      files: [{ format: 'mpcorb', orbits: 2, bad: 0 }],
    });
    expect([...decodeCatalogue('x', await readFile(path('all.orbits'))).names]).toEqual(['Ceres', 'Vesta']);
    const text = (await run('import', [path('all.orbits'), path('MPCORB.DAT')], { output: path('twice.orbits') })).join('\n');
    expect(text).toContain('2 designations more than once, such as 1, 4');
    expect(text).toContain('2 epochs: 2 orbits not at JD 2460800.5; --epoch 2460800.5 integrates them to it');
    expect(text).toContain('2 without absolute magnitude H');
  });

  test('integrates to one epoch', async () => {
    await run('import', [path('MPCORB.DAT')], { output: path('one.orbits'), epoch: '2025-05-05' });
    const catalogue = decodeCatalogue('x', await readFile(path('one.orbits')));
    expect([...catalogue.column('epoch')]).toEqual([2_460_800.5, 2_460_800.5]);
    expect(catalogue.column('meanAnomaly')[0]).toBe(188.70269);
    // 35 days of 0.2142°, less what Jupiter does.
    expect(catalogue.column('meanAnomaly')[1]! - 188.70269).toBeCloseTo(35 * 0.21424651, 1);
  });

  test('stops at a bad row, or leaves it out', async () => {
    await writeFile(path('bad.dat'), `${mpcorb}${ceresLine.replace('K2555', 'K2Z55')}\n`);
    await expect(run('import', [path('bad.dat')], { output: path('x.orbits') })).rejects.toThrowError(
      /bad\.dat, line 5, epoch \(columns 21-25\)/,
    );
    const lines = await run('import', [path('bad.dat')], { output: path('x.orbits'), skipBad: true });
    expect(lines[0]).toContain('2 orbits, MPCORB.DAT; 1 rows left out:');
    await expect(run('import', [path('none.dat')])).rejects.toThrowError(expect.objectContaining({ code: 'file' }));
    await expect(run('import', [])).rejects.toThrowError(expect.objectContaining({ code: 'argument' }));
  });
});

test.each(['x.csv', 'x.json', 'x.cat', 'x.in', 'x.dat', 'x.orbits'])('convert keeps orbits through %s', async (name) => {
  const [line] = await run('convert', [path('MPCORB.DAT'), path(name)], {}, true);
  expect(JSON.parse(line!)).toMatchObject({ rows: 2, bad: 0 });
  await run('convert', [path(name), path('back.dat')]);
  const back = await readFile(path('back.dat'), 'utf8');
  const elements = (text: string): string[] =>
    text
      .trimEnd()
      .split('\n')
      .slice(-2)
      .map((row) => row.slice(0, 7) + row.slice(20, 103));
  expect(elements(back)).toEqual(elements(mpcorb));
});

test('convert refuses unknown endings', async () => {
  await expect(run('convert', [path('MPCORB.DAT'), path('x.xyz')])).rejects.toThrowError(expect.objectContaining({ code: 'argument' }));
});

test('moid measures to the planets at the epoch of each orbit', async () => {
  const lines = await run('moid', [path('MPCORB.DAT')], { planets: ['earth', 'mars'], bodies: ['Ceres'], minima: true }, true);
  const [earth, mars] = lines.map((line) => JSON.parse(line) as { planet: string; moid: number; minima: unknown[] });
  // JPL gives 1.58 au for Ceres and the Earth.
  expect(earth!.moid).toBeCloseTo(1.58, 2);
  expect(mars!.moid).toBeLessThan(earth!.moid);
  expect(earth!.minima.length).toBeGreaterThan(0);
  expect(await run('moid', [path('MPCORB.DAT')], { below: 0.05 })).toEqual([]);
  await expect(run('moid', [path('MPCORB.DAT')], { bodies: ['Apophis'] })).rejects.toThrowError(
    expect.objectContaining({ code: 'unknown-body' }),
  );
});

describe('propagate', () => {
  test('prints Horizons-like vectors, CSV and JSON of the same states', async () => {
    const options = { to: '2025-06-05', bodies: ['1'] };
    const [row] = await run('propagate', [path('MPCORB.DAT')], { ...options, format: 'json' });
    const { state } = JSON.parse(row!) as { state: number[] };
    const csv = await run('propagate', [path('MPCORB.DAT')], { ...options, format: 'csv' });
    expect(csv[1]!.split(',').slice(4).map(Number)).toEqual(state);
    const table = (await run('propagate', [path('MPCORB.DAT')], options)).join('\n');
    await writeFile(path('ceres.txt'), table);
    await run('import', [path('ceres.txt')], { output: path('ceres.orbits') });
    decodeCatalogue('x', await readFile(path('ceres.orbits')))
      .state(0)
      .forEach((value, k) => expect(value).toBeCloseTo(state[k]!, 12));
  });

  test.each(['2', '3', '13', '21'])('writes a kernel of type %s that holds the states', async (spkType) => {
    const dates = { from: '2025-05-05', to: '2025-09-05', bodies: ['1'] };
    await run('propagate', [path('MPCORB.DAT')], { ...dates, format: 'spk', spkType, output: path('ceres.bsp') });
    await run('import', [path('ceres.bsp')], { output: path('kernel.orbits') });
    const catalogue = decodeCatalogue('x', await readFile(path('kernel.orbits')));
    expect([...catalogue.designations]).toEqual(['1']);
    // The first date is the epoch of the catalogue's orbit; times of kernels are known to 1e-7 s.
    expect(catalogue.column('semiMajorAxis')[0]).toBeCloseTo(2.7660512, 8);
    expect(catalogue.column('meanAnomaly')[0]).toBeCloseTo(188.70269, 5);
  });

  test('says what is missing', async () => {
    await expect(run('propagate', [path('MPCORB.DAT')])).rejects.toThrowError(/expected --to DATE/);
    await expect(run('propagate', [path('MPCORB.DAT')], { to: '2025-06-05', format: 'spk' })).rejects.toThrowError(
      /expected --from DATE and --output FILE/,
    );
    await expect(run('propagate', [path('MPCORB.DAT')], { to: '2025-06-05', from: '2026-01-01' })).rejects.toThrowError(
      /expected --from before --to/,
    );
    await expect(run('propagate', [path('MPCORB.DAT')], { to: 'soon' })).rejects.toThrowError(
      expect.objectContaining({ code: 'calendar-date' }),
    );
  });
});

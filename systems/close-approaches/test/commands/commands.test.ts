import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
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
async function run(
  name: string,
  args: readonly string[],
  params: Record<string, unknown> = {},
  json = false,
  logged: string[] = [],
): Promise<string[]> {
  const command = system.commands!.find((candidate) => candidate.name === name) as Command;
  const lines: string[] = [];
  await command.run(
    {
      signal: new AbortController().signal,
      arguments: args,
      json,
      print: (text) => void lines.push(...text.split('\n')),
      log: (text) => void logged.push(text),
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
    await expect(run('import', [path('none.dat')])).rejects.toThrowError(
      expect.objectContaining({ code: 'file', message: `Cannot read "${path('none.dat')}": no such file. Check the path.` }),
    );
    await expect(run('import', [])).rejects.toThrowError(expect.objectContaining({ code: 'argument' }));
  });
});

test('a file of which no row is left is refused by all that read it', async () => {
  await writeFile(path('allbad.dat'), mpcorb.replaceAll('0.0794013', '0.07x4013'));
  await expect(run('import', [path('allbad.dat')], { output: path('none.orbits'), skipBad: true })).rejects.toThrowError(
    expect.objectContaining({
      code: 'no-data',
      message: expect.stringMatching(/got none and 2 that cannot, the first: .*line 3, e \(columns 71-79\)/) as string,
    }),
  );
  expect(await readdir(folder)).not.toContain('none.orbits');
  await expect(run('moid', [path('allbad.dat')], { skipBad: true })).rejects.toMatchObject({ code: 'no-data' });
});

test('a file that cannot be written is refused with its folder', async () => {
  await expect(run('import', [path('MPCORB.DAT')], { output: path('none/x.orbits') })).rejects.toThrowError(
    expect.objectContaining({
      code: 'unwritable',
      message: expect.stringContaining(`got no folder "${path('none')}"; make the folder`) as string,
    }),
  );
  await expect(run('import', [path('MPCORB.DAT')], { output: path('MPCORB.DAT/x.orbits') })).rejects.toMatchObject({ code: 'unwritable' });
  await mkdir(path('folder.orbits'), { recursive: true });
  await expect(run('import', [path('MPCORB.DAT')], { output: path('folder.orbits') })).rejects.toThrowError(
    expect.objectContaining({ code: 'unwritable', message: expect.stringContaining('got a folder of this name') as string }),
  );
  expect((await readdir(folder)).filter((name) => name.includes('partial'))).toEqual([]);
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

  test('kernels and tables are taken where they cover the date; beyond they are integrated, which is said', async () => {
    await run('propagate', [path('MPCORB.DAT')], {
      from: '2025-05-05',
      to: '2025-09-05',
      bodies: ['1'],
      format: 'spk',
      output: path('span.bsp'),
    });
    const span = 'the kernel covers JD 2460800.5 (2025-05-05) to JD 2460923.5 (2025-09-05), not JD';
    const logged: string[] = [];
    const [report] = await run('import', [path('span.bsp')], { epoch: '2026-01-01', output: path('span.orbits') }, true, logged);
    const note = `${span} 2461041.5 (2026-01-01): integrated from JD 2460923.5 (2025-09-05)`;
    expect(JSON.parse(report!)).toMatchObject({ files: [{ notes: [note] }] });
    expect(logged).toContain(`${path('span.bsp')}: ${note}`);
    logged.length = 0;
    const [row] = await run('propagate', [path('span.bsp')], { to: '2026-01-01', format: 'json' }, false, logged);
    expect(logged).toContain(`${path('span.bsp')}: ${note}`);
    const [direct] = await run('propagate', [path('MPCORB.DAT')], { to: '2026-01-01', bodies: ['1'], format: 'json' });
    const stateOf = (line: string): number[] => (JSON.parse(line) as { state: number[] }).state;
    // A kernel's clock is good to 1e-7 s and its fit to 1e-11 au.
    stateOf(row!).forEach((value, k) => expect(value).toBeCloseTo(stateOf(direct!)[k]!, 9));
    logged.length = 0;
    await run('propagate', [path('span.bsp')], { from: '2025-08-01', to: '2026-01-01', format: 'csv' }, false, logged);
    expect(logged).toContain(`${path('span.bsp')}: ${span} 2461041.5 (2026-01-01): integrated from JD 2460888.5 (2025-08-01)`);
    logged.length = 0;
    await run('import', [path('span.bsp')], { epoch: '2025-08-01', output: path('span.orbits') }, false, logged);
    expect(logged).toEqual([]);
    await writeFile(path('row.txt'), (await run('propagate', [path('MPCORB.DAT')], { to: '2025-06-05', bodies: ['1'] })).join('\n'));
    await run('import', [path('row.txt')], { epoch: '2025-06-15', output: path('span.orbits') }, false, logged);
    expect(logged[0]).toContain('the table covers JD 2460831.5 (2025-06-05) to JD 2460831.5 (2025-06-05), not JD 2460841.5 (2025-06-15)');
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

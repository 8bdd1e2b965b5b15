import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RandomStream } from '@sardonyx/data';
import { checkParameters, type Command } from '@sardonyx/study';
import { afterAll, describe, expect, test } from 'vitest';
import { blockHeaderLength } from '../../src/archive/archive-layout.js';
import { eventRows, eventsOfRows } from '../../src/archive/archived-events.js';
import { ArchiveWriter, withArchive } from '../../src/archive/archive-file.js';
import { checkedRunConfig, runConfig } from '../../src/archive/run-config.js';
import { catalogue } from '../../src/commands/catalogue.js';
import { events } from '../../src/commands/events.js';
import { merge } from '../../src/commands/merge.js';
import { auPerDayOfKmPerSecond, daysPerYear, j2000 } from '../../src/constants.js';
import type { EncounterEvent } from '../../src/encounters/encounter-event.js';
import { memorySource } from '../../src/formats/byte-source.js';
import { readCad } from '../../src/formats/cad.js';
import { CatalogueBuilder } from '../../src/formats/catalogue.js';
import { decodeCatalogue, encodeCatalogue } from '../../src/formats/catalogue-file.js';
import type { ParticleFile } from '../../src/population/particle-file.js';
import { syntheticBelt } from '../../src/population/synthetic-belt.js';

const folder = mkdtempSync(join(tmpdir(), 'population-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const newPath = (ending: string): string => join(folder, `${files++}.${ending}`);

async function lines(
  command: unknown,
  args: readonly string[],
  params: object = {},
  json = true,
  logged: string[] = [],
): Promise<string[]> {
  const { run, params: schema } = command as Command;
  const printed: string[] = [];
  const context = {
    signal: new AbortController().signal,
    arguments: args,
    json,
    print: (text: string) => void printed.push(text),
    log: (text: string) => void logged.push(text),
  };
  await run(context, checkParameters(schema, params as Record<string, unknown>));
  return printed;
}
const run = async (command: unknown, args: readonly string[], params: object = {}): Promise<Record<string, unknown>[]> =>
  (await lines(command, args, params)).map((line) => JSON.parse(line) as Record<string, unknown>);

function beltFile(count: number): string {
  const builder = new CatalogueBuilder();
  syntheticBelt({ count, seed: 1 }).forEach((asteroid, k) => {
    const { epoch, semiMajorAxis, eccentricity, inclination, node, argument, meanAnomaly, absoluteMagnitude } = asteroid;
    const elements = { epoch, semiMajorAxis, eccentricity, inclination, node, argument, meanAnomaly };
    builder.add({ designation: String(k + 1), ...elements, absoluteMagnitude: absoluteMagnitude! });
  });
  const path = newPath('orbits');
  writeFileSync(path, Buffer.concat(encodeCatalogue(builder.build())));
  return path;
}

describe('catalogue', () => {
  test('describe counts what the cut leaves, by gap', async () => {
    const [report] = await run(catalogue, ['describe', beltFile(800)], { faintest: 17 });
    expect(report).toMatchObject({ catalogue: 800, epochs: 1 });
    expect((report!['mainBelt'] as number) + (report!['removed'] as { faint: number }).faint).toBe(800);
    expect(Object.values(report!['nearest'] as Record<string, number>).reduce((sum, count) => sum + count, 0)).toBe(report!['mainBelt']);
    expect((await lines(catalogue, ['describe', beltFile(50)], {}, false))[0]).toContain('50');
  });

  test('filter writes a catalogue that has what was kept', async () => {
    const out = newPath('orbits');
    const [report] = await run(catalogue, ['filter', beltFile(300)], { faintest: 16, output: out });
    const kept = decodeCatalogue(out, readFileSync(out));
    expect(kept.count).toBe(report!['asteroids']);
    expect(kept.column('absoluteMagnitude').every((magnitude) => magnitude <= 16)).toBe(true);
  });

  test('sample writes particles whose weights make up the selection; the same bytes again', async () => {
    const belt = beltFile(500);
    const sampled = async (): Promise<string> => {
      const out = newPath('json');
      await run(catalogue, ['sample', belt], { count: 60, clones: 2, sigmaAxis: 1e-4, diameter: 0.14, randomSeed: 5, output: out });
      return readFileSync(out, 'utf8');
    };
    const text = await sampled();
    const { particles, selected } = JSON.parse(text) as ParticleFile;
    expect(particles).toHaveLength(120);
    expect(particles.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(selected, 6);
    expect(await sampled()).toBe(text);
  });

  test('gaps, and a synthetic belt in place of a file', async () => {
    const listed = await run(catalogue, ['gaps']);
    expect(listed.slice(0, 6).map(({ gap }) => gap)).toEqual(['ν6/4:1', '3:1', '5:2', '7:3', '9:4', '2:1']);
    expect(listed[6]).toMatchObject({ resonance: 'ν6' });
    const out = newPath('json');
    const [report] = await run(catalogue, ['sample'], { synthetic: 200, count: 100, strata: [2, 2.5, 3.6], output: out });
    expect(report).toMatchObject({ particles: 100 });
  });

  test('refuses with a code', async () => {
    await expect(run(catalogue, ['invent'])).rejects.toMatchObject({ code: 'argument' });
    await expect(run(catalogue, ['describe'])).rejects.toMatchObject({ code: 'argument' });
    await expect(run(catalogue, ['filter', beltFile(20)], { faintest: 1 })).rejects.toMatchObject({ code: 'no-survivors' });
    expect((await run(catalogue, ['describe', beltFile(20)], { faintest: 1 }))[0]).toMatchObject({
      catalogue: 20,
      mainBelt: 0,
      removed: { faint: 20 },
    });
    await expect(run(catalogue, ['sample', beltFile(20)], { count: 21, output: newPath('json') })).rejects.toMatchObject({
      code: 'too-few',
    });
    await expect(run(catalogue, ['describe', join(folder, 'none')])).rejects.toMatchObject({ code: 'file' });
  });
});

/** Events of particles `from` … `to` − 1 over a run of 10 000 years: each particle approaches the Earth or Mars now and then. */
function eventsOf(from: number, to: number): EncounterEvent[] {
  return Array.from({ length: to - from }, (_, k) => from + k).flatMap((particle) => {
    const stream = new RandomStream(particle, 'events');
    return Array.from({ length: stream.integer(9) }, () => {
      const step = stream.integer(913_125);
      const vInf = (10 + 10 * stream.uniform()) * auPerDayOfKmPerSecond;
      return {
        particle,
        planet: 2 + stream.integer(2),
        flags: 0,
        minima: 1,
        step,
        fraction: 0.5,
        jd: j2000 + 4 * (step + 0.5),
        entered: step,
        left: step + 1,
        closed: step,
        rMin: 0.036 * Math.sqrt(stream.uniform()),
        vRel: vInf * 1.0001,
        vInf,
        b: 0.03,
        xi: 0.01,
        zeta: 0.02,
        opikU: 0.5,
        tisserand: 2.75,
        heliocentric: [1, 0, 0, 0, 0.017, 0],
        planetocentric: [0.01, 0, 0, 0, 0.005, 0],
      };
    });
  });
}

function archiveOf(from: number, to: number, steps = 913_125): string {
  const config = runConfig.parse({ step: 4, steps, snapshotSteps: 913_125, particles: { from, to } });
  const path = newPath('caph');
  const writer = ArchiveWriter.create(path, { config, build: 'test' });
  const content = { rows: eventRows(eventsOf(from, to)), shared: {} };
  const ids = Int32Array.from({ length: to - from }, (_, k) => from + k);
  const snapshot = { rows: { particle: { dtype: 'I32' as const, shape: [ids.length], data: ids } }, shared: {} };
  writer.append(913_125, [
    { type: 'approaches', content },
    { type: 'snapshot', content: snapshot },
  ]);
  writer.close();
  return path;
}

describe('events', () => {
  const archive = archiveOf(0, 80);
  const all = eventsOf(0, 80);

  test('come back from an archive bit for bit, in the order of files', () => {
    const back = withArchive(archive, (opened) => eventsOfRows(opened.rows('approaches')));
    expect(back).toEqual(all.toSorted((a, b) => a.closed - b.closed || a.particle - b.particle || a.planet - b.planet || a.left - b.left));
  });

  test('filter takes planet, distance, particle and time', async () => {
    const rows = await run(events, ['filter', archive], { planet: 'mars', nearest: 0.02, from: 1000, to: 4000 });
    const expected = all.filter(({ planet, rMin, jd }) => {
      const years = (jd - j2000) / daysPerYear;
      return planet === 3 && rMin < 0.02 && years >= 1000 && years <= 4000;
    });
    expect(rows).toHaveLength(expected.length);
    expect(rows.length).toBeGreaterThan(3);
    expect(await run(events, ['filter', archive], { particle: 7 })).toHaveLength(all.filter(({ particle }) => particle === 7).length);
    expect((await lines(events, ['filter', archive], {}, false))[0]).toContain('particle,planet,jd');
  });

  test('convert writes CSV, JSON lines and the layout of JPL, which reads back', async () => {
    const out = newPath('json');
    const sample = newPath('json');
    await run(catalogue, ['sample'], { synthetic: 200, count: 80, output: sample });
    await run(events, ['convert', archive], { format: 'cad', sample, output: out });
    const rows = await readCad(memorySource('ours', readFileSync(out)));
    expect(rows).toHaveLength(all.length);
    const [first] = withArchive(archive, (opened) => eventsOfRows(opened.rows('approaches')));
    expect(rows[0]).toMatchObject({ time: first!.jd, distance: first!.rMin, body: first!.planet === 2 ? 'Earth' : 'Mars' });
    expect(rows[0]!.speedAtInfinity).toBeCloseTo(first!.vInf / auPerDayOfKmPerSecond, 10);
    const { particles } = JSON.parse(readFileSync(sample, 'utf8')) as ParticleFile;
    expect(rows[0]!.designation).toBe(particles[first!.particle]!.name);
    const csv = newPath('csv');
    await run(events, ['convert', archive], { output: csv });
    const [header, ...table] = readFileSync(csv, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => line.split(','));
    expect(table).toHaveLength(all.length);
    const at = (name: string): number => Number(table[0]![header!.indexOf(name)]);
    expect(['x', 'y', 'z', 'vx', 'vy', 'vz'].map((name) => at(`planetocentric_${name}`))).toEqual(first!.planetocentric);
    expect(['b', 'xi', 'zeta'].map(at)).toEqual([first!.b, first!.xi, first!.zeta]);
  });

  test('statistics with weights of a sample, completeness and observed approaches', async () => {
    const sample = newPath('json');
    await run(catalogue, ['sample'], { synthetic: 400, count: 80, output: sample });
    const observed = newPath('json');
    await run(events, ['convert', archive], { format: 'cad', sample, planet: 'earth', output: observed });
    const completeness = newPath('json');
    writeFileSync(completeness, JSON.stringify({ magnitudes: [10], semiMajorAxes: [2], shares: [[0.5]] }));
    const options = { sample, replicates: 100, from: 0 };
    const [plain] = await run(events, ['statistics', archive], options);
    const [corrected] = await run(events, ['statistics', archive], { ...options, completeness, observed });
    const earth = (report: Record<string, unknown>) =>
      (report['planets'] as { frequency: { perYear: number; events: number; interval: number[] } }[])[2]!.frequency;
    // Five catalogue asteroids a particle.
    const expected = (5 * all.filter(({ planet }) => planet === 2).length) / 10_000;
    expect(earth(plain!).perYear).toBeCloseTo(expected, 10);
    expect(earth(plain!).interval[0]).toBeLessThan(expected);
    expect(earth(plain!).interval[1]).toBeGreaterThan(expected);
    expect(earth(corrected!).perYear).toBeCloseTo(2 * expected, 10);
    expect((corrected!['observed'] as { speeds: { test: { distance: number } } }).speeds.test.distance).toBeCloseTo(0, 12);
    const text = await lines(events, ['statistics', archive], { ...options, observed }, false);
    expect(text.join('\n')).toContain('Observed at the Earth');
  });

  test('list is filter, spans and particles that the run has not are refused', async () => {
    expect(await lines(events, ['list', archive], { planet: 'mars' })).toEqual(
      await lines(events, ['filter', archive], { planet: 'mars' }),
    );
    for (const what of ['list', 'convert', 'statistics', 'plots']) {
      await expect(run(events, [what, archive], { from: 15_000, to: 19_000 })).rejects.toMatchObject({
        code: 'span',
        message: expect.stringContaining('years 15000 to 19000: expected a span within the years 0 to 10000 of the archive') as string,
      });
      await expect(run(events, [what, archive], { to: 10_001 })).rejects.toMatchObject({ code: 'span' });
      await expect(run(events, [what, archive], { from: 10_000 })).rejects.toMatchObject({ code: 'span' });
      await expect(run(events, [what, archive], { from: 4000, to: 3000 })).rejects.toMatchObject({ code: 'span' });
      await expect(run(events, [what, archive], { particle: 80 })).rejects.toMatchObject({
        code: 'particle',
        message: "Cannot find particle 80: expected one of the run's, 0 to 79. Change --particle.",
      });
    }
    await expect(run(events, ['list', archiveOf(30, 80)], { particle: 29 })).rejects.toMatchObject({ code: 'particle' });
    // The last step may end a little before a round number of years.
    expect(await run(events, ['list', archive], { from: 0, to: 10_000.01 })).toHaveLength(all.length);
  });

  test('of a run that was stopped count over the years that it reached', async () => {
    const logged: string[] = [];
    const stopped = archiveOf(0, 80, 2 * 913_125);
    const [report] = await lines(events, ['statistics', stopped], { from: 0, replicates: 10 }, true, logged);
    expect(JSON.parse(report!)).toMatchObject({ span: { from: 0, to: 10_000 } });
    expect(logged).toContain('The run is not finished: its archive reaches year 10000 of 20000.');
    await expect(run(events, ['statistics', stopped], { to: 12_000 })).rejects.toMatchObject({ code: 'span' });
  });

  test('of a damaged archive nothing is printed, whatever block it is that is damaged', async () => {
    const bytes = readFileSync(archive);
    const blocks = withArchive(archive, (opened) => opened.blocks);
    expect(blocks.map(({ type }) => type)).toEqual(['approaches', 'snapshot']);
    for (const { offset, payloadLength, type } of blocks) {
      const damaged = newPath('caph');
      writeFileSync(
        damaged,
        bytes.map((byte, at) => (at === offset + blockHeaderLength + payloadLength - 1 ? byte ^ 1 : byte)),
      );
      for (const [what, format] of [
        ['list', 'csv'],
        ['convert', 'cad'],
        ['statistics', 'csv'],
        ['plots', 'csv'],
      ] as const) {
        const printed: string[] = [];
        const context = { signal: new AbortController().signal, arguments: [what, damaged], json: false };
        const command = events as unknown as Command;
        await expect(
          command.run(
            { ...context, print: (text: string) => void printed.push(text), log: () => undefined },
            checkParameters(command.params, { format }),
          ),
        ).rejects.toMatchObject({ code: 'damaged-block' });
        expect(printed).toEqual([]);
      }
      const logged: string[] = [];
      const left = await lines(events, ['list', damaged], { damaged: 'skip' }, true, logged);
      expect(left).toHaveLength(type === 'approaches' ? 0 : all.length);
      expect(logged.filter((line) => line.includes('damaged block'))).toHaveLength(1);
    }
  });

  test('p of miss distances is not told of a few asteroids', async () => {
    const few = archiveOf(0, 6);
    const [report] = await run(events, ['statistics', few], { from: 0, replicates: 10 });
    const [, , earth] = report!['planets'] as { missDistances: { clustered: { count: number; pValue: number | null } } }[];
    expect(earth!.missDistances.clustered.pValue).toBeNull();
    expect(earth!.missDistances.clustered.count).toBeLessThan(10);
    const text = (await lines(events, ['statistics', few], { from: 0, replicates: 10 }, false)).join('\n');
    expect(text).toContain(`none by drawing asteroids: ${earth!.missDistances.clustered.count} are too few, of 10`);
  });

  test('plots count all approaches by weight', async () => {
    const [plots] = await run(events, ['plots', archive], { weight: 3, from: 0 });
    const { nu6 } = plots!['belt'] as { nu6: { inclination: number; semiMajorAxis: number }[] };
    expect(nu6.length).toBeGreaterThan(15);
    const [, , earth] = plots!['planets'] as { missDistances: { counts: number[] } }[];
    expect(earth!.missDistances.counts.reduce((sum, count) => sum + count, 0)).toBe(3 * all.filter(({ planet }) => planet === 2).length);
  });

  test('refuse a sample of another run, a file that is no archive and broken JSON', async () => {
    const few = newPath('json');
    await run(catalogue, ['sample'], { synthetic: 100, count: 10, output: few });
    await expect(run(events, ['statistics', archive], { sample: few })).rejects.toMatchObject({ code: 'particle' });
    await expect(run(events, ['filter', few])).rejects.toMatchObject({ code: 'not-an-archive' });
    writeFileSync(few, '{');
    await expect(run(events, ['statistics', archive], { sample: few })).rejects.toMatchObject({ code: 'json' });
    writeFileSync(few, '{}');
    await expect(run(events, ['statistics', archive], { sample: few })).rejects.toMatchObject({
      code: 'description',
      message: expect.stringMatching(/seed: expected an integer, given nothing; years: expected a number, given nothing/) as string,
    });
    writeFileSync(few, JSON.stringify({ magnitudes: [10], semiMajorAxes: [2, 'x'], shares: [[0.5, 2]], colour: 1 }));
    const sample = newPath('json');
    await run(catalogue, ['sample'], { synthetic: 200, count: 80, output: sample });
    await expect(run(events, ['statistics', archive], { sample, completeness: few })).rejects.toThrowError(
      /semiMajorAxes\.1: expected a number.*, given "x"; shares\.0\.1: expected a number above 0 and at most 1, given 2; the file: .*"?colour/,
    );
  });
});

describe('merge', () => {
  test('gives the bytes of the whole run, and never overwrites', async () => {
    const out = newPath('caph');
    const [report] = await run(merge, [out, archiveOf(30, 80), archiveOf(0, 30)]);
    expect(report).toMatchObject({ parts: 2, particles: { from: 0, to: 80 } });
    expect(readFileSync(out)).toEqual(readFileSync(archiveOf(0, 80)));
    await expect(run(merge, [out, archiveOf(0, 5)])).rejects.toMatchObject({ code: 'storage' });
    await expect(run(merge, [newPath('caph'), archiveOf(0, 5), archiveOf(6, 9)])).rejects.toMatchObject({ code: 'merge' });
  });
});

describe('configuration of a run', () => {
  const good = { steps: 20_000, particles: { to: 10 } };
  const code = (changes: object): unknown => {
    try {
      checkedRunConfig({ ...good, ...changes });
    } catch (error) {
      return (error as { code: string }).code;
    }
    return undefined;
  };

  test('is filled in with defaults', () => {
    const { config, warnings } = checkedRunConfig(good);
    expect(config).toMatchObject({ step: 16, levels: 5, stepRule: { stepsPerPassage: 20, patience: 100, stepsPerReview: 16 } });
    expect(config).toMatchObject({ detector: 'quintic', particles: { from: 0, to: 10 }, criticalDistances: { earth: 0.05 } });
    expect(warnings).toEqual([]);
  });

  test('steps: beyond a twentieth of Mercury’s period warn, beyond an eighth are refused unless forced', () => {
    const uniform = { ...good, levels: 1 };
    expect(checkedRunConfig({ ...uniform, step: 4.3 }).warnings).toEqual([]);
    expect(checkedRunConfig({ ...uniform, step: 4.5 }).warnings[0]).toContain('19.5 steps a revolution of Mercury');
    expect(code({ levels: 1, step: 11.1 })).toBe('step-too-long');
    expect(checkedRunConfig({ ...uniform, step: 11.1, force: true }).warnings[0]).toContain('forced');
    expect(code({ levels: 1, step: 10.9 })).toBeUndefined();
    // With steps of their own it is the shortest that counts.
    expect(checkedRunConfig({ ...good, step: 17.2, levels: 3 }).warnings).toEqual([]);
    expect(code({ step: 22.2, levels: 2 })).toBe('step-too-long');
  });

  test('wrong values, unknown keys, critical distances, ranges and intervals are refused with a code', () => {
    const distances = { mercury: 0.007, venus: 0.03, earth: 0.05, mars: 0.03 };
    expect(code({ step: 0 })).toBe('value');
    expect(() => checkedRunConfig({ ...good, stpe: 4 })).toThrow(/stpe/);
    expect(() => checkedRunConfig({ ...good, stepRule: { pateince: 4 } })).toThrow(/stepRule.*pateince/);
    expect(code({ criticalDistances: { ...distances, mars: 0 } })).toBe('critical-distance');
    expect(code({ criticalDistances: { ...distances, mars: 2e-5 } })).toBe('critical-distance');
    expect(code({ criticalDistances: distances })).toBeUndefined();
    expect(code({ particles: { from: 10, to: 10 } })).toBe('particles');
    expect(() => checkedRunConfig({ ...good, snapshotSteps: 3001 })).toThrow(/expected a divisor of the 20000 steps, got 3001; take 2500/);
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readEvents, readRunFile, readTable, resolveParameters, runPaths, startRun, type Study } from '@sardonyx/study';
import { afterAll, describe, expect, test } from 'vitest';
import { formatCad } from '../../src/formats/cad.js';
import { csvLine } from '../../src/formats/csv.js';
import { sbdbFields, sbdbRow } from '../../src/formats/sbdb.js';
import { system } from '../../src/index.js';
import { SolarSystem } from '../../src/propagation/propagation.js';
import { errorOf, matchApproaches } from '../../src/studies/approach-matching.js';
import { syntheticApproaches } from '../../src/studies/synthetic-approaches.js';
import { describePublished, publishedPath, tell } from '../published/published-folder.js';

const folder = mkdtempSync(join(tmpdir(), 'observed-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const study = system.studies.find(({ name }) => name === 'observed-approaches') as Study;

async function run(name: string, overrides: Record<string, unknown>) {
  const directory = join(folder, name);
  const outcome = await startRun({
    id: 'close-approaches/observed-approaches',
    study,
    preset: 'quick',
    seed: 0,
    params: resolveParameters(study, 'quick', overrides),
    workers: 1,
    directory,
  });
  const file = readRunFile(directory);
  return {
    outcome,
    results: file.metrics as unknown as Record<string, number>,
    verdicts: file.expect.map(({ verdict }) => verdict),
    table: runPaths(directory).table('approaches'),
    log: readEvents(runPaths(directory).events).events.flatMap((event) => (event.type === 'log' ? [event.text] : [])),
  };
}

const row = (designation: string, time: number, orbit = '7') => ({
  designation,
  orbit,
  time,
  body: 'Earth',
  timeSigma: 1 / 24,
  distance: 0.02,
  distanceMin: 0.018,
  distanceMax: 0.022,
  speed: 10,
  speedAtInfinity: 9,
  absoluteMagnitude: 20,
  diameter: NaN,
});
const own = (designation: string, time: number) => ({ designation, time, distance: 0.021, speed: 0.006, absoluteMagnitude: 20 });

test('rows and approaches are matched, and what is missing has its reason', () => {
  const note = (solution: string, isCandidate = true) => ({ solution, absoluteMagnitude: 20, isCandidate });
  const compared = matchApproaches(
    [row('A', 100), row('A', 300), row('B', 110), row('C', 120), row('D', 130), row('E', 140)],
    [own('A', 300.2), own('A', 100.1), own('E', 150), own('F', 105)],
    new Map([
      ['A', note('JPL 7')],
      ['C', note('JPL 7', false)],
      ['D', note('JPL 7')],
      ['E', note('JPL 8')],
      ['F', note('')],
    ]),
  );
  expect(compared.map(({ designation, outcome, sameSolution }) => [designation, outcome, sameSolution])).toEqual([
    ['A', 'matched', true],
    ['F', 'not in the table', false],
    ['B', 'no orbit', false],
    ['C', 'moid too large', true],
    ['D', 'no approach found', true],
    ['E', 'no approach found', false],
    ['E', 'not in the table', false],
    ['A', 'matched', true],
  ]);
  const error = errorOf(compared[0]!)!;
  expect(error.distance).toBeCloseTo(0.001, 12);
  expect(error.time).toBeCloseTo(0.1, 12);
  expect(error.distanceBound).toBeCloseTo(0.002, 12);
  expect(error.timeBound).toBeCloseTo(1 / 24, 12);
  expect(errorOf(compared[1]!)).toBeUndefined();
});

describe('files', () => {
  const span = { from: 2_458_849.5, to: 2_459_215.5, epoch: 2_459_000.5, within: 0.05 };
  const { orbits, rows } = syntheticApproaches(4, 5, span, new SolarSystem());
  const [cad, csv] = [join(folder, 'cad.json'), join(folder, 'neos.csv')];
  const write = (table: typeof rows, records: typeof orbits): void => {
    writeFileSync(cad, formatCad(table, 'own'));
    writeFileSync(csv, [sbdbFields, ...records.map(sbdbRow)].map((values) => `${csvLine(values)}\n`).join(''));
  };

  test('of a table and its orbits', async () => {
    expect(rows.length).toBe(4);
    // One body has no orbit, one row is of Mars, one too faint, and one orbit is of no row.
    const extra = { ...rows[1]!, designation: '2020 ZZ' };
    write(
      [rows[0]!, rows[1]!, extra, { ...rows[2]!, body: 'Mars' }, { ...rows[3]!, absoluteMagnitude: 25 }],
      [orbits[0]!, { ...orbits[1]!, solution: 'JPL 2' }, { ...orbits[3]!, absoluteMagnitude: 25 }],
    );
    const { results, verdicts } = await run('files', { approaches: cad, orbits: csv });
    expect(results).toMatchObject({
      rows: 3,
      matched: 2,
      'rows without orbit': 1,
      'not in the table': 0,
      'same solution': 1,
      'other solution': 1,
    });
    // The elements pass through sixteen decimals and months of integration.
    expect(results['same solution: largest distance error, au']).toBeLessThan(1e-11);
    expect(results['other solution, within tolerances']).toBe(1);
    expect(verdicts).toEqual(['holds', 'holds', 'reported', 'reported']);
  });

  test('that disagree fail', async () => {
    write(
      [{ ...rows[0]!, distance: rows[0]!.distance + 3e-6 }, rows[1]!],
      [orbits[0]!, { ...orbits[1]!, meanAnomaly: orbits[1]!.meanAnomaly! + 30 }],
    );
    const { results, verdicts, table, log } = await run('wrong', { approaches: cad, orbits: csv });
    expect(results).toMatchObject({ rows: 2, matched: 1, 'rows not found': 1, 'same solution, within tolerances': 0 });
    expect(verdicts.slice(0, 2)).toEqual(['fails', 'fails']);
    expect(log).toContainEqual(
      expect.stringMatching(/^2020 QA, 2020-.*: -3.0e-6 au, .* d from the table, beyond its 3 sigma; the same solution$/),
    );
    expect(log).toContainEqual(expect.stringMatching(/^2020 QB, 2020-.*: no approach found$/));
    expect((await readTable(table)).columns['outcome']).toContain('no approach found');
  });

  test('come in pairs', () => {
    expect(() => resolveParameters(study, 'quick', { approaches: cad })).toThrow(/--orbits beside it/);
    expect(() => resolveParameters(study, 'quick', { orbits: cad })).toThrow(/--approaches beside it/);
  });
});

const published = 'TheRealTheodor+near-earth-objects/tests';
describePublished('Approaches to the Earth of 2020', [`${published}/test-cad-2020.json`, `${published}/test-neos-2020.csv`], () => {
  test('are reproduced from the elements', { timeout: 300_000 }, async () => {
    const files = {
      approaches: publishedPath(`${published}/test-cad-2020.json`),
      orbits: publishedPath(`${published}/test-neos-2020.csv`),
    };
    const { results, verdicts } = await run('published', files);
    for (const name of ['rows', 'matched', 'same solution: largest distance error, au', 'same solution: largest time error, d'])
      tell(`approaches of 2020, ${name}`, results[name]!);
    expect(results).toMatchObject({ rows: 23, matched: 23, 'not in the table': 0, 'same solution, within tolerances': 23 });
    expect(verdicts.slice(0, 2)).toEqual(['holds', 'holds']);
  });
});

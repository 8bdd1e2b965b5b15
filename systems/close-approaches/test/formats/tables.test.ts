import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sunGm } from '../../src/constants.js';
import { formatAstdysLine, parseAstdysHeader, parseAstdysLine, parseAstdysOrbits } from '../../src/formats/astdys.js';
import { memorySource } from '../../src/formats/byte-source.js';
import { cadDate, formatCad, readCad } from '../../src/formats/cad.js';
import { csvFields, csvLine } from '../../src/formats/csv.js';
import { jsonItems } from '../../src/formats/json-items.js';
import { formatMpcorbLine, parseMpcorbLine } from '../../src/formats/mpcorb.js';
import { formatMpcorbObject, parseMpcorbObject } from '../../src/formats/mpcorb-json.js';
import { meanMotion } from '../../src/formats/orbit-record.js';
import { sbdbFields, sbdbRow, sbdbRowReader } from '../../src/formats/sbdb.js';
import { linesOf } from '../../src/formats/text-lines.js';
import { equinoctialOf, stateOfKeplerian } from '../../src/orbit/index.js';

const code = (expected: string) => expect.objectContaining({ code: expected });

/** The example of the Minor Planet Center's own description of the columns. */
export const ceresLine =
  '00001    3.34  0.15 K2555 188.70269   73.27343   80.25221   10.58780  0.0794013  0.21424651   2.7660512  0 E2024-V47  7330 125 1801-2024 0.80 M-v 30k MPCLINUX   4000      (1) Ceres              20241101';

describe('MPCORB.DAT', () => {
  test('reads the columns of a line', () => {
    expect(parseMpcorbLine(ceresLine)).toEqual({
      designation: '1',
      name: 'Ceres',
      epoch: 2_460_800.5,
      semiMajorAxis: 2.7660512,
      eccentricity: 0.0794013,
      inclination: 10.5878,
      node: 80.25221,
      argument: 73.27343,
      meanAnomaly: 188.70269,
      absoluteMagnitude: 3.34,
      slope: 0.15,
      observations: 7330,
      oppositions: 125,
      arc: 223 * 365.25,
      rms: 0.8,
    });
  });

  test('takes blank magnitudes, short arcs, tabs and trailing junk', () => {
    const blank = ceresLine.slice(0, 7) + ' '.repeat(12) + ceresLine.slice(19);
    expect(parseMpcorbLine(blank).absoluteMagnitude).toBeNaN();
    expect(parseMpcorbLine(blank).epoch).toBe(2_460_800.5);
    expect(parseMpcorbLine(ceresLine.replace('1801-2024', '  23 days')).arc).toBe(23);
    expect(parseMpcorbLine(`${ceresLine}   junk ~~`).name).toBe('Ceres');
    const tabbed = ceresLine.replace('00001    3.34', '00001\t 3.34');
    expect(parseMpcorbLine(tabbed)).toEqual(parseMpcorbLine(ceresLine));
    expect(parseMpcorbLine(ceresLine.slice(0, 103)).name).toBe('');
  });

  test.each([
    ['line-too-short', ceresLine.slice(0, 90), 'expected at least 103 columns'],
    ['packed-date', ceresLine.replace('K2555', 'K2Z55'), 'epoch (columns 21-25): expected a packed date'],
    ['bad-number', ceresLine.replace('80.25221', '80.2x221'), 'node (columns 49-57): expected a number, got "80.2x221"'],
    ['open-orbit', ceresLine.replace('0.0794013', '1.0794013'), 'e (columns 71-79)'],
    ['packed-designation', ceresLine.replace('00001', '0I0!1'), 'designation (columns 1-7)'],
  ])('says %s', (expected, line, message) => {
    expect(() => parseMpcorbLine(line)).toThrowError(code(expected));
    expect(() => parseMpcorbLine(line)).toThrowError(message);
  });

  test('writes what it reads', () => {
    const record = parseMpcorbLine(ceresLine);
    const line = formatMpcorbLine(record, meanMotion(record.semiMajorAxis!, sunGm));
    expect(line.slice(0, 103)).toBe(ceresLine.slice(0, 103));
    expect(parseMpcorbLine(line)).toEqual(record);
    expect(() => formatMpcorbLine({ ...record, epoch: 2_460_800 }, 0.2)).toThrowError(code('not-representable'));
    expect(() => formatMpcorbLine({ ...record, eccentricity: 1.2 }, 0.2)).toThrowError(code('not-representable'));
  });
});

describe('MPCORB as JSON', () => {
  const extended = {
    Number: '(1)',
    Name: 'Ceres',
    H: 3.34,
    G: 0.15,
    Epoch: 2460800.5,
    M: 188.70269,
    Peri: 73.27343,
    Node: 80.25221,
    i: 10.5878,
    e: 0.0794013,
    n: 0.21424651,
    a: 2.7660512,
    Num_obs: 7330,
    Num_opps: 125,
    rms: 0.8,
  };

  test('reads extended and plain objects alike', () => {
    const record = parseMpcorbObject(extended);
    expect(record).toMatchObject({ designation: '1', name: 'Ceres', epoch: 2_460_800.5, semiMajorAxis: 2.7660512, argument: 73.27343 });
    const plain = Object.fromEntries(Object.entries({ ...extended, Epoch: 'K2555' }).map(([key, value]) => [key, String(value)]));
    expect(parseMpcorbObject(plain)).toEqual(record);
    expect(parseMpcorbObject({ Principal_desig: '2024 AB12', Epoch: 1, e: 'x' in extended ? 0 : 0.1 }).designation).toBe('2024 AB12');
  });

  test('writes what it reads', () => {
    const record = parseMpcorbObject(extended);
    expect(parseMpcorbObject(formatMpcorbObject(record, 0.2))).toEqual(record);
  });

  test('says what is wrong', () => {
    expect(() => parseMpcorbObject({ e: 0.1 })).toThrowError(code('missing-column'));
    expect(() => parseMpcorbObject({ ...extended, a: '2.7.6' })).toThrowError(code('bad-number'));
  });
});

describe('SBDB', () => {
  const fields = ['full_name', 'pdes', 'epoch', 'equinox', 'e', 'a', 'q', 'i', 'om', 'w', 'ma', 'H', 'diameter', 'A2'];
  const row = [
    '     1 Ceres (A801 AA)',
    '1',
    '2460800.5',
    'J2000',
    '.0794',
    '2.766',
    null,
    '10.6',
    '80.3',
    '73.3',
    '188.7',
    '3.34',
    '939.4',
    null,
  ];

  test('reads strings and nulls', () => {
    expect(sbdbRowReader(fields)(row)).toEqual({
      designation: '1',
      name: 'Ceres',
      epoch: 2_460_800.5,
      eccentricity: 0.0794,
      semiMajorAxis: 2.766,
      inclination: 10.6,
      node: 80.3,
      argument: 73.3,
      meanAnomaly: 188.7,
      absoluteMagnitude: 3.34,
      diameter: 939.4,
    });
  });

  test('names bodies without the field pdes', () => {
    const read = sbdbRowReader(['full_name', 'epoch_mjd', 'e', 'q', 'i', 'om', 'w', 'tp']);
    const rest = ['60800', '0.1', '1', '2', '3', '4', '2460900.5'];
    expect(read(['   433 Eros (1898 DQ)', ...rest])).toMatchObject({ designation: '433', name: 'Eros', epoch: 2_460_800.5 });
    expect(read(['       (2024 AB12)', ...rest])).toMatchObject({ designation: '2024 AB12', name: '' });
    expect(read(["       'Oumuamua (A/2017 U1)", ...rest])).toMatchObject({ designation: 'A/2017 U1', name: "'Oumuamua" });
    expect(read(['       (A/2023 R3)', ...rest])).toMatchObject({ designation: 'A/2023 R3', name: '' });
    expect(read(['  4321 Zero', ...rest])).toMatchObject({ designation: '4321', perihelionTime: 2_460_900.5 });
  });

  test('says what is wrong', () => {
    expect(() => sbdbRowReader(['full_name', 'e'])).toThrowError(code('missing-column'));
    expect(() => sbdbRowReader(fields)(row.with(3, 'B1950'))).toThrowError(code('frame'));
    expect(() => sbdbRowReader(fields)(row.with(4, 'abc'))).toThrowError(code('bad-number'));
  });

  test('writes what it reads', () => {
    const record = sbdbRowReader(fields)(row);
    expect(sbdbRowReader(sbdbFields)(sbdbRow(record))).toEqual(record);
  });
});

test('comma-separated values come back', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.string().map((text) => text.replace(/[\r\n]/g, ' ')),
        { minLength: 1 },
      ),
      (values) => {
        expect(csvFields(csvLine(values))).toEqual(values);
      },
    ),
    { seed: 6 },
  );
});

describe('close-approach tables', () => {
  const table = (count: unknown, rows: unknown[]): string =>
    JSON.stringify({
      signature: { source: 'NASA/JPL SBDB Close Approach Data API', version: '1.5' },
      count,
      fields: ['des', 'orbit_id', 'jd', 'cd', 'dist', 'dist_min', 'dist_max', 'v_rel', 'v_inf', 't_sigma_f', 'h'],
      data: rows,
    });
  const row = ['2019 YB4', '8', '2458850.0', '2020-Jan-01 12:00', '0.0209', '0.0208', '0.021', '8.6', '8.5', '00:01', null];

  test.each([1, '1'])('reads a count of %j', async (count) => {
    const [approach] = await readCad(memorySource('cad', table(count, [row])));
    expect(approach).toMatchObject({
      designation: '2019 YB4',
      body: 'Earth',
      time: 2_458_850,
      distance: 0.0209,
      speed: 8.6,
      speedAtInfinity: 8.5,
    });
    expect(approach!.absoluteMagnitude).toBeNaN();
  });

  test('writes what it reads', async () => {
    const approaches = await readCad(memorySource('cad', table(1, [row])));
    expect(await readCad(memorySource('own', formatCad(approaches, 'Sardonyx')))).toEqual(approaches);
    expect(formatCad(approaches, 'Sardonyx')).toContain('"2020-Jan-01 12:00"');
    expect(cadDate(2_458_850.9999)).toBe('2020-Jan-02 12:00');
  });

  test('says what is wrong', async () => {
    await expect(readCad(memorySource('cad', table(2, [row])))).rejects.toThrowError(code('truncated'));
    await expect(readCad(memorySource('cad', table(1, [row.with(4, 'near')])))).rejects.toThrowError(
      'cad, line 1, dist: expected a number, got "near"',
    );
    await expect(readCad(memorySource('cad', table(1, [row]).slice(0, -5)))).rejects.toThrowError(code('truncated'));
  });
});

describe('JSON items', () => {
  test('are those of JSON.parse, however the text is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.jsonValue(), { maxLength: 5 }),
        fc.string(),
        fc.integer({ min: 1, max: 9 }),
        async (data, text, chunk) => {
          const inArray: unknown[] = [];
          for await (const items of jsonItems(memorySource('x', JSON.stringify(data), chunk)))
            inArray.push(...items.map(({ value }) => value));
          expect(inArray).toEqual(JSON.parse(JSON.stringify(data)));
          const members: [string | undefined, unknown][] = [];
          const document = JSON.stringify({ [`a${text}`]: { b: [1, { c: text }] }, data, last: text }, undefined, 1);
          for await (const items of jsonItems(memorySource('x', document, chunk)))
            members.push(...items.map(({ member, value }) => [member, value] as [string, unknown]));
          expect(members).toEqual([[`a${text}`, { b: [1, { c: text }] }], ...inArray.map((value) => ['data', value]), ['last', text]]);
        },
      ),
      { seed: 6, numRuns: 200 },
    );
  });

  test.each(['[1, 2', '{"a": 1', '[1}', '[1] x', '{"a" 1}', '[nul]'])('%s is refused', async (text) => {
    const all = async (): Promise<void> => {
      for await (const items of jsonItems(memorySource('x', text))) void items;
    };
    await expect(all()).rejects.toThrowError(expect.objectContaining({ code: expect.stringMatching(/^(json|truncated)$/) as string }));
  });
});

describe('AstDyS', () => {
  const header = "format  = 'OEF2.0'       ! file format\nrectype = '1L'\nelem    = 'KEP'\nrefsys  = ECLM J2000\nEND_OF_HEADER\n";
  const line = " '2024AB12'  60800.000000  2.7660512E+00  7.94013E-02  10.5878  80.25221  73.27343  188.70269  3.34  0.15  0";

  test('reads a catalogue', () => {
    expect(parseAstdysHeader(linesOf(header))).toEqual({ records: '1L' });
    expect(parseAstdysLine(line)).toMatchObject({
      designation: '2024 AB12',
      epoch: 2_460_800.5,
      semiMajorAxis: 2.7660512,
      node: 80.25221,
      argument: 73.27343,
      absoluteMagnitude: 3.34,
    });
  });

  test('writes what it reads', () => {
    const record = parseAstdysLine(line);
    expect(parseAstdysLine(formatAstdysLine(record))).toEqual(record);
  });

  test('reads equinoctial elements of one orbit', () => {
    const elements = { semiMajorAxis: 2.5, eccentricity: 0.2, inclination: 12, node: 40, argument: 50, meanAnomaly: 60 };
    const { semiMajorAxis, h, k, p, q, meanLongitude } = equinoctialOf(stateOfKeplerian(elements, sunGm), sunGm);
    const text = `1\n! Equinoctial elements\n EQU ${[semiMajorAxis, h, k, p, q, meanLongitude].join(' ')}\n MJD 60800.0 TDT\n MAG 3.34 0.15\n COV 1 2 3\n`;
    const [orbit] = parseAstdysOrbits(linesOf(text));
    expect(orbit!.record).toMatchObject({ designation: '1', epoch: 2_460_800.5, absoluteMagnitude: 3.34 });
    for (const [name, value] of Object.entries(elements)) expect(orbit!.record[name as 'node']).toBeCloseTo(value, 11);
  });

  test('says what is wrong', () => {
    expect(() => parseAstdysHeader(linesOf(header.replace('ECLM', 'EQUM')))).toThrowError(code('frame'));
    expect(() => parseAstdysHeader(linesOf(header.replace('OEF2.0', 'OEF9')))).toThrowError(code('unknown-format'));
    expect(() => parseAstdysLine(line.slice(0, 40))).toThrowError(code('line-too-short'));
    expect(() => parseAstdysLine(line.replace('7.94013E-02', '1.2'))).toThrowError(code('open-orbit'));
    expect(() => parseAstdysOrbits(linesOf('1\n MJD 60800\n'))).toThrowError(code('missing-value'));
  });
});

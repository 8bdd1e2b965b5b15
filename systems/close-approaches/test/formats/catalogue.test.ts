import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sunGm } from '../../src/constants.js';
import { type ByteSource, memorySource } from '../../src/formats/byte-source.js';
import { fileSource } from '../../src/formats/file-source.js';
import { type Catalogue, CatalogueBuilder, mergeCatalogues } from '../../src/formats/catalogue.js';
import { decodeCatalogue, encodeCatalogue } from '../../src/formats/catalogue-file.js';
import { writeWhole } from '../../src/formats/write-whole.js';
import { catalogueReport } from '../../src/formats/catalogue-report.js';
import { crc32c } from '../../src/formats/crc32c.js';
import { writeDaf } from '../../src/formats/daf.js';
import { recognizeFormat } from '../../src/formats/file-format.js';
import { formatHorizons } from '../../src/formats/horizons.js';
import { completeRecord, meanMotion, type OrbitRecord } from '../../src/formats/orbit-record.js';
import type { ReadOptions } from '../../src/formats/orbit-reader.js';
import { readOrbits } from '../../src/formats/read-orbits.js';
import { spkSegment } from '../../src/formats/spk-writer.js';
import { stateOfKeplerian } from '../../src/orbit/index.js';

const code = (expected: string) => expect.objectContaining({ code: expected });
const ceres: OrbitRecord = {
  designation: '1',
  name: 'Ceres',
  epoch: 2_460_800.5,
  semiMajorAxis: 2.7660512,
  eccentricity: 0.0794013,
  inclination: 10.5878,
  node: 80.25221,
  argument: 73.27343,
  meanAnomaly: 188.70269,
};
const ceresLine =
  '00001    3.34  0.15 K2555 188.70269   73.27343   80.25221   10.58780  0.0794013  0.21424651   2.7660512  0 E2024-V47  7330 125 1801-2024 0.80 M-v 30k MPCLINUX   4000      (1) Ceres              20241101';
const mpcorb = `MINOR PLANET CENTER ORBIT DATABASE\n\nDes'n     H     G   Epoch     M\n${'-'.repeat(160)}\n${ceresLine}\n\n`;
const state = stateOfKeplerian(ceres as Required<OrbitRecord>, sunGm);
const csv =
  'full_name,pdes,epoch,e,a,i,om,w,ma,H\n"     1 Ceres (A801 AA)",1,2460800.5,.0794013,2.7660512,10.5878,80.25221,73.27343,188.70269,3.34\n';
const extended = JSON.stringify([
  { Number: '(1)', Name: 'Ceres', Epoch: 2460800.5, a: 2.7660512, e: 0.0794013, i: 10.5878, Node: 80.25221, Peri: 73.27343, M: 188.70269 },
]);
const sbdb = JSON.stringify({
  signature: { source: 'NASA/JPL Small-Body DB (SBDB) Query API', version: '1.0' },
  fields: ['full_name', 'pdes', 'epoch', 'e', 'a', 'i', 'om', 'w', 'ma'],
  data: [['     1 Ceres (A801 AA)', '1', '2460800.5', '.0794013', '2.7660512', '10.5878', '80.25221', '73.27343', '188.70269']],
  count: 1,
});
const astdys =
  "format  = 'OEF2.0'\nrectype = '1L'\nelem = 'KEP'\nrefsys = ECLM J2000\nEND_OF_HEADER\n! comment\n'1' 60800.0 2.7660512 0.0794013 10.5878 80.25221 73.27343 188.70269 3.34 0.15 0\n";
const mercury =
  ')O+_06 Small-body initial data  (WARNING: Do not delete this line!!)\n)---\n style (Cartesian, Asteroidal, Cometary) = Ast\n)---\n 1 ep=2460800.5\n 2.7660512 0.0794013 10.5878\n 73.27343 80.25221 188.70269\n 0 0 0\n';
const kernel = writeDaf([
  spkSegment({ name: 'Ceres', target: 20_000_001, start: 2_460_800.5, end: 2_460_816.5, intervalDays: 16, type: 21 }, (jd) =>
    stateOfKeplerian(
      { ...(ceres as Required<OrbitRecord>), meanAnomaly: 188.70269 + meanMotion(2.7660512, sunGm) * (jd - 2_460_800.5) },
      sunGm,
    ),
  ),
]);

async function read(source: ByteSource, options: ReadOptions = {}): Promise<Catalogue> {
  const builder = new CatalogueBuilder();
  await readOrbits(source, builder, options);
  return builder.build();
}

const files: readonly [name: string, format: string, content: string | Uint8Array, digits: number][] = [
  ['MPCORB.DAT', 'mpcorb', mpcorb, 15],
  ['a line alone', 'mpcorb', ceresLine, 15],
  ['mpcorb_extended.json', 'mpcorb-json', extended, 15],
  ['sbdb.json', 'sbdb-json', sbdb, 15],
  ['sbdb.csv', 'sbdb-csv', csv, 15],
  ['numbered.cat', 'astdys', astdys, 15],
  [
    'vectors.txt',
    'horizons',
    formatHorizons({ target: '1 Ceres (A801 AA)', center: 'Sun (10)', states: [{ time: 2_460_800.5, state }] }),
    10,
  ],
  ['small.in', 'mercury-bodies', mercury, 10],
  // The times of a kernel are seconds past J2000, to 1e-7 s.
  ['ceres.bsp', 'spk', kernel, 7],
];

describe('files of orbits', () => {
  test.each(files)('%s is recognised by its content', async (name, format, content) => {
    expect(await recognizeFormat(memorySource(name, content))).toBe(format);
  });

  test.each(files)('%s holds Ceres', async (name, _format, content, digits) => {
    const variants = typeof content === 'string' ? [content, `\uFEFF${content}`, content.replaceAll('\n', '\r\n')] : [content];
    for (const variant of variants) {
      for (const chunk of [7, 1 << 20]) {
        const catalogue = await read(memorySource(name, variant, chunk));
        expect(catalogue.count).toBe(1);
        expect(catalogue.designations.at(0)).toBe('1');
        for (const column of ['epoch', 'semiMajorAxis', 'eccentricity', 'inclination', 'node', 'argument', 'meanAnomaly'] as const) {
          expect(catalogue.column(column)[0], column).toBeCloseTo(
            ceres[column]!,
            digits - (column === 'epoch' ? 2 : 0) - (ceres[column]! > 10 ? 2 : 0),
          );
        }
      }
    }
  });

  test('without any orbit, or of no known kind, are refused', async () => {
    await expect(read(memorySource('x', ''))).rejects.toThrowError(code('no-data'));
    await expect(read(memorySource('x', 'hello world'))).rejects.toThrowError(code('unknown-format'));
    await expect(read(memorySource('x', 'DAF/PCK binary'))).rejects.toThrowError(code('not-a-kernel'));
    await expect(read(memorySource('x', `${'-'.repeat(160)}\n`))).rejects.toThrowError(code('no-data'));
    await expect(read(memorySource('x', '[]'))).rejects.toThrowError(code('no-data'));
    await expect(read(memorySource('x', ')O+_06 Integration parameters\n algorithm = hyb\n'))).rejects.toThrowError(code('no-data'));
  });

  test('name file, line, column and text of what is wrong', async () => {
    const bad = mpcorb.replace('80.25221', '80.2x221');
    await expect(read(memorySource('MPCORB.DAT', bad))).rejects.toThrowError(
      'MPCORB.DAT, line 5, node (columns 49-57): expected a number, got "80.2x221"; correct the field, or leave the line out with --skip-bad.',
    );
    await expect(read(memorySource('sbdb.csv', csv.replace('.0794013', 'x')))).rejects.toThrowError(
      'sbdb.csv, line 2, e: expected a number, got "x"',
    );
    await expect(read(memorySource('sbdb.csv', csv.replace(',3.34', '')))).rejects.toThrowError(code('line-too-short'));
    await expect(
      read(memorySource('sbdb.csv', csv.replaceAll('pdes', 'q').replace(',1,2460800.5', ',2.6,2460800.5'))),
    ).rejects.toThrowError(code('perihelion-mismatch'));
    await expect(read(memorySource('sbdb.json', sbdb.slice(0, -20)))).rejects.toThrowError(code('truncated'));
    await expect(read(memorySource('sbdb.csv', csv.replace('.0794013', '')))).rejects.toThrowError(
      'eccentricity: expected a value, got a blank',
    );
    await expect(read(memorySource('x.cat', astdys.replace('ECLM', 'EQUM')))).rejects.toThrowError('x.cat, refsys: expected ECLM J2000');
  });

  test('without a column are told which, not taken for another format', async () => {
    const [header, row] = csv.trimEnd().split('\n') as [string, string];
    const without = (field: string): string => {
      const place = header.split(',').indexOf(field);
      return [header, row].map((line) => line.split(',').toSpliced(place, 1).join(',')).join('\n');
    };
    for (const [field, column] of [
      ['e', 'e'],
      ['i', 'i'],
      ['a', 'a or q'],
      ['ma', 'ma or tp'],
      ['epoch', 'epoch or epoch_mjd or epoch_cal'],
    ] as const) {
      for (const text of [without(field), `# ${without(field)}`])
        await expect(read(memorySource('neos.csv', text))).rejects.toThrowError(
          expect.objectContaining({
            code: 'missing-column',
            message: expect.stringContaining(`neos.csv, ${column}: expected this field`) as string,
          }),
        );
    }
    await expect(read(memorySource('x.csv', 'name,a,i,om,w,epoch\nx,2,3,4,5,6\n'))).rejects.toThrowError(code('missing-column'));
    // Other programs' tables have some of these names too.
    for (const header of ['name,colour', 'name,a,e,i,node,peri,M,epoch', 'a,e,i,om,w,ma,epoch'])
      await expect(read(memorySource('x.csv', `${header}\n1,2\n`))).rejects.toThrowError(code('unknown-format'));
  });

  test('of no conic name the element and its value', () => {
    const impossible =
      (changes: Partial<OrbitRecord>): (() => unknown) =>
      () =>
        completeRecord({ ...ceres, ...changes }, sunGm);
    expect(impossible({ semiMajorAxis: -2.7660512 })).toThrowError(
      'semi-major axis: expected a > 0 for an ellipse, got a = -2.7660512, e = 0.0794013',
    );
    expect(impossible({ eccentricity: 1.2 })).toThrowError('semi-major axis: expected a < 0 for a hyperbola, got a = 2.7660512, e = 1.2');
    expect(impossible({ eccentricity: -0.1 })).toThrowError('eccentricity: expected e ≥ 0, got a = 2.7660512, e = -0.1');
    expect(impossible({ semiMajorAxis: NaN, perihelionDistance: -1 })).toThrowError(
      'perihelion distance: expected q > 0, got e = 0.0794013, q = -1',
    );
  });

  test('leave bad rows out on request', async () => {
    const messages: string[] = [];
    const catalogue = await read(
      memorySource('m', `${mpcorb.trimEnd()}\nrubbish\n${ceresLine.replace('K2555', 'K2Z55')}\n${ceresLine}\n`),
      { skip: ({ message }) => messages.push(message) },
    );
    expect(catalogue.count).toBe(2);
    expect(messages).toEqual([expect.stringContaining('m, line 6'), expect.stringContaining('m, line 7')]);
  });

  test('of comets have an orbit too', () => {
    const comet = {
      designation: 'C',
      epoch: 2_460_000.5,
      eccentricity: 1,
      inclination: 1,
      node: 2,
      argument: 3,
      perihelionDistance: 1,
      perihelionTime: 2_460_100.5,
    };
    expect(completeRecord(comet, sunGm)).toMatchObject({ semiMajorAxis: Infinity, meanAnomaly: NaN });
    const closed = completeRecord({ ...comet, eccentricity: 0.5 }, sunGm);
    expect(closed.semiMajorAxis).toBe(2);
    expect(closed.meanAnomaly).toBeCloseTo((-100 * 0.9856076686) / 2 ** 1.5, 7);
    expect(() => completeRecord({ ...comet, eccentricity: -0.5 }, sunGm)).toThrowError(code('not-an-orbit'));
    expect(() => completeRecord({ ...comet, perihelionDistance: NaN }, sunGm)).toThrowError(code('missing-value'));
  });
});

describe('catalogue', () => {
  const build = (count: number): Catalogue => {
    const builder = new CatalogueBuilder();
    builder.addSource('made');
    for (let i = 0; i < count; i++)
      builder.add({ ...ceres, designation: String(i + 1), name: i % 2 === 0 ? `Näme ${i}` : '', ...(i % 3 === 0 && { diameter: i }) });
    return builder.build();
  };
  const bytesOf = (catalogue: Catalogue): Uint8Array => new Uint8Array(Buffer.concat(encodeCatalogue(catalogue)));

  test('comes back bit for bit', () => {
    for (const count of [0, 1, 3000]) {
      const catalogue = build(count);
      const again = decodeCatalogue('x', bytesOf(catalogue));
      expect(again).toEqual(catalogue);
    }
    const builder = new CatalogueBuilder({ capacity: 100_000 });
    builder.add(ceres);
    builder.add({ ...ceres, solution: 'JPL 48' });
    const solved = decodeCatalogue('x', bytesOf(builder.build()));
    expect([...solved.solutions]).toEqual(['', 'JPL 48']);
    expect(solved.select([1]).record(0).solution).toBe('JPL 48');
    expect(build(5).column('diameter')).toEqual(Float64Array.of(0, NaN, NaN, 3, NaN));
  });

  test('finds every damaged byte', () => {
    const bytes = bytesOf(build(20));
    const header = new DataView(bytes.buffer).getUint32(12, true);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: bytes.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const damaged = bytes.slice();
        damaged[at] = damaged[at]! ^ change;
        // Blanks between sections carry nothing.
        const isPadding = (at >= 20 && at < 24) || (at >= 24 + header && bytes[at] === 0x20 && at < 24 + header + 500);
        if (isPadding) return;
        let same = false;
        try {
          same = Buffer.compare(Buffer.from(bytesOf(decodeCatalogue('x', damaged))), Buffer.from(bytes)) === 0;
        } catch (error) {
          expect((error as { code: string }).code).toMatch(/^(unknown-format|catalogue-|truncated)/);
          return;
        }
        // Only padding may change without notice.
        expect(same && bytes[at] === 0).toBe(true);
      }),
      { seed: 6, numRuns: 500 },
    );
    expect(() => decodeCatalogue('x', bytes.subarray(0, bytes.length - 100))).toThrowError(code('truncated'));
    expect(crc32c(new TextEncoder().encode('123456789'))).toBe(0xe3069283);
  });

  test('reports what it holds', () => {
    const report = catalogueReport(mergeCatalogues([build(3), build(2).select([1]), build(0)]));
    expect(report).toMatchObject({
      orbits: 4,
      numbered: 4,
      duplicates: 1,
      duplicateExamples: ['2'],
      withoutMagnitude: 4,
      epochs: 1,
      commonEpoch: 2_460_800.5,
      atOtherEpochs: 0,
    });
    expect(() => mergeCatalogues([])).toThrowError(code('no-data'));
  });
});

describe('files on the disk', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'orbits-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('are decompressed whatever their name', async () => {
    const path = join(folder, 'mpcorb.json');
    await writeFile(path, gzipSync(extended));
    const source = await fileSource(path);
    expect([...(await read(source)).names]).toEqual(['Ceres']);
    expect(source.bytesRead).toBe(source.size);
    await writeFile(path, gzipSync(extended).subarray(0, 80));
    await expect(read(await fileSource(path))).rejects.toThrowError(code('compression'));
  });

  test('appear whole or not at all', async () => {
    const path = join(folder, 'out');
    await expect(
      writeWhole(
        path,
        (function* () {
          yield 'begun';
          throw new Error('full');
        })(),
      ),
    ).rejects.toThrowError('full');
    expect(await readdir(folder)).not.toContain('out');
    await writeWhole(path, ['a', new Uint8Array([98])]);
    expect(await readFile(path, 'utf8')).toBe('ab');
    expect((await readdir(folder)).filter((name) => name.includes('partial'))).toEqual([]);
  });
});

import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { Archive, inMemory } from '../../src/archive/archive.js';
import { ArchiveWriter, withArchive } from '../../src/archive/archive-file.js';
import { changedKeys, configHash } from '../../src/archive/config-difference.js';
import { crc32c } from '../../src/formats/crc32c.js';
import { mergeArchives } from '../../src/archive/merge-archives.js';
import { removalRows, removalsOfRows } from '../../src/archive/archived-events.js';
import type { Removal } from '../../src/encounters/removal.js';
import { configOf, recordsOf } from './sample-run.js';

const folder = mkdtempSync(join(tmpdir(), 'archive-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const newPath = (): string => join(folder, `${files++}.caph`);

function written(from: number, to: number, snapshots: number, shuffled = false, build = 'test'): string {
  const path = newPath();
  const writer = ArchiveWriter.create(path, { config: configOf(from, to), build });
  for (let k = 0; k < snapshots; k++) writer.append(100 * k, recordsOf(from, to, k, shuffled));
  writer.close();
  return path;
}

test('CRC-32C gives the published values, whole and in pieces', () => {
  // RFC 3720, appendix B.4, and the check value of the catalogue of CRCs.
  expect(crc32c(new TextEncoder().encode('123456789'))).toBe(0xe3069283);
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43);
  const bytes = Uint8Array.from({ length: 32 }, (_, k) => k);
  expect(crc32c(bytes)).toBe(0x46dd794e);
  expect(crc32c(bytes.subarray(5), crc32c(bytes.subarray(0, 5)))).toBe(0x46dd794e);
});

describe('reading', () => {
  test('gives back header, rows and shared arrays bit for bit, at any step', () => {
    const path = written(0, 40, 5);
    withArchive(path, (archive) => {
      expect(archive.header).toEqual({ config: configOf(0, 40), build: 'test' });
      expect(archive.warnings).toEqual([]);
      expect(archive.snapshotBlock(250).step).toBe(200);
      const { rows, shared } = archive.content(archive.snapshotBlock(250));
      const [expected] = recordsOf(0, 40, 2);
      expect(rows).toEqual(expected!.content.rows);
      expect(shared).toEqual(expected!.content.shared);
      const times = archive.rows('approaches', 200)['closed']!.data as Float64Array;
      expect(times.length).toBe(
        [0, 1, 2].flatMap((k) => Array.from({ length: 40 }, (_, id) => (id + k) % 3)).filter((r) => r === 0).length,
      );
      expect([...times]).toEqual([...times].sort((a, b) => a - b));
    });
  });

  test('does not depend on the order in which rows were given', () => {
    expect(readFileSync(written(3, 50, 3, true))).toEqual(readFileSync(written(3, 50, 3)));
  });

  test('no snapshot that early', () => {
    const path = newPath();
    const writer = ArchiveWriter.create(path, { config: configOf(0, 5), build: 'test' });
    writer.append(100, recordsOf(0, 5, 1));
    writer.close();
    expect(() => withArchive(path, (archive) => archive.snapshotBlock(99))).toThrow(expect.objectContaining({ code: 'no-snapshot' }));
  });
});

describe('bad files', () => {
  test('something else, an empty file, another version, a damaged header, a missing file', () => {
    const refusal = (bytes: Uint8Array): unknown => {
      try {
        return new Archive(inMemory(bytes));
      } catch (error) {
        return (error as { code: string }).code;
      }
    };
    const good = readFileSync(written(0, 5, 1));
    expect(refusal(new TextEncoder().encode('time,planet\n1,2\n and so on'))).toBe('not-an-archive');
    expect(refusal(new Uint8Array(0))).toBe('not-an-archive');
    const other = Uint8Array.from(good);
    other[8] = 9;
    expect(refusal(other)).toBe('version');
    const damaged = Uint8Array.from(good);
    damaged[40]! ^= 1;
    expect(refusal(damaged)).toBe('damaged-header');
    expect(() => withArchive(join(folder, 'none'), () => 0)).toThrow(expect.objectContaining({ code: 'storage' }));
  });

  test('a file cut anywhere in its last block reads up to the block before, with a message', () => {
    const path = written(0, 20, 3);
    const bytes = readFileSync(path);
    const whole = new Archive(inMemory(bytes));
    const last = whole.blocks.at(-1)!;
    for (const end of [last.offset + 1, last.offset + 31, last.offset + 32, bytes.length - 40, bytes.length - 1]) {
      const cut = new Archive(inMemory(bytes.subarray(0, end)));
      expect(cut.blocks).toEqual(whole.blocks.slice(0, -1));
      expect(cut.warnings).toEqual([
        `archive: the last block is torn; ${end - last.offset} bytes from byte ${last.offset} on are left out`,
      ]);
    }
  });

  test.each(['header', 'payload'] as const)('a bit changed in a %s in the middle names the block and the bytes lost', (where) => {
    const bytes = Uint8Array.from(readFileSync(written(0, 20, 4)));
    const whole = new Archive(inMemory(Uint8Array.from(bytes)));
    const [block, next] = [whole.blocks[4]!, whole.blocks[5]!];
    bytes[block.offset + (where === 'header' ? 17 : 100)]! ^= 4;
    const lost = { code: 'damaged-block', details: { index: 4, offset: block.offset, bytesLost: next.offset - block.offset } };
    expect(() => new Archive(inMemory(bytes)).verify()).toThrow(expect.objectContaining(lost));
    const rest = new Archive(inMemory(bytes), { damaged: 'skip' });
    rest.verify();
    expect(rest.warnings).toHaveLength(1);
    expect(rest.warnings[0]).toContain('block 4');
    const survivors = whole.blocks.filter(({ index, type }) => index !== 4 && type === block.type);
    const count = survivors.reduce((sum, survivor) => sum + whole.content(survivor).rows['particle']!.shape[0]!, 0);
    expect(rest.rows(block.type)['particle']!.shape[0]).toBe(count);
  });

  test('columns of different length and missing columns are refused, and leave the file as it was', () => {
    const path = newPath();
    const writer = ArchiveWriter.create(path, { config: {}, build: 'test' });
    const before = readFileSync(path);
    const [snapshot] = recordsOf(0, 4, 0);
    const { particle, ...others } = snapshot!.content.rows;
    const append = (rows: typeof others) => () => writer.append(1, [{ type: 'snapshot', content: { rows, shared: {} } }]);
    expect(append(others)).toThrow(expect.objectContaining({ code: 'content' }));
    expect(append({ ...recordsOf(0, 3, 0)[0]!.content.rows, particle: particle! })).toThrow(expect.objectContaining({ code: 'content' }));
    writer.close();
    expect(readFileSync(path)).toEqual(before);
  });
});

describe('resuming', () => {
  test('after a torn end and after interruptions gives the bytes of a run without', () => {
    const expected = readFileSync(written(0, 30, 5));
    const path = newPath();
    const first = ArchiveWriter.create(path, { config: configOf(0, 30), build: 'test' });
    first.append(0, recordsOf(0, 30, 0));
    first.append(100, recordsOf(0, 30, 1));
    first.append(137, recordsOf(0, 30, 8), { interim: true });
    first.close();

    const second = ArchiveWriter.resume(path, configOf(0, 30));
    expect(second.archive.snapshotBlock()).toMatchObject({ step: 137, interim: true });
    second.writer.append(155, recordsOf(0, 30, 9), { interim: true });
    second.writer.close();

    const third = ArchiveWriter.resume(path, configOf(0, 30));
    expect(third.archive.snapshotBlock().step).toBe(155);
    third.writer.append(200, recordsOf(0, 30, 2));
    third.writer.append(300, recordsOf(0, 30, 3));
    third.writer.close();
    truncateSync(path, readFileSync(path).length - 9);

    const fourth = ArchiveWriter.resume(path, configOf(0, 30));
    expect(fourth.warnings).toHaveLength(1);
    expect(fourth.archive.snapshotBlock().step).toBe(200);
    fourth.writer.append(300, recordsOf(0, 30, 3));
    fourth.writer.append(400, recordsOf(0, 30, 4));
    fourth.writer.close();
    expect(readFileSync(path)).toEqual(expected);
  });

  test('with a changed configuration names the keys and both values', () => {
    const path = written(0, 5, 1);
    const changed = { ...configOf(0, 5), step: 8, radii: { earth: 0.05, mars: 0.04 } };
    expect(() => ArchiveWriter.resume(path, changed)).toThrow(
      expect.objectContaining({
        code: 'changed-config',
        message: expect.stringContaining('radii.mars: 0.0362 in the archive, now 0.04; step: 4 in the archive, now 8') as string,
      }),
    );
  });

  test('an existing file is never overwritten', () => {
    const path = newPath();
    writeFileSync(path, 'mine');
    expect(() => ArchiveWriter.create(path, { config: {}, build: 'test' })).toThrow(expect.objectContaining({ code: 'storage' }));
    expect(readFileSync(path, 'utf8')).toBe('mine');
  });
});

describe('configurations', () => {
  test('the hash knows no order of keys', () => {
    expect(configHash({ a: 1, b: { c: 2, d: [3, 4] } })).toBe(configHash({ b: { d: [3, 4], c: 2 }, a: 1 }));
    expect(configHash({ a: 1 })).not.toBe(configHash({ a: 2 }));
    expect(changedKeys({ a: 1, b: { c: [1, 2] } }, { b: { c: [1, 3] }, d: 0 })).toEqual(['a', 'b.c', 'd']);
  });
});

describe('merging', () => {
  const merged = (paths: readonly string[], path = newPath()): Buffer => {
    const archives = paths.map((part) => new Archive(inMemory(readFileSync(part))));
    mergeArchives(archives, path);
    return readFileSync(path);
  };

  test('parts of any sizes in any order give the bytes of the whole', () => {
    const whole = readFileSync(written(0, 60, 4));
    expect(merged([written(41, 60, 4), written(0, 1, 4), written(1, 41, 4)])).toEqual(whole);
    expect(merged([written(0, 60, 4)])).toEqual(whole);
  });

  test('gaps, overlaps, other configurations, other builds, other planets and unfinished parts are refused', () => {
    const code = (paths: readonly string[]): unknown => {
      try {
        return merged(paths);
      } catch (error) {
        return (error as { code: string }).code;
      }
    };
    expect(code([])).toBe('merge');
    expect(code([written(0, 5, 2), written(6, 9, 2)])).toBe('merge');
    expect(code([written(0, 5, 2), written(4, 9, 2)])).toBe('merge');
    expect(code([written(0, 5, 2), written(5, 9, 3)])).toBe('merge');
    expect(code([written(0, 5, 2), written(5, 9, 2, false, 'another')])).toBe('build');
    const otherSeed = newPath();
    ArchiveWriter.create(otherSeed, { config: { ...configOf(5, 9), seed: 8 }, build: 'test' }).close();
    expect(code([written(0, 5, 2), otherSeed])).toBe('merge');
    const otherPlanets = newPath();
    const writer = ArchiveWriter.create(otherPlanets, { config: configOf(5, 9), build: 'test' });
    for (const k of [0, 1]) {
      const records = recordsOf(5, 9, k);
      records[0] = { ...records[0]!, content: { ...records[0]!.content, shared: recordsOf(5, 9, k + 1)[0]!.content.shared } };
      writer.append(100 * k, records);
    }
    writer.close();
    expect(code([written(0, 5, 2), otherPlanets])).toBe('merge');
  });
});

test('removals come back as they were, with and without a planet', () => {
  const removals: Removal[] = [
    { particle: 3, reason: 'sun', step: 5, fraction: 0.25, jd: 2_451_566, heliocentric: [1, 2, 3, 4, 5, 6] },
    {
      particle: 9,
      reason: 'impact',
      planet: 'venus',
      step: 8,
      fraction: 0.5,
      jd: 2_451_579,
      heliocentric: [6, 5, 4, 3, 2, 1],
      impactSpeed: 0.01,
      impactParameter: 4e-5,
    },
  ];
  const path = newPath();
  const writer = ArchiveWriter.create(path, { config: {}, build: 'test' });
  writer.append(10, [{ type: 'removals', content: { rows: removalRows(removals.toReversed()), shared: {} } }]);
  writer.close();
  expect(withArchive(path, (archive) => removalsOfRows(archive.rows('removals')))).toEqual(removals);
  expect(removalsOfRows({})).toEqual([]);
});

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { auPerDayOfKmPerSecond, eventsOfRows, type ParticleFile, withArchive } from '@sardonyx/close-approaches';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { orderedApproaches } from '../../src/page/asteroids/data/approach-order.js';
import { metPlanets } from '../../src/page/asteroids/data/met-planets.js';
import { RunArchive } from '../../src/page/asteroids/data/run-archive.js';
import { fetchArchiveFile } from '../../src/page/asteroids/data/run-files.js';
import { length } from '../../src/page/asteroids/encounters/vector.js';
import { makeTinyRun, tinyParticles, tinyRun, tinySnapshots } from './tiny-run.js';

describe('the archive of a run of the belt', () => {
  const runs = mkdtempSync(join(tmpdir(), 'sardonyx-run-archive-'));
  let folder: string;
  let bytes: Uint8Array;
  let particles: ParticleFile;
  let archive: RunArchive;
  beforeAll(async () => {
    folder = await makeTinyRun(runs);
    bytes = new Uint8Array(readFileSync(join(folder, 'archive', 'run.caph')));
    particles = JSON.parse(readFileSync(join(folder, 'particles', 'particles.json'), 'utf8')) as ParticleFile;
    archive = new RunArchive(tinyRun, bytes, particles);
  });
  afterAll(() => rmSync(runs, { recursive: true, force: true }));

  test('begins with the elements that its particles were drawn with', () => {
    expect(archive.snapshots).toHaveLength(1 + tinySnapshots);
    const { table, particles: ids, jd, planets } = archive.catalogueAt(0);
    expect(jd).toBe(2_451_545);
    expect([...ids!]).toEqual(particles.particles.map(({ id }) => id));
    particles.particles.forEach((particle, row) => {
      // There and back through states: some roundings of elements of up to 360.
      expect(table.name(row)).toBe(particle.name);
      expect(table.a[row]).toBeCloseTo(particle.semiMajorAxis, 11);
      expect(table.e[row]).toBeCloseTo(particle.eccentricity, 11);
      expect(table.i[row]).toBeCloseTo(particle.inclination, 9);
      expect(Math.abs(Math.sin((Math.PI / 180) * (table.meanAnomaly[row]! - particle.meanAnomaly)))).toBeLessThan(1e-10);
      expect(table.H[row]).toBe(particle.absoluteMagnitude);
    });
    expect(planets![2]!.elements.semiMajorAxis).toBeCloseTo(1, 3);
  });

  test('ends with the years that were asked for', () => {
    const last = archive.snapshots.at(-1)!;
    // Whole steps of 16 d, a multiple of the snapshots'.
    expect(Math.abs(archive.yearOf(last) - 800)).toBeLessThan(0.1);
    expect(archive.years).toBe(archive.yearOf(last));
    const { table, jd } = archive.catalogueAt(tinySnapshots);
    expect(jd).toBe(2_451_545 + 16 * last.step);
    expect(table.a.length).toBeLessThanOrEqual(tinyParticles);
  });

  test('has the approaches that the system reads, in km/s and with their states', () => {
    const events = withArchive(join(folder, 'archive', 'run.caph'), (opened) => eventsOfRows(opened.rows('approaches')));
    expect(events.length).toBeGreaterThan(5);
    expect(archive.approaches).toHaveLength(events.length);
    archive.approaches.forEach((row, at) => {
      expect([row.particle, row.jd, row.rMin]).toEqual([events[at]!.particle, events[at]!.jd, events[at]!.rMin]);
      expect(row.vRel * auPerDayOfKmPerSecond).toBeCloseTo(events[at]!.vRel, 15);
      const [x, y, z] = row.relative as [number, number, number];
      expect(length([x, y, z])).toBeCloseTo(row.rMin, 12);
      expect(row.asteroid).toBe(particles.particles[row.particle!]!.name);
    });
  });

  test('tells which bodies meet a planet', () => {
    const catalogue = archive.catalogueAt(1);
    const met = metPlanets(catalogue, archive.approaches);
    const meeting = new Set(archive.approaches.map(({ particle }) => particle));
    expect(meeting.size).toBeGreaterThan(1);
    catalogue.particles!.forEach((particle, row) => expect(met[row]! > 0).toBe(meeting.has(particle)));
    const one = { ...archive.approaches[0]!, particle: 0 };
    const both = metPlanets(catalogue, [
      { ...one, planet: 'mars' },
      { ...one, planet: 'venus' },
    ]);
    expect(both[0]).toBe(2);
  });

  test('orders approaches', () => {
    const ordered = (order: Parameters<typeof orderedApproaches>[1], key: 'rMin' | 'vRel' | 'jd') =>
      orderedApproaches(archive.approaches, order).map((row) => row[key]);
    const sorted = (key: 'rMin' | 'vRel' | 'jd') => archive.approaches.map((row) => row[key]).sort((a, b) => a - b);
    expect(ordered('nearest first', 'rMin')).toEqual(sorted('rMin'));
    expect(ordered('fastest first', 'vRel')).toEqual(sorted('vRel').reverse());
    expect(ordered('earliest first', 'jd')).toEqual(sorted('jd'));
  });

  test('that is being written is read as far as it is whole', () => {
    const torn = new RunArchive(tinyRun, bytes.subarray(0, archive.snapshots[2]!.offset + 100), particles);
    expect(torn.snapshots).toHaveLength(2);
    expect(torn.note).toContain('the last block is torn');
    expect(torn.approaches.length).toBeLessThan(archive.approaches.length);
    expect(() => new RunArchive(tinyRun, bytes.subarray(0, archive.snapshots[0]!.offset), particles)).toThrow('expected a snapshot');
  });

  test('is fetched in pieces, a long one by its end, which shows its last snapshots', async () => {
    const asked: string[] = [];
    vi.stubGlobal('fetch', (_url: string, { headers }: { headers: { Range: string } }) => {
      asked.push(headers.Range);
      const [from, to] = headers.Range.match(/\d+/g)!.map(Number) as [number, number];
      const body = bytes.slice(from, to + 1);
      return Promise.resolve(
        new Response(body, { headers: { 'Content-Range': `bytes ${from}-${from + body.length - 1}/${bytes.length}` } }),
      );
    });
    try {
      const piece = 4096;
      const whole = await fetchArchiveFile(tinyRun, 'run.caph', { most: bytes.length, piece });
      expect(whole).toEqual({ bytes, end: 0 });
      expect(asked).toHaveLength(Math.ceil(bytes.length / piece));

      const from = archive.snapshots[2]!.offset + 4;
      const { bytes: read, end } = await fetchArchiveFile(tinyRun, 'run.caph', { most: bytes.length - from + piece, piece });
      expect([end, read.length]).toEqual([piece, piece + bytes.length - Math.ceil(from / 8) * 8]);
      const late = new RunArchive(tinyRun, read, particles, end);
      expect(late.snapshots.map(({ step }) => step)).toEqual(archive.snapshots.slice(3).map(({ step }) => step));
      expect(late.catalogueAt(0).table.a).toEqual(archive.catalogueAt(3).table.a);
      expect(late.approaches).toEqual(archive.approaches.slice(-late.approaches.length));
      expect(late.note).toContain('The archive is long');
    } finally {
      vi.unstubAllGlobals();
    }
  });
});

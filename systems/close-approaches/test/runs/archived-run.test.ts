import { closeSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { checkedRunConfig, eventsOfRows, mergeArchives, openArchive, withArchive } from '../../src/archive/index.js';
import { j2000 } from '../../src/constants.js';
import { stateSize } from '../../src/dynamics/massive-bodies.js';
import { planetsAt2000 } from '../../src/planets/solar-system.js';
import { planetsAt } from '../../src/propagation/planets-at.js';
import { type BeltRunOptions, runIntoArchive } from '../../src/runs/archived-run.js';
import { snapshotOf } from '../../src/runs/snapshot-records.js';
import { nearEarthStates } from '../../src/studies/near-earth-orbits.js';

const folder = mkdtempSync(join(tmpdir(), 'archived-run-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const count = 90;
const states = nearEarthStates(count, 5);
const setupOf = (from: number, to: number) => ({
  // Wide distances, so that excursions are under way wherever a run is cut.
  config: checkedRunConfig({
    step: 8,
    steps: 800,
    snapshotSteps: 200,
    particles: { from, to },
    criticalDistances: { mercury: 0.2, venus: 0.2, earth: 0.2, mars: 0.2 },
  }).config,
  bodies: planetsAt2000(),
  states: states.slice(stateSize * from, stateSize * to),
  drift: new Float64Array(to - from).fill(1e-11),
  build: 'test',
});
const options: BeltRunOptions = { workers: 1, batch: 10 };
const bytesOf = (path: string): string => readFileSync(path, 'base64');

describe('a run into an archive', () => {
  const whole = join(folder, 'whole.caph');

  test('records snapshots at their steps, and approaches', async () => {
    await runIntoArchive(whole, setupOf(0, count), options);
    withArchive(whole, (archive) => {
      const steps = archive.regularBlocks.filter(({ type }) => type === 'snapshot').map(({ step }) => step);
      expect(steps).toEqual([0, 200, 400, 600, 800]);
      expect(eventsOfRows(archive.rows('approaches')).length).toBeGreaterThan(5);
      expect(snapshotOf(archive).ids).toHaveLength(count);
      expect(archive.blocks.some(({ type }) => type === 'excursions')).toBe(true);
    });
  });

  test('split by ranges of particles and merged it has the same bytes', async () => {
    const parts = [
      [0, 17],
      [17, 58],
      [58, count],
    ] as const;
    const paths = parts.map(([from]) => join(folder, `part-${from}.caph`));
    for (const [k, [from, to]] of parts.entries()) await runIntoArchive(paths[k]!, setupOf(from, to), options);
    const opened = paths.map((path) => openArchive(path));
    const merged = join(folder, 'merged.caph');
    mergeArchives(
      opened.map(({ archive }) => archive),
      merged,
    );
    for (const { file } of opened) closeSync(file);
    expect(bytesOf(merged)).toBe(bytesOf(whole));
  });

  test('refuses to go on with another configuration', async () => {
    const other = setupOf(0, count);
    await expect(runIntoArchive(whole, { ...other, config: { ...other.config, detector: 'arcs' } }, options)).rejects.toThrow(/detector/);
  });

  test('refuses to go on where another build has begun', async () => {
    const other = { ...setupOf(0, count), build: 'another' };
    await expect(runIntoArchive(whole, other, options)).rejects.toThrow(expect.objectContaining({ code: 'build' }));
  });

  test('goes on after a stop between two snapshots, in other batches', async () => {
    const path = join(folder, 'stopped.caph');
    const stops = [1, 2, 5];
    let stretches = 0;
    const stopping: BeltRunOptions = {
      ...options,
      stretch: 90 * count,
      isDue: () => ++stretches > stops[0]!,
      saved: () => {
        stops.shift();
        return Promise.reject(new Error('stop'));
      },
    };
    const stoppedAt: number[] = [];
    let underWay = 0;
    while (stops.length > 0) {
      await expect(runIntoArchive(path, setupOf(0, count), stopping)).rejects.toThrow('stop');
      const { step, excursions } = withArchive(path, (archive) => snapshotOf(archive));
      stoppedAt.push(step);
      underWay += excursions.length;
    }
    expect(stoppedAt.some((step) => step % 200 !== 0)).toBe(true);
    expect(underWay).toBeGreaterThan(0);
    await runIntoArchive(path, setupOf(0, count), { ...options, batch: 3 });
    expect(bytesOf(path)).toBe(bytesOf(whole));
  });
});

test('planets at J2000.0 are those of the table', () => {
  const [computed, table] = [planetsAt(j2000), planetsAt2000()];
  expect(computed.gm).toEqual(table.gm);
  // The table has twelve decimals and a clock good to 5e-10 d.
  computed.states.forEach((value, k) => expect(Math.abs(value - table.states[k]!)).toBeLessThan(2e-10));
});

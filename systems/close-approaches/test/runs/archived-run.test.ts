import { closeSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { checkedRunConfig, eventsOfRows, mergeArchives, openArchive, withArchive } from '../../src/archive/index.js';
import { j2000, sunGm } from '../../src/constants.js';
import { stateSize } from '../../src/dynamics/massive-bodies.js';
import { keplerianOf } from '../../src/orbit/elements-from-state.js';
import type { StateVector } from '../../src/planets/initial-states.js';
import { planetsAt2000 } from '../../src/planets/solar-system.js';
import { planetsAt } from '../../src/propagation/planets-at.js';
import { defaultSurface } from '../../src/population/test-particles.js';
import { type BeltRunOptions, runIntoArchive } from '../../src/runs/archived-run.js';
import { spinSize } from '../../src/runs/particle-spins.js';
import { snapshotOf } from '../../src/runs/snapshot-records.js';
import { snapshotStates } from '../../src/runs/snapshot-states.js';
import { nearEarthStates } from '../../src/studies/near-earth-orbits.js';
import { rateOfPeriod, yarkovskyDrift } from '../../src/yarkovsky/yarkovsky-drift.js';

const folder = mkdtempSync(join(tmpdir(), 'archived-run-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const count = 90;
const states = nearEarthStates(count, 5);
/** Perihelia, in order: steps change where that of some particle is, so that those of a few change on the way. */
const perihelia = Array.from({ length: count }, (_, i) => {
  const { semiMajorAxis, eccentricity } = keplerianOf(states.subarray(stateSize * i, stateSize * (i + 1)) as unknown as StateVector, sunGm);
  return semiMajorAxis * (1 - eccentricity);
}).sort((a, b) => a - b);
const crossing = [70, 50, 30, 10].map((rank, k) => ({ within: perihelia[rank]!, step: 8 / 2 ** k }));
const setupOf = (from: number, to: number) => ({
  // Wide distances, so that excursions are under way wherever a run is cut.
  config: checkedRunConfig({
    step: 16,
    levels: 5,
    stepRule: { patience: 400, stepsPerReview: 4, crossing },
    steps: 400,
    snapshotSteps: 100,
    // Stones of a metre: light turns them within years.
    yarkovsky: { evolution: true, lookSteps: 30 },
    particles: { from, to },
    criticalDistances: { mercury: 0.2, venus: 0.2, earth: 0.2, mars: 0.2 },
  }).config,
  bodies: planetsAt2000(),
  states: states.slice(stateSize * from, stateSize * to),
  drift: new Float64Array(to - from).fill(1e-11),
  spins: {
    diameter: new Float64Array(to - from).fill(1),
    obliquity: Float64Array.from({ length: to - from }, (_, i) => (Math.PI * (from + i)) / count),
    rate: new Float64Array(to - from).fill(rateOfPeriod(6)),
  },
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
      expect(steps).toEqual([0, 100, 200, 300, 400]);
      expect(eventsOfRows(archive.rows('approaches')).length).toBeGreaterThan(5);
      expect(snapshotOf(archive).ids).toHaveLength(count);
      expect(archive.blocks.some(({ type }) => type === 'excursions')).toBe(true);
    });
  });

  test('records which step each particle takes: several lengths, and some that change', () => {
    withArchive(whole, (archive) => {
      const levels = [0, 100, 200, 300, 400].map((step) => snapshotOf(archive, step).levels);
      expect(new Set(levels[0]).size).toBeGreaterThan(2);
      const changes = levels.slice(1).map((now, k) => now.filter((level, row) => level !== levels[k]![row]).length);
      expect(changes.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(0);
      const waiting = [100, 200, 300, 400].map((step) => snapshotOf(archive, step).waited.filter((reviews) => reviews > 0).length);
      expect(Math.max(...waiting)).toBeGreaterThan(0);
    });
  });

  test('records spins that turn, and the drifts that follow from them', () => {
    withArchive(whole, (archive) => {
      const [first, second] = [snapshotOf(archive, 0).spins, snapshotOf(archive, 100).spins];
      for (const i of [10, 40, 80]) {
        const [before, after] = [first, second].map((rows) => rows.subarray(spinSize * i, spinSize * (i + 1)));
        expect(Math.abs(after![0]! - before![0]!)).toBeGreaterThan(1e-3);
        const body = { ...defaultSurface, diameter: 1 };
        const drift = yarkovskyDrift(body, { obliquity: after![0]!, rate: after![1]! }, after![3]!).total;
        expect(after![2]).toBe(drift);
      }
    });
  });

  test('with one step for all it is another run', async () => {
    const path = join(folder, 'uniform.caph');
    const setup = setupOf(0, count);
    await runIntoArchive(path, { ...setup, config: { ...setup.config, levels: 1, step: 8, steps: 800, snapshotSteps: 200 } }, options);
    withArchive(path, (archive) => expect(new Set(snapshotOf(archive).levels)).toEqual(new Set([0])));
    await expect(runIntoArchive(whole, { ...setup, config: { ...setup.config, levels: 4 } }, options)).rejects.toThrow(/levels: 5/);
  });

  test('its first snapshot gives back the states that it began with', () => {
    withArchive(whole, (archive) => {
      const [first, last] = [archive.snapshotBlock(0), archive.snapshotBlock()].map((block) => snapshotStates(archive, block));
      expect([first!.jd, last!.jd]).toEqual([j2000, j2000 + 6400]);
      expect(first!.particles).toEqual(Int32Array.from({ length: count }, (_, id) => id));
      // Velocities went to the centre of mass and back: some rounding of 0.02 au/d.
      first!.states.forEach((value, k) => expect(Math.abs(value - states[k]!)).toBeLessThan(1e-16));
      planetsAt2000().states.forEach((value, k) => expect(Math.abs(value - first!.planets[k]!)).toBeLessThan(1e-16));
      expect(last!.states).toHaveLength(6 * last!.particles.length);
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
      stretch: 45 * count,
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
    expect(stoppedAt.some((step) => step % 100 !== 0)).toBe(true);
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

describe('a run is refused, or ends,', () => {
  const setup = setupOf(0, 3);
  const { spins: _, ...still } = setup;

  test('where states are not those of its particles', async () => {
    const few = { ...setup, states: setup.states.slice(0, stateSize) };
    await expect(runIntoArchive(join(folder, 'few.caph'), few, options)).rejects.toThrow('particles 0 to 2: expected 3 states, got 1');
    const wrong = { ...setup, states: setup.states.with(stateSize + 2, Number.NaN) };
    await expect(runIntoArchive(join(folder, 'nan.caph'), wrong, options)).rejects.toThrow('particle 1: expected a state of six finite');
  });

  test('where a state is no number any more; what was good before is kept', async () => {
    const path = join(folder, 'drift.caph');
    const drift = new Float64Array([0, Number.NaN, 0]);
    await expect(runIntoArchive(path, { ...still, drift }, options)).rejects.toMatchObject({
      code: 'not-finite',
      message: expect.stringContaining('particle 1: its state is NaN by step 100; the last good states are those of step 0'),
    });
    expect(withArchive(path, (archive) => snapshotOf(archive).step)).toBe(0);
  });
});

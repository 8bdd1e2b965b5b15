import { describe, expect, test } from 'vitest';
import type { BeltOptions } from '../../src/belt/belt-options.js';
import { type BeltRecords, BeltRun } from '../../src/belt/belt-run.js';
import { beltShard } from '../../src/belt/belt-shard.js';
import { detectorStepTable } from '../../src/belt/detector-step-table.js';
import { column, type ParticleTable, particleTable, tableOfStates } from '../../src/belt/particle-table.js';
import { kmPerAu, secondsPerDay } from '../../src/constants.js';
import { stateSize } from '../../src/dynamics/massive-bodies.js';
import {
  compareEvents,
  compareRemovals,
  decodeEvents,
  decodeRemovals,
  type EncounterEvent,
  encodeEvents,
  encodeRemovals,
  eventColumns,
  eventFlags,
  eventsCsv,
  type Removal,
} from '../../src/encounters/index.js';
import { planets } from '../../src/planets/bodies.js';
import { planetsAt2000 } from '../../src/planets/solar-system.js';
import { beltOrbits, nearEarthOrbits, stateOf, uniform } from '../encounters/synthetic-orbits.js';

/** Threads load built modules. */
const shardKernel = { ...beltShard, module: new URL('../../dist/belt/belt-shard.js', import.meta.url).href };
const years = (count: number, step: number): number => Math.round((count * 365.25) / step);
const bytesOf = ({ events, removals }: BeltRecords): string =>
  Buffer.concat([encodeEvents(events), encodeRemovals(removals)]).toString('hex');

/** Orbits like the Earth's, which stay in its way, some steep ones, some that aim at planets, and the belt; all with a drift. */
function orbits(count: number): ParticleTable {
  const random = uniform(4);
  const like = Array.from({ length: count }, () =>
    stateOf(0.95 + 0.1 * random(), 0.1 * random(), 0.02 * random(), 6.3 * random(), 6.3 * random(), 6.3 * random()),
  );
  const table = tableOfStates([...nearEarthOrbits(count, 9), ...like.flat(), ...aimed(count), ...beltOrbits(count, 5)]);
  column(table, 'drift').fill(1e-10);
  return table;
}

/** Towards Venus, Earth and Mars from 0.03 au away, off by up to twice the radius that gravity focuses. */
function aimed(count: number): number[] {
  const start = planetsAt2000();
  const random = uniform(77);
  return Array.from({ length: count }, (_, k) => {
    const index = 1 + (k % 3);
    const planet = planets[index]!;
    const speed = 0.003 + 0.006 * random();
    const capture = planet.radius * Math.sqrt(1 + (2 * planet.gm) / (planet.radius * speed * speed));
    const off = 2 * capture * random();
    const relative = [-0.03, off * Math.cos(k), off * Math.sin(k), speed, 0, 0];
    return relative.map((value, c) => start.states[stateSize * index + c]! + value);
  }).flat();
}

/** Particles `first` to `last` of a table. */
function part({ values, stride }: ParticleTable, first: number, last: number): ParticleTable {
  const table = particleTable(last - first);
  for (let k = 0; k < 10; k++) table.values.set(values.subarray(k * stride + first, k * stride + last), k * table.stride);
  return table;
}

const merge = (parts: readonly BeltRecords[]): BeltRecords => ({
  events: parts.flatMap(({ events }) => events).toSorted(compareEvents),
  removals: parts.flatMap(({ removals }) => removals).toSorted(compareRemovals),
  switches: [],
});

const bits = (values: Float64Array): string => Buffer.from(values.slice().buffer).toString('hex');

/** A run to its end: all that it tells, and the particles' states. */
async function whole(particles: ParticleTable, steps: number, options: BeltOptions): Promise<{ records: BeltRecords; states: string }> {
  await using run = new BeltRun(planetsAt2000(), particles, { shardKernel, ...options });
  const records = merge([await run.advance(steps), run.finish()]);
  return { records, states: bits(run.heliocentric().values) };
}

describe('a belt with encounters, each particle with a step of its own', () => {
  const options: BeltOptions = { stepsPerReview: 4, forces: { yarkovsky: true, relativity: true } };
  const particles = orbits(30);
  const steps = years(12, 16);
  const first = whole(particles, steps, options);

  test('has enough encounters, ends and steps for what follows', async () => {
    const { records } = await first;
    expect(records.events.length).toBeGreaterThan(40);
    expect(records.removals.length).toBeGreaterThan(5);
    expect(new Set(records.events.map(({ planet }) => planet)).size).toBeGreaterThanOrEqual(3);
    expect(records.events.some(({ flags }) => flags & eventFlags.integrated)).toBe(true);
    const run = new BeltRun(planetsAt2000(), particles, options);
    expect(run.groupSizes.filter((size) => size > 0).length).toBeGreaterThanOrEqual(3);
  });

  test.each<BeltOptions>([
    { batch: 1 },
    { batch: 7 },
    { batch: 1000 },
    { workers: 2, batch: 50 },
    { workers: 3, batch: 7 },
    { kernel: 'typescript' },
    { letOff: false },
  ])('gives the same bytes with %o', async (other) => {
    const { records, states } = await first;
    const again = await whole(particles, steps, { ...options, ...other });
    expect(bytesOf(again.records)).toBe(bytesOf(records));
    expect(again.states).toBe(states);
  });

  test.each([1, 7, 50])('gives the same bytes in runs of %d particles', async (size) => {
    const parts: BeltRecords[] = [];
    for (let begin = 0; begin < particles.count; begin += size) {
      const end = Math.min(particles.count, begin + size);
      parts.push((await whole(part(particles, begin, end), steps, { ...options, firstId: begin })).records);
    }
    expect(bytesOf(merge(parts))).toBe(bytesOf((await first).records));
  });

  test('gives the same bytes with three interruptions, excursions under way included', async () => {
    let run = new BeltRun(planetsAt2000(), particles, options);
    const parts: BeltRecords[] = [];
    let underWay = 0;
    // Within the time between two reviews and at one.
    for (const stretch of [1, 46, 101]) {
      parts.push(await run.advance(stretch));
      const snapshot = structuredClone(run.snapshot());
      underWay += snapshot.excursions.length;
      run = BeltRun.resume(planetsAt2000(), snapshot, options);
    }
    parts.push(await run.advance(steps - 148), run.finish());
    const { records, states } = await first;
    expect(underWay).toBeGreaterThan(0);
    expect(bytesOf(merge(parts))).toBe(bytesOf(records));
    expect(bits(run.heliocentric().values)).toBe(states);
  });

  test('an event is one, whatever the steps around it', async () => {
    const { records } = await first;
    const fine = await whole(particles, 16 * steps, { ...options, longestStep: 1, levels: 1 });
    // First encounters: later ones follow from what earlier ones did to the orbit, differently at another step.
    const firsts = (events: readonly EncounterEvent[]): Map<number, EncounterEvent> =>
      new Map(events.toReversed().map((event) => [event.particle, event]));
    const others = firsts(fine.records.events);
    let same = 0;
    for (const [particle, event] of firsts(records.events)) {
      const other = others.get(particle);
      if (other && other.planet === event.planet && Math.abs(other.jd - event.jd) < 0.05 && Math.abs(other.rMin - event.rMin) < 1e-3)
        same++;
    }
    expect(same).toBeGreaterThan(0.9 * others.size);
  });
});

describe('proofs of safety', () => {
  test.each<[string, ParticleTable, BeltOptions]>([
    ['near-Earth orbits at 8 d', orbits(20), { longestStep: 8, levels: 1 }],
    ['near-Earth orbits at 1.5 d', orbits(8), { longestStep: 1.5, levels: 1 }],
    ['near-Earth orbits at 16 d', orbits(30), { longestStep: 16, levels: 1, hybrid: { hillRadii: 4 } }],
    ['near-Earth orbits without switching', orbits(30), { longestStep: 8, levels: 1, hybrid: { kind: 'none' } }],
    ['near-Earth orbits with a changeover', orbits(20), { longestStep: 8, levels: 1, hybrid: { kind: 'changeover' } }],
    ['the cubic detector', orbits(20), { longestStep: 8, levels: 1, detector: 'cubic', hybrid: { kind: 'none' } }],
    [
      'the main belt at 8 d and less',
      tableOfStates(beltOrbits(60, 3)),
      { longestStep: 8, levels: 3, criticalDistances: { mercury: 0.2, venus: 0.3, earth: 0.6, mars: 0.8 } },
    ],
  ])('miss nothing: %s', async (_, given, options) => {
    const count = years(8, options.longestStep!);
    const [one, other] = [await whole(given, count, options), await whole(given, count, { ...options, letOff: false })];
    expect(bytesOf(one.records)).toBe(bytesOf(other.records));
    expect(one.states).toBe(other.states);
  });
});

describe('events and removals', async () => {
  const { records: reference } = await whole(orbits(30), years(20, 8), { longestStep: 8, levels: 1 });

  test('writes events and removals that read back the same', () => {
    expect(decodeEvents(encodeEvents(reference.events))).toEqual(reference.events);
    expect(() => decodeEvents(new Uint8Array(100))).toThrow(/multiple of 216 bytes, got 100/);
    const removal: Removal = {
      particle: 3,
      reason: 'impact',
      planet: 'venus',
      step: 9,
      fraction: 0.5,
      jd: 2,
      heliocentric: [1, 2, 3, 4, 5, 6],
      impactSpeed: 7,
      impactParameter: 8,
    };
    const far: Removal = { particle: 4, reason: 'far', step: 9, fraction: 1, jd: 2, heliocentric: [1, 2, 3, 4, 5, 6] };
    expect(decodeRemovals(encodeRemovals([removal, far]))).toEqual([removal, far]);
    const lines = eventsCsv(reference.events).trimEnd().split('\n');
    expect(lines[0]).toBe(eventColumns.join(','));
    expect(lines.length).toBe(reference.events.length + 1);
    for (const line of lines) expect(line.split(',').length).toBe(eventColumns.length);
  });

  test('tells consistent encounters', () => {
    for (const event of reference.events) {
      const planet = planets[event.planet]!;
      const [x, y, z, vx, vy, vz] = event.planetocentric as [number, number, number, number, number, number];
      expect(Math.hypot(x, y, z)).toBeCloseTo(event.rMin, 12);
      expect(Math.hypot(vx, vy, vz)).toBeCloseTo(event.vRel, 14);
      expect(event.entered).toBeLessThanOrEqual(event.step + event.fraction);
      expect(event.left).toBeGreaterThanOrEqual(event.step + event.fraction);
      if (event.flags & (eventFlags.openAtStart | eventFlags.openAtEnd | eventFlags.bound)) continue;
      // At a minimum the velocity is across: 1e-9 d of its time, times the speed.
      expect(Math.abs(x * vx + y * vy + z * vz) / event.vRel).toBeLessThan(1e-7);
      expect(event.vInf).toBeCloseTo(Math.sqrt(event.vRel ** 2 - (2 * planet.gm) / event.rMin), 14);
      expect(event.b / (event.rMin * Math.sqrt(1 + (2 * planet.gm) / (event.rMin * event.vInf ** 2))) - 1).toBeCloseTo(0, 6);
      expect(Math.hypot(event.xi, event.zeta) / event.b - 1).toBeCloseTo(0, 12);
      expect(event.opikU ** 2).toBeCloseTo(Math.max(0, 3 - event.tisserand), 12);
    }
  });

  test('Öpik’s U agrees with the speed within the planets’ eccentricities', () => {
    for (const event of fast(reference.events)) {
      const speed = Math.sqrt(planetsAt2000().starGm / planets[event.planet]!.semiMajorAxis);
      // U is of an encounter at the planet's mean distance. Off it by e or by the distance of the encounter, speeds at the same orbit
      // differ by as much, of the particle and of the planet, and their squares by twice that.
      const eccentricity = [0.21, 0.007, 0.017, 0.094][event.planet]!;
      expect(Math.abs((event.vInf / speed) ** 2 - event.opikU ** 2), `planet ${event.planet}`).toBeLessThan(
        4 * eccentricity + (3 * event.rMin) / planets[event.planet]!.semiMajorAxis,
      );
    }
  });
});

const fast = (events: readonly EncounterEvent[]): EncounterEvent[] => events.filter(({ vInf }) => vInf > 0.002);

/** Names of the particles that have not been removed. */
const alives = (run: BeltRun): Set<number> =>
  new Set([...column(run.heliocentric(), 'x')].flatMap((x, particle) => (Number.isNaN(x) ? [] : [particle])));

describe('ends of particles', () => {
  test('impacts: never slower than the escape velocity, on hyperbolas that meet the planet', async () => {
    const run = new BeltRun(planetsAt2000(), tableOfStates(aimed(90)), { longestStep: 8, levels: 1 });
    const { events, removals } = await run.advance(3);
    expect(removals.length).toBeGreaterThan(25);
    expect(removals.length).toBeLessThan(70);
    for (const removal of removals) {
      const planet = planets.find(({ name }) => name === removal.planet)!;
      const escape = Math.sqrt((2 * planet.gm) / planet.radius);
      expect(removal.reason).toBe('impact');
      expect(removal.impactSpeed!).toBeGreaterThan(escape);
      const vInf2 = removal.impactSpeed! ** 2 - escape ** 2;
      expect(removal.impactParameter!).toBeLessThan(planet.radius * Math.sqrt(1 + escape ** 2 / vInf2));
      const event = events.find(({ particle }) => particle === removal.particle)!;
      expect(event.flags & eventFlags.impact).toBe(eventFlags.impact);
      // 1e-9 d of the time, at a speed of 0.01 au/d.
      expect(Math.abs(event.rMin - planet.radius)).toBeLessThan(1e-11);
    }
    // The others pass above the surface.
    const alive = alives(run);
    expect(alive.size + removals.length).toBe(90);
    for (const event of events) if (alive.has(event.particle)) expect(event.rMin).toBeGreaterThan(planets[event.planet]!.radius);
  });

  test('the Sun, the outer limits and open orbits', async () => {
    // Falls almost straight into the Sun; passes it at 0.02 au; beyond 100 au; open at 50 au; bound at 50 au.
    const states = Float64Array.from(
      [
        [1, 0, 0, 0, 0.000_5, 0],
        [1, 0, 0.1, 0, 0.0034, 0],
        [99.99, 0, 0, 0.003, 0, 0],
        [0, 50, 0, 0.005, 0, 0],
        [0, -50, 0, 0.002, 0, 0],
      ].flat(),
    );
    const run = new BeltRun(planetsAt2000(), tableOfStates(states), { longestStep: 8, levels: 1 });
    const { removals } = await run.advance(20);
    expect(removals.map(({ particle, reason }) => [particle, reason])).toEqual([
      [2, 'far'],
      [3, 'escape'],
      [0, 'sun'],
    ]);
    const r = Math.hypot(...removals[2]!.heliocentric.slice(0, 3));
    expect(r).toBeLessThan(0.02);
    expect([...alives(run)]).toEqual([1, 4]);
    expect(run.groupSizes).toEqual([2]);
  });
});

describe('the table of detectors and steps', () => {
  test('counts of the quintic detector do not follow the step', async () => {
    const rows = await detectorStepTable(planetsAt2000(), tableOfStates(nearEarthOrbits(60, 12)), { days: 20 * 365.25, steps: [2, 8] });
    expect(rows.map(({ detector, step }) => `${detector} ${step}`)).toEqual(['quintic 2', 'quintic 8', 'cubic 2', 'cubic 8']);
    const [fine, coarse] = rows as [(typeof rows)[0], (typeof rows)[0]];
    const total = (row: (typeof rows)[0]): number => Object.values(row.events).reduce((sum, count) => sum + count, 0);
    expect(total(fine)).toBeGreaterThan(3);
    // Mostly the same encounters: only what follows an early close one differs.
    expect(Math.abs(total(coarse) - total(fine))).toBeLessThanOrEqual(3);
    const speed = (fine.meanVInf.earth! * kmPerAu) / secondsPerDay;
    expect(speed).toBeGreaterThan(3);
    expect(speed).toBeLessThan(40);
  });
});

import { describe, expect, test } from 'vitest';
import { kmPerAu, secondsPerDay } from '../../src/constants.js';
import { stateSize } from '../../src/dynamics/massive-bodies.js';
import {
  type BeltPropagationOptions,
  BeltPropagation,
  type BeltRecords,
  compareEvents,
  compareRemovals,
  decodeEvents,
  decodeRemovals,
  detectorStepTable,
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
import { beltOrbits, nearEarthOrbits, stateOf, uniform } from './synthetic-orbits.js';

const years = (count: number, step: number): number => Math.round((count * 365.25) / step);
const bytesOf = ({ events, removals }: BeltRecords): string =>
  Buffer.concat([encodeEvents(events), encodeRemovals(removals)]).toString('hex');

/** Orbits like the Earth's, which stay in its way, and some steep ones. */
const orbits = (count: number): Float64Array => {
  const random = uniform(4);
  const like = Array.from({ length: count }, () =>
    stateOf(0.95 + 0.1 * random(), 0.1 * random(), 0.02 * random(), 6.3 * random(), 6.3 * random(), 6.3 * random()),
  );
  return Float64Array.of(...nearEarthOrbits(count, 9), ...like.flat());
};

const merge = (parts: readonly BeltRecords[]): BeltRecords => ({
  events: parts.flatMap(({ events }) => events).toSorted(compareEvents),
  removals: parts.flatMap(({ removals }) => removals).toSorted(compareRemovals),
});

describe('a belt', () => {
  const options: BeltPropagationOptions = { step: 8 };
  const whole = (states: Float64Array, steps: number, given: BeltPropagationOptions = options): BeltRecords => {
    const run = new BeltPropagation(planetsAt2000(), states, given);
    return merge([run.advance(steps), run.finish()]);
  };
  const states = orbits(30);
  const steps = years(20, 8);
  const reference = whole(states, steps);

  test('has enough encounters for what follows', () => {
    expect(reference.events.length).toBeGreaterThan(20);
    expect(new Set(reference.events.map(({ planet }) => planet)).size).toBeGreaterThanOrEqual(3);
    expect(reference.events.some(({ flags }) => flags & eventFlags.integrated)).toBe(true);
  });

  test.each([1, 7, 60])('gives the same bytes in batches of %d', (size) => {
    const parts: BeltRecords[] = [];
    for (let first = 0; first < states.length / stateSize; first += size) {
      const run = new BeltPropagation(planetsAt2000(), states.slice(stateSize * first, stateSize * (first + size)), options, first);
      parts.push(run.advance(steps), run.finish());
    }
    expect(bytesOf(merge(parts))).toBe(bytesOf(reference));
  });

  test('gives the same bytes with three interruptions, excursions under way included', () => {
    let run = new BeltPropagation(planetsAt2000(), states, options);
    const parts: BeltRecords[] = [];
    let underWay = 0;
    for (const stretch of [97, 313, 201]) {
      parts.push(run.advance(stretch));
      const snapshot = run.snapshot();
      underWay += snapshot.excursions.length;
      run = BeltPropagation.resume(planetsAt2000(), snapshot, options);
    }
    parts.push(run.advance(steps - 611), run.finish());
    expect(underWay).toBeGreaterThan(0);
    expect(bytesOf(merge(parts))).toBe(bytesOf(reference));
  });

  test.each<[string, Float64Array, BeltPropagationOptions]>([
    ['near-Earth orbits at 8 d', orbits(30), { step: 8 }],
    ['near-Earth orbits at 1.5 d', orbits(8), { step: 1.5 }],
    ['near-Earth orbits at 16 d', orbits(30), { step: 16, hybrid: { hillRadii: 4 } }],
    ['near-Earth orbits without switching', orbits(30), { step: 8, hybrid: { kind: 'none' } }],
    ['near-Earth orbits with a changeover', orbits(20), { step: 8, hybrid: { kind: 'changeover' } }],
    ['the main belt at 8 d', beltOrbits(60, 3), { step: 8, criticalDistances: { mercury: 0.2, venus: 0.3, earth: 0.6, mars: 0.8 } }],
  ])('misses nothing by letting safe pairs off: %s', (_, given, belt) => {
    const count = years(10, belt.step);
    expect(bytesOf(whole(given, count, belt))).toBe(bytesOf(whole(given, count, { ...belt, letOff: false })));
  });

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

describe('ends of particles', () => {
  test('impacts: never slower than the escape velocity, on hyperbolas that meet the planet', () => {
    const start = planetsAt2000();
    const random = uniform(77);
    const aimed: number[] = [];
    // Towards Venus, Earth and Mars from 0.03 au away, off by up to twice the radius that gravity focuses.
    for (let k = 0; k < 90; k++) {
      const index = 1 + (k % 3);
      const planet = planets[index]!;
      const speed = 0.003 + 0.006 * random();
      const capture = planet.radius * Math.sqrt(1 + (2 * planet.gm) / (planet.radius * speed * speed));
      const off = 2 * capture * random();
      const relative = [-0.03, off * Math.cos(k), off * Math.sin(k), speed, 0, 0];
      for (let c = 0; c < stateSize; c++) aimed.push(start.states[stateSize * index + c]! + relative[c]!);
    }
    const run = new BeltPropagation(start, aimed, { step: 8 });
    const { events, removals } = run.advance(3);
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
    const alive = new Set(run.particles.id.slice(0, run.particles.count));
    expect(alive.size + removals.length).toBe(90);
    for (const event of events) if (alive.has(event.particle)) expect(event.rMin).toBeGreaterThan(planets[event.planet]!.radius);
  });

  test('the Sun, the outer limits and open orbits', () => {
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
    const run = new BeltPropagation(planetsAt2000(), states, { step: 8 });
    const { removals } = run.advance(20);
    expect(removals.map(({ particle, reason }) => [particle, reason])).toEqual([
      [2, 'far'],
      [3, 'escape'],
      [0, 'sun'],
    ]);
    const r = Math.hypot(...removals[2]!.heliocentric.slice(0, 3));
    expect(r).toBeLessThan(0.02);
    expect(run.particles.id.slice(0, run.particles.count).toSorted()).toEqual(Uint32Array.of(1, 4));
  });
});

describe('the table of detectors and steps', () => {
  test('counts of the quintic detector do not follow the step', () => {
    const rows = detectorStepTable(planetsAt2000(), nearEarthOrbits(60, 12), { days: 20 * 365.25, steps: [2, 8] });
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

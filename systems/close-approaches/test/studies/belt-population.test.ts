import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resolveParameters } from '@sardonyx/study';
import { afterAll, describe, expect, test } from 'vitest';
import { nearestGap } from '../../src/population/gaps.js';
import { belt } from '../../src/studies/belt.js';
import { populationOf, type PopulationRules } from '../../src/studies/belt-population.js';
import { rateOfPeriod } from '../../src/yarkovsky/yarkovsky-drift.js';

const folder = mkdtempSync(join(tmpdir(), 'belt-population-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const rules: PopulationRules = {
  seed: 5,
  catalogue: '',
  asteroids: 3000,
  particles: 80,
  insideGaps: 0.5,
  nearGaps: true,
  keepMarsCrossers: false,
  largestPerihelion: 99,
  years: 2e6,
  diameter: 0.14,
  towards: 0.5,
  driftFactor: 10,
  spins: 'gaps',
  spinFile: '',
  skipBad: false,
  particlesFile: '',
};

describe('particles of a run', () => {
  test('half within the gaps, the others where they may drift into one; their weights make up those that they are drawn from', async () => {
    const { file, gaps } = await populationOf(rules);
    expect(file.particles.every(({ nearGap }) => nearGap)).toBe(true);
    const inside = file.particles.filter(({ semiMajorAxis: a }) => Math.abs(nearestGap(a, gaps).way) <= nearestGap(a, gaps).gap.halfWidth);
    expect(inside.length).toBe(40);
    expect(file.particles.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(file.selected, 6);
    const anywhere = await populationOf({ ...rules, nearGaps: false });
    expect(anywhere.file.particles.some(({ nearGap }) => !nearGap)).toBe(true);
    expect(anywhere.file.selected).toBeGreaterThan(file.selected);
  });

  test('spins upright near gaps, at random, or as a file has them', async () => {
    const upright = await populationOf(rules);
    expect(upright.spins.obliquity.every((obliquity) => obliquity === 0 || obliquity === Math.PI)).toBe(true);
    const random = await populationOf({ ...rules, spins: 'random' });
    expect(random.spins.obliquity.every((obliquity) => obliquity > 0 && obliquity < Math.PI)).toBe(true);
    const { name } = random.file.particles[7]!;
    const path = join(folder, 'spins.csv');
    writeFileSync(path, `designation,obliquity,period\n${name},90,4\n`);
    const known = await populationOf({ ...rules, spins: 'random', spinFile: path });
    expect([known.spins.obliquity[7], known.spins.rate[7]]).toEqual([Math.PI / 2, rateOfPeriod(4)]);
    expect(known.spins.obliquity[8]).toBe(random.spins.obliquity[8]);
    expect(known.drift[7]).not.toBe(random.drift[7]);
  });
});

test.each(['catalogue', 'spinFile'])('a %s that is not there is refused before a run is made', (name) => {
  expect(() => resolveParameters(belt, 'quick', { [name]: join(folder, 'none') })).toThrow(
    /expected a file that can be read, got ".*none"/,
  );
});

test.each([
  [{ step: 12, levels: 1 }, /--step: .*an eighth of Mercury/],
  [{ years: 1, snapshots: 1000 }, /--snapshots: .*at most one a longest step/],
  [{ lastParticle: 90 }, /--last-particle: .*at most --particles/],
  [{ firstParticle: 5, lastParticle: 3 }, /--first-particle: .*before --last-particle/],
  [{ criticalDistances: [0.05, 0.1] }, /--critical-distances: .*one number for all planets, four, or none/],
])('%o is refused before a run is made', (given, message) => {
  expect(() => resolveParameters(belt, 'quick', given)).toThrow(message);
});

test('a catalogue says what is strange in it', async () => {
  const path = join(folder, 'strange.csv');
  const row = (name: string, epoch: number, h: string) => `${name},${epoch},${h},2.5,0.1,5,10,20,30`;
  const rows = [row('1', 2461000.5, '15'), row('1', 2461000.5, '15'), row('2', 2460800.5, '16'), row('3', 2461000.5, '')];
  writeFileSync(path, ['pdes,epoch,H,a,e,i,om,w,ma', ...rows].join('\n'));
  const { notes } = await populationOf({ ...rules, catalogue: path, particles: 2, insideGaps: 0, nearGaps: false });
  expect(notes).toEqual([
    '1 orbits of bodies that came before: 1',
    '1 orbits integrated to the epoch of the others, JD 2461000.5',
    '1 bodies without absolute magnitude',
  ]);
});

test('particles of a file are those that were drawn, in every bit', async () => {
  const drawn = await populationOf(rules);
  const particlesFile = join(folder, 'particles.json');
  writeFileSync(particlesFile, JSON.stringify(drawn.file));
  const { notes: _, ...given } = await populationOf({ ...rules, seed: 99, particlesFile });
  expect({ ...given, notes: [] }).toEqual(drawn);
  const some = await populationOf({ ...rules, particlesFile, particles: 10 });
  expect(some.states).toEqual(drawn.states.slice(0, 60));
  await expect(populationOf({ ...rules, particlesFile, particles: 81 })).rejects.toThrow(
    'expected 81 particles, got 80; take --particles 80',
  );
  const [first, ...rest] = drawn.file.particles;
  writeFileSync(particlesFile, JSON.stringify({ ...drawn.file, particles: [{ ...first, epoch: 1 }, ...rest] }));
  await expect(populationOf({ ...rules, particlesFile })).rejects.toThrow('expected one epoch, got JD 1 and');
});

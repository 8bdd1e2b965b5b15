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

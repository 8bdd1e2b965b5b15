import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseHorizons, type VectorTable } from '../../src/formats/horizons.js';
import { linesOf } from '../../src/formats/text-lines.js';
import { initialStates1969, type StateVector } from '../../src/planets/initial-states.js';
import { type EphemerisBody, ephemerisBodies } from '../../src/planets/solar-system.js';
import { heliocentricState } from '../../src/propagation/heliocentric.js';
import { propagate, SolarSystem } from '../../src/propagation/propagation.js';
import { describePublished, publishedPath, tell } from './published-folder.js';

const table = (path: string): VectorTable => parseHorizons(linesOf(readFileSync(publishedPath(path), 'utf8')));
const distance = (a: StateVector, b: StateVector): number => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
const fileOf = (body: string): string => body[0]!.toUpperCase() + body.slice(1);

/* The repository cosinekitty/astronomy keeps tables of Horizons (DE441), relative to Sun, barycentre and Earth, from 1900 to 2100. */
const heliocentric = (body: string): string => `cosinekitty+astronomy/generate/heliostate/${fileOf(body)}.txt`;
const barycentric = (body: string): string => `cosinekitty+astronomy/generate/barystate/${fileOf(body)}.txt`;

/**
 * How far the states of 1969 (DE405), integrated without asteroids, may be from DE441 between 1970 and 2040, au: what 50 years of
 * better measurements moved. Those of Uranus to Pluto were known least.
 */
const tolerances: Readonly<Record<EphemerisBody, number>> = {
  mercury: 1e-7,
  venus: 2e-8,
  earth: 2e-7,
  moon: 2e-5,
  mars: 2e-6,
  jupiter: 1e-5,
  saturn: 2e-5,
  uranus: 1e-4,
  neptune: 2e-4,
  pluto: 1e-3,
};
const [from, to] = [2_440_587.5, 2_466_154.5];
/** One row in so many is compared. */
const stride = 10;

describePublished('Horizons tables beside the embedded planets, 1970 to 2040', ephemerisBodies.map(heliocentric), () => {
  test.each(ephemerisBodies)('%s', (body) => {
    const { center, states } = table(heliocentric(body));
    expect(center).toBe('Sun (10)');
    const system = new SolarSystem();
    const compared = states.filter(({ time }, k) => time >= from && time <= to && k % stride === 0);
    const worst = Math.max(...compared.map(({ time, state }) => distance(state, system.state(body, time))));
    tell(`${body} relative to the Sun, au from DE441 at ${compared.length} dates`, worst);
    expect(compared.length).toBeGreaterThan(40);
    expect(worst).toBeLessThan(tolerances[body]);
  });
});

describePublished('Horizons tables relative to the barycentre and the Earth', [barycentric('sun'), barycentric('geoMoon')], () => {
  test('the Sun about the barycentre', () => {
    const { center, states } = table(barycentric('sun'));
    expect(center).toBe('Solar System Barycenter (0)');
    const system = new SolarSystem();
    const worst = Math.max(
      ...states
        .filter(({ time }, k) => time >= from && time <= to && k % stride === 0)
        .map(({ time, state }) => Math.hypot(...heliocentricState(state, time, 'barycenter', system).slice(0, 3))),
    );
    tell('Sun relative to the barycentre, au from DE441', worst);
    // The bodies beyond Pluto that DE441 weighs in are not here.
    expect(worst).toBeLessThan(1e-6);
  });

  test('the Moon about the Earth', () => {
    const system = new SolarSystem();
    const worst = Math.max(
      ...table(barycentric('geoMoon'))
        .states.filter((_, k) => k % stride === 0)
        .map(({ time, state }) => distance(heliocentricState(state, time, 'earth', system), system.state('moon', time))),
    );
    expect(worst).toBeLessThan(tolerances.moon);
  });
});

describePublished(
  'Asteroids of Horizons, followed from their first row for a thousand days',
  ['ceres', 'pallas', 'juno', 'vesta'].map(heliocentric),
  () => {
    test.each(['ceres', 'pallas', 'juno', 'vesta'])('%s', (body) => {
      const { states } = table(heliocentric(body));
      const first = states[0]!;
      const last = states.find(({ time }) => time >= first.time + 1000)!;
      const [[end]] = propagate([{ name: body, state: first.state }], first.time, [last.time]) as [[StateVector]];
      tell(`${body} after ${last.time - first.time} d, au from DE441`, distance(end, last.state));
      // The attraction of the other asteroids, which is not there.
      expect(distance(end, last.state)).toBeLessThan(3e-7);
    });
  },
);

describePublished('The states of 1969', ['cosinekitty+astronomy/generate/barystate/de405_state.txt'], () => {
  test('are the embedded ones', () => {
    const lines = readFileSync(publishedPath('cosinekitty+astronomy/generate/barystate/de405_state.txt'), 'utf8').trim().split('\n');
    expect(Number(lines[0])).toBe(initialStates1969.epoch);
    const published = new Map(
      lines
        .slice(1)
        .map((line) => line.trim().split(/\s+/))
        .map(([name, ...values]) => [name!.toLowerCase(), values.map(Number)]),
    );
    for (const body of ['mercury', 'venus', 'mars', 'jupiter', 'saturn', 'uranus', 'neptune', 'pluto', 'moon'] as const)
      expect(published.get(body)).toEqual([...initialStates1969[body]]);
    expect(published.get('emb')).toEqual([...initialStates1969.earthMoonBarycenter]);
  });
});

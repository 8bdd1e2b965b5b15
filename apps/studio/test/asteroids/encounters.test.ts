import { auPerDayOfKmPerSecond, hillRadius, kmPerAu } from '@sardonyx/close-approaches/mechanics';
import { describe, expect, test } from 'vitest';
import {
  approachesCsv,
  approachesOfJson,
  approachesOfText,
  type CloseApproachRow,
  criticalDistance,
  planetOf,
} from '../../src/page/asteroids/data/close-approach.js';
import { delimitedText } from '../../src/page/asteroids/data/delimited-text.js';
import { readDroppedFile } from '../../src/page/asteroids/data/dropped-file.js';
import { exampleApproaches } from '../../src/page/asteroids/data/example-approaches.js';
import { axesOfState, encounterPath, placeOnPath, stateOfBPlane } from '../../src/page/asteroids/encounters/encounter-path.js';
import { cross, dot, length, type Vector } from '../../src/page/asteroids/encounters/vector.js';
import { focusedRadius } from '../../src/page/asteroids/encounters/gravitational-focusing.js';
import { projection } from '../../src/page/asteroids/figures/replay-figure.js';

const { gm, radius } = planetOf('earth');
const row = (given: Partial<CloseApproachRow> = {}): CloseApproachRow => ({
  planet: 'earth',
  jd: 2_462_240.407,
  asteroid: 'one',
  rMin: 0.001,
  vRel: 10,
  vInf: 6,
  xi: 0.0006,
  zeta: -0.0009,
  ...given,
});
const head = (state: ArrayLike<number>): Vector => [state[0]!, state[1]!, state[2]!];
const tail = (state: ArrayLike<number>): Vector => [state[3]!, state[4]!, state[5]!];

describe('the hyperbola of a passage', () => {
  const approach = row();
  const closest = stateOfBPlane(approach, gm);
  const speed = 6 * auPerDayOfKmPerSecond;
  const b = Math.hypot(approach.xi, approach.zeta);

  test('has the energy and angular momentum of its asymptote', () => {
    expect(dot(tail(closest), tail(closest)) - (2 * gm) / length(head(closest))).toBeCloseTo(speed * speed, 15);
    expect(length(cross(head(closest), tail(closest)))).toBeCloseTo(b * speed, 15);
    // Nearest: the radius stands on the velocity.
    expect(Math.abs(dot(head(closest), tail(closest)))).toBeLessThan(1e-15);
  });

  test('comes in along η through its place in the b-plane', () => {
    // Far before, the path is the asymptote B + η·s up to Gm/v²·ln r, which a distance of 10⁷ au leaves at 1e-5 of b.
    const far = placeOnPath({ closest, gm }, -1e7 / speed);
    expect(far[1]).toBeLessThan(-9e6);
    const before = placeOnPath({ closest, gm }, -1.0001e7 / speed);
    const direction = [0, 1, 2].map((axis) => (far[axis]! - before[axis]!) / (far[1] - before[1]));
    expect(direction[0]).toBeCloseTo(0, 9);
    expect(direction[2]).toBeCloseTo(0, 9);
  });

  test('turns by 2·asin(1/e)', () => {
    const outgoing = placeOnPath({ closest, gm }, 2e7 / speed).map(
      (value, axis) => value - placeOnPath({ closest, gm }, 1e7 / speed)[axis]!,
    );
    const e = Math.sqrt(1 + (b * speed * speed * b * speed * speed) / (gm * gm));
    const turned = Math.acos(outgoing[1]! / Math.hypot(...outgoing));
    expect(turned).toBeCloseTo(2 * Math.asin(1 / e), 6);
  });

  test('is found again from its state: axes and place in the b-plane', () => {
    const axes = axesOfState(closest, approach, gm)!;
    for (const [axis, expected] of [
      [axes.xi, [1, 0, 0]],
      [axes.eta, [0, 1, 0]],
      [axes.zeta, [0, 0, 1]],
    ] as const) {
      axis.forEach((value, at) => expect(value).toBeCloseTo(expected[at]!, 12));
    }
  });

  test('is the same from a state away from the nearest point', () => {
    const away = [...placeOnPath({ closest, gm }, 0.02)];
    const later = placeOnPath({ closest, gm }, 0.02 + 1e-6);
    const velocity = later.map((value, axis) => (value - away[axis]!) / 1e-6);
    const path = encounterPath(row({ relative: [...away, ...velocity] }));
    // The velocity is a difference quotient, good to 1e-6 of itself.
    path.closest.slice(0, 3).forEach((value, axis) => expect(Math.abs(value - closest[axis]!)).toBeLessThan(1e-7));
    expect(path.isEcliptic).toBe(true);
  });

  test('is drawn from beyond the critical distance to beyond it, in order of time', () => {
    const path = encounterPath(approach);
    const at = (k: number) => length(head(path.points.subarray(3 * k)));
    const last = path.times.length - 1;
    expect(at(0)).toBeGreaterThan(criticalDistance('earth'));
    expect(at(last)).toBeGreaterThan(criticalDistance('earth'));
    for (let k = 1; k <= last; k++) expect(path.times[k]).toBeGreaterThan(path.times[k - 1]!);
    const nearest = Math.min(...Array.from({ length: last + 1 }, (_, k) => at(k)));
    expect(nearest).toBe(length(head(closest)));
  });

  test('a bound body has a path and no b-plane', () => {
    const circular = Math.sqrt(gm / 0.003);
    const path = encounterPath(row({ vInf: 0, xi: NaN, zeta: NaN, relative: [0.003, 0, 0, 0, 1.2 * circular, 0] }));
    expect(path.axes).toBeUndefined();
    expect(path.times.length).toBeGreaterThan(10);
    expect(path.points.every(Number.isFinite)).toBe(true);
  });

  test('without a place in the b-plane its nearest distance still holds', () => {
    const path = encounterPath(row({ xi: NaN, zeta: NaN, rMin: 38_000 / kmPerAu, vInf: 5.84 }));
    expect(length(head(path.closest)) * kmPerAu).toBeCloseTo(38_000, 6);
    // Apophis passes at 7.42 km/s.
    expect(length(tail(path.closest)) / auPerDayOfKmPerSecond).toBeCloseTo(7.42, 1);
  });
});

test('gravity focuses: the grazing impact parameter is R·√(1 + v_esc²/v_inf²)', () => {
  // 11.19 km/s is the escape speed of the Earth with the Moon at the surface.
  const escape = Math.sqrt((2 * gm) / radius) / auPerDayOfKmPerSecond;
  expect(escape).toBeCloseTo(11.25, 1);
  expect(focusedRadius(radius, gm, escape) / radius).toBeCloseTo(Math.SQRT2, 12);
});

test('critical distances are five Hill radii, and 0.05 au for the Earth', () => {
  expect(criticalDistance('earth')).toBe(0.05);
  expect(criticalDistance('mars')).toBeCloseTo(0.0362, 4);
  expect(criticalDistance('mercury')).toBeCloseTo(0.00738, 4);
  for (const planet of ['mercury', 'venus', 'earth', 'mars'] as const) {
    // Runs record them to three digits.
    expect(Math.abs(criticalDistance(planet) / (5 * hillRadius(planetOf(planet))) - 1)).toBeLessThan(5e-3);
  }
});

test('the projection keeps lengths across the view and hides those along it', () => {
  const project = projection({ azimuth: 0, elevation: 0, reach: 1 }, 10, { width: 100, height: 100 });
  expect(project([1, 0, 0])).toEqual([60, 50]);
  expect(project([0, 1, 0])).toEqual([50, 50]);
  expect(project([0, 0, 1])).toEqual([50, 40]);
});

describe('files of close approaches', () => {
  const csv =
    'particle,planet,jd,r_min,v_rel,v_inf,b,xi,zeta,flags\n7,mars,2451545.5,0.02,9.5,9.4,0.02,0.012,-0.016,\n8,earth,2451600,0.001,1,0,,,,bound\n';

  test('are read from the columns of events', () => {
    const rows = approachesOfText(delimitedText(csv));
    expect(rows[0]).toEqual({ planet: 'mars', jd: 2_451_545.5, asteroid: '7', rMin: 0.02, vRel: 9.5, vInf: 9.4, xi: 0.012, zeta: -0.016 });
    expect(rows[1]).toMatchObject({ planet: 'earth', vInf: 0, xi: NaN });
  });

  test('are read as JSON with states, and as JPL’s service answers', () => {
    const [own] = approachesOfJson({
      events: [{ planet: 'venus', jd: 1, r_min: 0.01, v_rel: 20, v_inf: 20, xi: 0, zeta: 0.01, planetocentric: [1, 2, 3, 4, 5, 6] }],
    });
    expect(own!.relative).toEqual([1, 2, 3, 4, 5, 6]);
    const [jpl] = approachesOfJson({
      fields: ['des', 'orbit_id', 'jd', 'cd', 'dist', 'dist_min', 'dist_max', 'v_rel', 'v_inf', 't_sigma_f', 'h'],
      data: [['2010 AB', '3', '2458849.6', '2020-Jan-01', '0.0211', '0.021', '0.022', '8.1', '8.0', '< 00:01', '24.1']],
    });
    expect(jpl).toMatchObject({ planet: 'earth', asteroid: '2010 AB', rMin: 0.0211, vInf: 8 });
  });

  test('say what is wrong with a row', () => {
    expect(() => approachesOfJson([{ planet: 'pluto', jd: 1, r_min: 1, v_rel: 1 }])).toThrow(
      'expected a planet of mercury, venus, earth, mars, got “pluto”',
    );
    expect(() => approachesOfJson([{ jd: 1, r_min: '', v_rel: 1 }])).toThrow('close approach 1: expected a time, a distance and a speed');
    expect(() => approachesOfJson({})).toThrow('expected a list of rows');
  });

  test('are written so that they are read again', () => {
    const rows = exampleApproaches(50, 4);
    expect(approachesOfText(delimitedText(approachesCsv(rows)))).toEqual(rows);
    const [first, ...others] = rows;
    const withState = [{ ...first!, relative: [0.01, -0.02, 3e-5, 0.001, 0.002, -1e-17] }, ...others];
    expect(approachesOfText(delimitedText(approachesCsv(withState)))).toEqual(withState);
  });

  test('the example fills the b-plane evenly', () => {
    const rows = exampleApproaches(4000, 1);
    const near = rows.filter(({ rMin, planet }) => rMin < criticalDistance(planet) / 2).length;
    // A quarter, scattered by √(4000·¼·¾) = 27; four of these.
    expect(Math.abs(near - 1000)).toBeLessThan(110);
    for (const { planet, xi, zeta, rMin, vInf } of rows.slice(0, 50)) {
      const { gm } = planetOf(planet);
      if (rMin > planetOf(planet).radius) expect(focusedRadius(rMin, gm, vInf)).toBeCloseTo(Math.hypot(xi, zeta), 12);
    }
  });
});

describe('files that are dropped', () => {
  const read = (text: string) => readDroppedFile(new File([text], 'dropped.csv'));
  const elements =
    'full_name,epoch,a,e,i,om,w,ma,H\n"1 Ceres (A801 AA)",2461000.5,2.7656,0.0796,10.5879,80.2549,73.2974,231.54,3.34\n"2, odd",2461000.5,1.2,1.5,3,4,5,6,7\n';

  test('a catalogue keeps names with commas out of trouble and counts what it leaves out', async () => {
    const content = await read(elements);
    if (content.kind !== 'catalogue') throw new Error('read as something else');
    const { table, note } = content.catalogue;
    expect([...table.a]).toEqual([2.7656]);
    expect([table.name(0), table.node[0], table.H[0]]).toEqual(['1 Ceres', 80.2549, 3.34]);
    expect(note).toContain('1 rows are left out');
  });

  test('MPCORB.DAT is read as it comes, compressed too', async () => {
    const line =
      '00001    3.34  0.15 K2555 188.70269   73.27343   80.25221   10.58780  0.0794013  0.21424651   2.7660512  0 E2024-V47  7330 125 1801-2024 0.80 M-v 30k MPCLINUX   4000      (1) Ceres              20241101\n';
    const compressed = new Uint8Array(
      await new Response(new Blob([line]).stream().pipeThrough(new CompressionStream('gzip'))).arrayBuffer(),
    );
    for (const content of [line, compressed]) {
      const read = await readDroppedFile(new File([content], 'MPCORB.DAT'));
      if (read.kind !== 'catalogue') throw new Error('read as something else');
      const { table } = read.catalogue;
      expect([table.name(0), table.a[0], table.epoch[0], table.peri[0]]).toEqual(['1 Ceres', 2.7660512, 2_460_800.5, 73.27343]);
    }
  });

  test('events are told from elements by their columns', async () => {
    expect((await read('planet,jd,r_min,v_rel\nearth,2451545,0.01,10\n')).kind).toBe('approaches');
    expect((await read('[{"planet":"earth","jd":1,"r_min":0.01,"v_rel":10}]')).kind).toBe('approaches');
  });

  test('others are refused with what is read', async () => {
    await expect(read('hello\n')).rejects.toThrow('Cannot read dropped.csv: expected close approaches as JSON, or');
    await expect(read('a,e,i\n1,2,3\n')).rejects.toThrow('expected the columns “om”, “w”, “ma”, “epoch”');
  });
});

test('quoted fields hold commas, quotes and line ends', () => {
  const { columns, rows } = delimitedText('\uFEFFa,b\r\n"x, ""y""\nz",2\r\n\r\n# note\r\n,3\r\n');
  expect(columns).toEqual(['a', 'b']);
  expect(rows).toEqual([
    ['x, "y"\nz', '2'],
    ['', '3'],
  ]);
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { kmPerAu, sunGm } from '../../src/constants.js';
import { memorySource } from '../../src/formats/byte-source.js';
import { CatalogueBuilder } from '../../src/formats/catalogue.js';
import { readDaf, writeDaf } from '../../src/formats/daf.js';
import { formatHorizons, parseHorizons } from '../../src/formats/horizons.js';
import {
  formatMercuryBodies,
  formatMercuryParameters,
  formatYarkovskyInput,
  type MercuryBodies,
  mercuryStyles,
  parseMercuryBodies,
  parseMercuryParameters,
  parseYarkovskyInput,
} from '../../src/formats/mercury-files.js';
import { readOrbits } from '../../src/formats/read-orbits.js';
import { SpkKernel } from '../../src/formats/spk.js';
import { spkSegment } from '../../src/formats/spk-writer.js';
import { linesOf } from '../../src/formats/text-lines.js';
import { stateOfKeplerian } from '../../src/orbit/index.js';
import type { StateVector } from '../../src/planets/initial-states.js';
import { eclipticToEquatorial, equatorialToEcliptic } from '../../src/planets/solar-system.js';

const code = (expected: string) => expect.objectContaining({ code: expected });
const [start, end] = [2_460_800.5, 2_461_200.5];
const meanMotion = ((Math.sqrt(sunGm / 2.5) / 2.5) * 180) / Math.PI;
const trajectory = (jd: number): StateVector =>
  stateOfKeplerian(
    { semiMajorAxis: 2.5, eccentricity: 0.2, inclination: 12, node: 40, argument: 50, meanAnomaly: meanMotion * (jd - start) },
    sunGm,
  );

describe('SPK', () => {
  const kernel = (type: 2 | 3 | 13 | 21, littleEndian = true): SpkKernel =>
    new SpkKernel(
      'test.bsp',
      writeDaf([spkSegment({ name: 'body', target: 2_000_001, start, end, intervalDays: type === 13 ? 4 : 32, type }, trajectory)], {
        littleEndian,
      }),
    );

  test.each([2, 3, 13, 21] as const)('type %i follows what was written', (type) => {
    const own = kernel(type);
    let [farthest, fastest] = [0, 0];
    for (let i = 0; i <= 997; i++) {
      const jd = start + ((end - start) * i) / 997;
      const { center, state } = own.state(2_000_001, jd);
      expect(center).toBe(10);
      const truth = trajectory(jd);
      farthest = Math.max(farthest, Math.hypot(...[0, 1, 2].map((k) => state[k]! - truth[k]!)));
      fastest = Math.max(fastest, Math.hypot(...[3, 4, 5].map((k) => state[k]! - truth[k]!)));
    }
    // A JD is known to 5e-10 d, in which the body goes 1e-11 au; fits over 32 d are finer.
    expect(farthest).toBeLessThan(3e-11);
    // The derivative of type 2's positions multiplies their noise at the ends of an interval by terms²/radius = 196/16 d.
    expect(fastest).toBeLessThan(type === 2 ? 1.2e-10 : 3e-12);
  });

  test('both byte orders hold the same', () => {
    expect(kernel(21, false).state(2_000_001, start + 7)).toEqual(kernel(21, true).state(2_000_001, start + 7));
  });

  test('more segments than one record, and the later wins', () => {
    const segments = Array.from({ length: 60 }, (_, i) =>
      spkSegment(
        { name: `s${i}`, target: i < 59 ? i : 0, start, end: start + 8, intervalDays: 8, type: 3 },
        i < 59 ? trajectory : () => [1, 0, 0, 0, 0, 0],
      ),
    );
    const own = new SpkKernel('many.bsp', writeDaf(segments));
    expect(own.segments).toHaveLength(60);
    expect(own.segments[59]!.name).toBe('s59');
    expect(own.state(58, start + 1).state[0]).toBeCloseTo(trajectory(start + 1)[0], 10);
    expect(own.state(0, start + 1).state[0]).toBeCloseTo(1, 12);
  });

  test('frames are turned to the ecliptic', () => {
    const segment = { ...spkSegment({ name: 'x', target: 1, start, end, intervalDays: 32, type: 3 }, trajectory), frame: 1 };
    const { state } = new SpkKernel('x', writeDaf([segment])).state(1, start + 5);
    expect(state[1]).toBeCloseTo(equatorialToEcliptic(trajectory(start + 5))[1], 10);
  });

  test('says what is wrong', () => {
    const segment = spkSegment({ name: 'x', target: 1, start, end, intervalDays: 32, type: 3 }, trajectory);
    const bytes = writeDaf([segment]);
    expect(() => new SpkKernel('x', writeDaf([{ ...segment, type: 5 }])).state(1, start)).toThrowError(
      'segment x of body 1: expected type 2, 3, 13 or 21, got type 5',
    );
    expect(() => new SpkKernel('x', writeDaf([{ ...segment, type: 5 }])).state(1, start)).toThrowError(code('kernel-type'));
    expect(() => new SpkKernel('x', writeDaf([{ ...segment, frame: 3 }])).state(1, start)).toThrowError(code('frame'));
    expect(() => new SpkKernel('x', bytes).state(1, end + 1)).toThrowError(`to JD ${end} (2026-06-09)`);
    expect(() => new SpkKernel('x', bytes).state(1, end + 1)).toThrowError(code('kernel-span'));
    expect(() => new SpkKernel('x', bytes).state(7, start)).toThrowError(code('kernel-span'));
    expect(() => readDaf('x', new TextEncoder().encode('DAF/PCK '.padEnd(2048)))).toThrowError(code('not-a-kernel'));
    expect(() => readDaf('x', bytes.subarray(0, 3100))).toThrowError(code('truncated'));
  });

  describe('of a damaged file record', () => {
    const bytes = writeDaf([spkSegment({ name: 'x', target: 1, start, end, intervalDays: 32, type: 3 }, trajectory)]);
    const changed = (at: number, text: string): Uint8Array => {
      const copy = bytes.slice();
      copy.set(
        Uint8Array.from(text, (character) => character.charCodeAt(0)),
        at,
      );
      return copy;
    };

    test('other byte orders and labels that are wrong are refused', () => {
      expect(() => readDaf('x', changed(88, 'VAX-GFLT'))).toThrowError(code('byte-order'));
      expect(() => readDaf('x', changed(88, 'VAX-GFLT'))).toThrowError('expected a byte order of LTL-IEEE or BIG-IEEE, got "VAX-GFLT"');
      expect(() => readDaf('x', changed(88, 'BIG-IEEE'))).toThrowError(
        'expected numbers in the byte order of the label BIG-IEEE, got numbers in that of LTL-IEEE',
      );
      expect(readDaf('x', changed(88, ' '.repeat(8)))).toHaveLength(1);
      expect(readDaf('x', changed(88, '\0'.repeat(8)))).toHaveLength(1);
    });

    test('a transfer as text is noticed; kernels from before the check are not held to it', () => {
      const check = 'FTPSTR:\r:\n:\r\n:\r\0:\x81:\x10\xce:ENDFTP';
      expect(() => readDaf('x', changed(699, check.replace('\r:\n', '\n:\n')))).toThrowError(code('transfer'));
      expect(() => readDaf('x', changed(699, check.replace('\x81', '?')))).toThrowError('download it again as a binary file');
      // An inserted byte moves the check.
      expect(() => readDaf('x', changed(699, ` ${check}`))).toThrowError(code('transfer'));
      expect(readDaf('x', changed(699, '\0'.repeat(28)))).toHaveLength(1);
      expect(readDaf('x', changed(699, `${check.slice(0, -6)}new:ENDFTP`))).toHaveLength(1);
    });

    test.each([
      ['DAF/CK  ', 'got "DAF/CK": a DAF, but not an SPK kernel; give a kernel of ephemerides'],
      ['DAFETF N', 'got a kernel in transfer format; make it binary with NAIF’s tobin'],
    ])('%s is named', async (id, message) => {
      await expect(readOrbits(memorySource('x.bc', changed(0, id)), new CatalogueBuilder())).rejects.toThrowError(message);
    });
  });
});

describe('Horizons vectors', () => {
  const states = [0, 10, 20].map((days) => ({ time: start + days, state: trajectory(start + days) }));
  const own = formatHorizons({ target: '1 Ceres (A801 AA)', center: 'Sun (10)', states });

  test('come back', () => {
    expect(parseHorizons(linesOf(own))).toEqual({ target: '1 Ceres (A801 AA)', center: 'Sun (10)', states });
    expect(parseHorizons(linesOf(own.replaceAll('\n', '\r\n')))).toEqual(parseHorizons(linesOf(own)));
  });

  test('of ICRF and kilometres are turned and scaled', () => {
    const [x, y, z, vx, vy, vz] = eclipticToEquatorial(states[0]!.state);
    const text = [
      'Target body name: Ceres                    {source: x}',
      'Output units    : KM-S',
      'Output type     : GEOMETRIC cartesian states',
      'Reference frame : ICRF',
      '$$SOE',
      `${start.toFixed(9)} = A.D. 2025-May-05 00:00:00.0000 TDB `,
      ` X =${x * kmPerAu} Y =${y * kmPerAu} Z = ${z * kmPerAu}`,
      ` VX= ${(vx * kmPerAu) / 86_400} VY=${(vy * kmPerAu) / 86_400} VZ=${(vz * kmPerAu) / 86_400}`,
      ' LT= 1.2 RG= 2.1 RR= 1.0',
      '$$EOE',
    ].join('\n');
    const table = parseHorizons(linesOf(text));
    expect(table.target).toBe('Ceres');
    table.states[0]!.state.forEach((value, k) => expect(value).toBeCloseTo(states[0]!.state[k]!, 13));
    expect(() => parseHorizons(linesOf(text.replace('KM-S', 'AU-D')))).toThrowError(code('units'));
    expect(() => parseHorizons(linesOf(text.replace('Output units    : KM-S\n', '')))).toThrowError(code('units'));
    expect(() => parseHorizons(linesOf(text.replace('GEOMETRIC', 'LT+S (light-time)')))).toThrowError(code('light-time'));
    expect(() => parseHorizons(linesOf(text.replace('ICRF', 'FK4/B1950')))).toThrowError(code('frame'));
    expect(() => parseHorizons(linesOf(text.replace(' VX=', ' VQ=')))).toThrowError(code('missing-value'));
    expect(() => parseHorizons(linesOf(text.replace('$$SOE', '')))).toThrowError(code('no-data'));
    expect(() => parseHorizons(linesOf(text.replace('$$EOE', '')))).toThrowError(code('truncated'));
  });
});

test('what a table of Horizons leaves out is said', () => {
  const own = formatHorizons({ target: 'x', center: 'Sun (10)', states: [{ time: start, state: trajectory(start) }] });
  const notes: string[] = [];
  const note = (text: string): void => void notes.push(text);
  parseHorizons(linesOf(own), note);
  expect(notes).toEqual([]);
  parseHorizons(linesOf(own.replace(/Output (units|type).*\n/g, '')), note);
  expect(notes).toEqual([
    'the table does not say its units: taken for au and days',
    'the table does not say whether it is corrected for light-time: taken for geometric states',
  ]);
});

describe('MERCURY files', () => {
  const body = (name: string, seed: number) => ({
    name,
    state: trajectory(start + 100 * seed),
    epoch: start,
    mass: seed === 0 ? 0 : 1e-6 * seed,
    density: 1.33,
    nongravitational: [0, -1e-14, 0] as const,
    spin: [0, 0, 1e-9] as const,
  });

  test.each(mercuryStyles)('bodies in the style %s come back', (style) => {
    for (const kind of ['big', 'small'] as const) {
      const bodies: MercuryBodies = { kind, style, bodies: [body('CERES', 0), body('X2', 2)] };
      const again = parseMercuryBodies(linesOf(formatMercuryBodies(bodies)));
      expect(again).toMatchObject({ kind, style });
      again.bodies.forEach((read, i) => {
        const { state, ...rest } = bodies.bodies[i]!;
        expect(read).toMatchObject(rest);
        read.state.forEach((value, k) => expect(value).toBeCloseTo(state[k]!, style === 'Cometary' ? 10 : 13));
      });
    }
  });

  test('say what is wrong', () => {
    const text = formatMercuryBodies({ kind: 'small', style: 'Asteroidal', bodies: [body('CERES', 0)] });
    expect(() => parseMercuryBodies(linesOf(text.replace('Small-body', 'Odd-body')))).toThrowError(code('unknown-format'));
    expect(() => parseMercuryBodies(linesOf(text.replace('= Asteroidal', '= Odd')))).toThrowError(code('unknown-format'));
    expect(() => parseMercuryBodies(linesOf(text.replace(/ep=\S+/, '')))).toThrowError(code('missing-value'));
    expect(() => parseMercuryBodies(linesOf(text.replace(/\n 2\./, '\n 2.x')))).toThrowError(code('bad-number'));
    expect(() => formatMercuryBodies({ kind: 'small', style: 'Cartesian', bodies: [body('A B', 0)] })).toThrowError(
      code('not-representable'),
    );
  });

  test('param.in and yarkovsky.in come back', () => {
    const settings = new Map([
      ['algorithm (MVS, BS, BS2, RADAU, HYBRID etc)', 'hyb'],
      ['timestep (days)', '4'],
    ]);
    expect(parseMercuryParameters(linesOf(formatMercuryParameters(settings)))).toEqual(settings);
    const bodies = [
      {
        name: 'A1',
        density: 2500,
        conductivity: 0.001,
        heatCapacity: 680,
        diameter: 1000,
        obliquity: 180,
        rotationPeriod: 6,
        absorption: 0.98,
        emissivity: 0.9,
      },
    ];
    expect(parseYarkovskyInput(linesOf(formatYarkovskyInput(bodies)))).toEqual(bodies);
    expect(() => parseYarkovskyInput(linesOf('A1 2500 0.001\n'))).toThrowError('line 1, heatCapacity');
  });
});

test('type 13 with odd and even windows', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 30 }), (intervals) => {
      const segment = spkSegment({ name: 'x', target: 1, start, end: start + intervals, intervalDays: 1, type: 13 }, trajectory);
      const jd = start + 0.37 * intervals;
      expect(new SpkKernel('x', writeDaf([segment])).state(1, jd).state[0]).toBeCloseTo(trajectory(jd)[0], 9);
    }),
    { seed: 6, numRuns: 30 },
  );
});

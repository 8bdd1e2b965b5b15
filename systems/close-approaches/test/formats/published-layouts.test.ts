import { describe, expect, test } from 'vitest';
import { sunGm } from '../../src/constants.js';
import { memorySource } from '../../src/formats/byte-source.js';
import { formatCad, readCad } from '../../src/formats/cad.js';
import { type Catalogue, CatalogueBuilder } from '../../src/formats/catalogue.js';
import { recognizeFormat } from '../../src/formats/file-format.js';
import { bodyNames, originOfCenter, originOfMotion } from '../../src/formats/origin.js';
import type { ReadOptions } from '../../src/formats/orbit-reader.js';
import { readOrbits } from '../../src/formats/read-orbits.js';
import { writeDaf } from '../../src/formats/daf.js';
import { SpkKernel } from '../../src/formats/spk.js';
import { spkSegment } from '../../src/formats/spk-writer.js';
import { barycentricStar } from '../../src/dynamics/massive-bodies.js';
import { stateOfKeplerian } from '../../src/orbit/index.js';
import type { StateVector } from '../../src/planets/initial-states.js';
import { eclipticToEquatorial, equatorialToEcliptic } from '../../src/planets/solar-system.js';
import { SolarSystem } from '../../src/propagation/propagation.js';

const code = (expected: string) => expect.objectContaining({ code: expected });
const epoch = 2_459_000.5;
const elements = { semiMajorAxis: 1.4, eccentricity: 0.3, inclination: 12, node: 40, argument: 50, meanAnomaly: 60 };
const state = stateOfKeplerian(elements, sunGm);

async function read(name: string, content: string | Uint8Array, options: ReadOptions = {}): Promise<Catalogue> {
  const builder = new CatalogueBuilder();
  await readOrbits(memorySource(name, content), builder, options);
  return builder.build();
}

function expectElements(catalogue: Catalogue, row: number, digits: number): void {
  for (const [name, value] of Object.entries(elements)) expect(catalogue.column(name as 'node')[row], name).toBeCloseTo(value, digits);
}

describe('close approaches with the names of fields last', () => {
  const fields = ['des', 'orbit_id', 'jd', 'cd', 'dist', 'dist_min', 'dist_max', 'v_rel', 'v_inf', 't_sigma_f', 'h'];
  const row = (sigma: string | null) => [
    '2020 ZZ1',
    '18',
    '2458849.5',
    '2020-Jan-01 00:00',
    '.02',
    '.019',
    '.021',
    '5.6',
    '5.5',
    sigma,
    '25.1',
  ];
  const table = (rows: unknown[]) =>
    JSON.stringify({ count: rows.length, data: rows, fields, signature: { source: 'x', version: '1.1' } }, undefined, 2);
  // Longer than what the kind of a file is first looked for in.
  const long = table(Array.from({ length: 600 }, () => row('00:01')));

  test('are recognised and read', async () => {
    expect(long.length).toBeGreaterThan(65_536);
    expect(await recognizeFormat(memorySource('cad.json', long))).toBe('cad');
    expect(await readCad(memorySource('cad.json', long))).toHaveLength(600);
    await expect(read('cad.json', long)).rejects.toThrowError('cad.json: expected a file of orbits, got close approaches of JPL (CAD)');
    expect(
      await recognizeFormat(memorySource('none.json', '{"count":"0","signature":{"source":"NASA/JPL SBDB Close Approach Data API"}}')),
    ).toBe('cad');
  });

  test('tell the uncertainty of the time', async () => {
    const days = async (text: string | null) => (await readCad(memorySource('x', table([row(text)]))))[0]!.timeSigma;
    expect(await days('< 00:01')).toBeCloseTo(1 / 1440, 12);
    expect(await days('11:56')).toBeCloseTo((11 * 60 + 56) / 1440, 12);
    expect(await days('2_03:40')).toBeCloseTo(2 + 220 / 1440, 12);
    expect(await days(null)).toBeNaN();
    const again = await readCad(memorySource('x', formatCad(await readCad(memorySource('x', table([row('2_03:40')]))), 'own')));
    expect(again[0]!.timeSigma).toBeCloseTo(2 + 220 / 1440, 12);
    await expect(days('soon')).rejects.toThrowError('x, line 1, t_sigma_f: expected a duration such as "< 00:01"');
  });

  test('say which row is short', async () => {
    await expect(readCad(memorySource('x', table([row('00:01'), row('00:01').slice(0, 9)])))).rejects.toThrowError(
      'x, line 2: expected 11 fields, got 9',
    );
  });

  test('say which row is no row', async () => {
    await expect(readCad(memorySource('x', table([row('00:01'), 7])))).rejects.toThrowError('x, line 2: expected a row, got "7"');
  });
});

describe('tables of states', () => {
  const header = 'targetname,mjd_tdb,x,y,z,vx,vy,vz,a,q,Q,e,incl,Omega,w,M,nu,n,P,tp_mjd';
  const line = (title: string, s: StateVector, a: number, gm: number): string =>
    [title, epoch - 2_400_000.5, ...s, a, 0, 0, 0, 0, 0, 0, 0, 0, (Math.sqrt(gm / a ** 3) * 180) / Math.PI, 0, 0].join(',');

  test('on the ecliptic and the equator', async () => {
    const content = `${header}\n${line("594913 'Aylo'chaxnim (2020 AV2)", state, 1.4, sunGm)}\n`;
    expect(await recognizeFormat(memorySource('x.csv', content))).toBe('states-csv');
    const notes: string[] = [];
    const catalogue = await read('x.csv', content, { note: (text) => notes.push(text) });
    expect(catalogue.record(0)).toMatchObject({ designation: '594913', name: "'Aylo'chaxnim", epoch });
    expectElements(catalogue, 0, 11);
    expect(notes).toEqual([expect.stringContaining('does not say its axes')]);
    const turned = `${header}\n${line('433 Eros', eclipticToEquatorial(state), 1.4, sunGm)}\n`;
    expectElements(await read('x.csv', turned, { axes: 'equator' }), 0, 10);
  });

  test('about the barycentre, as their mean motion betrays', async () => {
    const bodies = new SolarSystem().at(epoch);
    const sun = equatorialToEcliptic([...barycentricStar(bodies)] as unknown as StateVector);
    const shifted = state.map((value, k) => value + sun[k]!) as unknown as StateVector;
    const whole = sunGm + bodies.gm.reduce((sum, gm) => sum + gm, 0);
    const notes: string[] = [];
    const catalogue = await read('x.csv', `${header}\n${line('433 Eros (A898 PA)', shifted, 1.39, whole)}\n`, {
      note: (text) => notes.push(text),
      axes: 'ecliptic',
    });
    // Subtracting the Sun's place again loses a digit.
    expectElements(catalogue, 0, 10);
    expect(notes).toEqual([expect.stringContaining('barycentre of the solar system')]);
    await expect(read('x.csv', `${header}\n${line('433 Eros', state, 1.4, 0.9 * sunGm)}\n`)).rejects.toThrowError(code('center'));
  });

  test('say what is wrong, line by line', async () => {
    const good = line('433 Eros (A898 PA)', state, 1.4, sunGm);
    const bad = `${header}\n${good}\n${good.replace(String(state[1]), 'y')}\n${good.slice(0, 40)}\n${good.replace('433 Eros (A898 PA)', ' ')}\n${good}\n`;
    await expect(read('s.csv', bad)).rejects.toThrowError('s.csv, line 3, y: expected a number, got "y"');
    const messages: string[] = [];
    expect((await read('s.csv', bad, { skip: ({ message }) => messages.push(message) })).count).toBe(2);
    expect(messages).toEqual([
      expect.stringContaining('s.csv, line 3, y'),
      expect.stringContaining('s.csv, line 4: expected 20 fields'),
      expect.stringContaining('s.csv, line 5, targetname: expected a name'),
    ]);
    const far = line('433 Eros', state.map((value) => 1.5e8 * value) as unknown as StateVector, 1.4, sunGm);
    await expect(read('s.csv', `${header}\n${far}\n`)).rejects.toThrowError('s.csv, line 2, x, y, z: expected distances in au');
    const still = line('433 Eros', [1, 0, 0, 0, 0, 0], 1.4, sunGm);
    await expect(read('s.csv', `${header}\n${still}\n`)).rejects.toThrowError(code('not-an-orbit'));
  });
});

describe('Horizons', () => {
  const vectors = (target: string, center: string, s: StateVector, times = [epoch], extra = ''): string =>
    [
      '\uFEFF*******',
      ` Revised: Jul 1, 2021   ${target}`,
      `Target body name: ${target.padEnd(32)}{source: DE441}`,
      `Center body name: ${center.padEnd(32)}{source: DE441}`,
      'Output units    : AU-D',
      'Output type     : GEOMETRIC cartesian states',
      'Output format   : 2 (position and velocity)',
      `Reference frame : ICRF${extra}`,
      '$$SOE',
      ...times.flatMap((time) => [
        `${time.toFixed(9)} = A.D. 2020-May-31 00:00:00.0000 TDB `,
        ` X =${s[0].toExponential(15)} Y =${s[1].toExponential(15)} Z = ${s[2].toExponential(15)}`,
        ` VX=${s[3].toExponential(15)} VY= ${s[4].toExponential(15)} VZ=${s[5].toExponential(15)}`,
      ]),
      '$$EOE',
      '',
    ].join('\r\n');
  const icrf = eclipticToEquatorial(state);
  const bodies = new SolarSystem().at(epoch);

  test('relative to the Sun, the barycentre and the Earth', async () => {
    expectElements(await read('h.txt', vectors('Bennu (2101955)', 'Sun (10)', icrf)), 0, 10);
    const star = barycentricStar(bodies);
    const about = icrf.map((value, k) => value + star[k]!) as unknown as StateVector;
    const notes: string[] = [];
    const catalogue = await read('h.txt', vectors('Bennu (2101955)', 'Solar System Barycenter (0)', about), {
      note: (text) => notes.push(text),
    });
    expectElements(catalogue, 0, 10);
    expect(catalogue.record(0)).toMatchObject({ designation: '101955', name: 'Bennu' });
    expect(notes).toHaveLength(1);
    const earth = eclipticToEquatorial(new SolarSystem().state('earth', epoch));
    const geocentric = icrf.map((value, k) => value - earth[k]!) as unknown as StateVector;
    expectElements(await read('h.txt', vectors('2010 TK7', 'Earth (399)', geocentric)), 0, 10);
  });

  test('with what the header says of the body', async () => {
    const force = (nk: string) =>
      [
        '',
        'Asteroid non-gravitational force model (AMRAT=m^2/kg;A1-A3=au/d^2;R0=au):',
        '   AMRAT=  0.',
        '   A1= 5.E-13              A2=-2.901E-14           A3= 0.',
        `   ALN=  1.                NK=  ${nk}     NM=  2.     NN=  5.093    R0=  1.`,
        'Asteroid physical parameters (km, seconds, rotational period in hours):',
        '   GM= 62.6284             RAD= 469.7              ROTPER= 9.07417',
        '   H= 3.31                 G= .120                 B-V= .713',
      ].join('\r\n');
    const record = (await read('h.txt', vectors('99942 Apophis (2004 MN4)', 'Sun (10)', icrf, [epoch], force('0.')))).record(0);
    expect(record).toMatchObject({ absoluteMagnitude: 3.31, slope: 0.12, a1: 5e-13, a2: -2.901e-14, a3: 0 });
    const notes: string[] = [];
    const comet = await read('h.txt', vectors('1P/Halley', 'Sun (10)', icrf, [epoch], force('4.6142')), {
      note: (text) => notes.push(text),
    });
    expect(comet.column('a2')[0]).toBeNaN();
    expect(notes).toEqual([expect.stringContaining("a comet's, which is not followed")]);
    expect((await read('h.txt', vectors('1 Ceres', 'Sun (10)', icrf))).column('absoluteMagnitude')[0]).toBeNaN();
  });

  test('of the Sun itself, or about another body, are refused', async () => {
    await expect(read('Sun.txt', vectors('Sun (10)', 'Solar System Barycenter (0)', icrf))).rejects.toThrowError(
      'Sun.txt, Target body name: expected a body that moves about the Sun, got "Sun (10)"',
    );
    await expect(read('x.txt', vectors('Phobos (401)', 'Mars (499)', icrf))).rejects.toThrowError(
      'x.txt, Center body name: expected Sun (10), Solar System Barycenter (0) or Earth (399), got "Mars (499)"; ask Horizons with CENTER=',
    );
  });

  test('are taken at the epoch asked for', async () => {
    const content = vectors('1 Ceres (A801 AA)', 'Sun (10)', icrf, [epoch, epoch + 10, epoch + 20]);
    expect((await read('h.txt', content)).column('epoch')[0]).toBe(epoch);
    expect((await read('h.txt', content, { epoch: epoch + 13 })).column('epoch')[0]).toBe(epoch + 10);
  });

  test('say what is wrong', async () => {
    const good = vectors('1 Ceres (A801 AA)', 'Sun (10)', icrf);
    await expect(read('h.txt', good.replace('GEOMETRIC cartesian', 'ASTROMETRIC cartesian'))).rejects.toThrowError(code('light-time'));
    await expect(read('h.txt', good.replace('AU-D', 'LD-D'))).rejects.toThrowError(code('units'));
    await expect(read('h.txt', good.replace('ICRF', 'FK4/B1950'))).rejects.toThrowError(code('frame'));
    await expect(read('h.txt', good.replace('$$EOE', ''))).rejects.toThrowError(code('truncated'));
    await expect(read('h.txt', good.replace(/ VX=.*/, ''))).rejects.toThrowError('h.txt, line 10, VX: expected positions and velocities');
    const kilometres = vectors('1 Ceres (A801 AA)', 'Sun (10)', icrf.map((value) => value * 1.5e8) as unknown as StateVector);
    await expect(read('h.txt', kilometres)).rejects.toThrowError('these are kilometres: restore the line "Output units : KM-S"');
  });
});

test('rows of a query that are short say so', async () => {
  const fields = ['pdes', 'epoch', 'e', 'a', 'i', 'om', 'w', 'ma', 'H'];
  const good = ['433', String(epoch), '.22', '1.46', '10.8', '304', '178', '110', '10.4'];
  for (const document of [
    { fields, data: [good, good.slice(0, 8)] },
    { data: [good, good.slice(0, 8)], fields },
  ])
    await expect(read('sbdb.json', JSON.stringify({ signature: {}, ...document }))).rejects.toThrowError(
      'sbdb.json, line 2: expected 9 fields, got 8',
    );
});

test('bodies are named as Horizons titles them', () => {
  const names = (title: string) => Object.values(bodyNames(title));
  expect(names('1 Ceres (A801 AA)')).toEqual(['1', 'Ceres']);
  expect(names('706765 (2010 TK7)')).toEqual(['706765', '']);
  expect(names('2010 TK7')).toEqual(['2010 TK7', '']);
  expect(names('(2020 MQ53)')).toEqual(['2020 MQ53', '']);
  expect(names("1I/'Oumuamua (A/2017 U1)")).toEqual(['1I', "'Oumuamua"]);
  expect(names('1P/Halley')).toEqual(['1P', 'Halley']);
  expect(names('Isis (20000042)')).toEqual(['42', 'Isis']);
  expect(names('Earth (399)')).toEqual(['Earth', '']);
});

test('origins by name and by motion', () => {
  expect(['', 'Sun (10)', 'Solar System Barycenter (0)', 'Earth (399)'].map(originOfCenter)).toEqual(['sun', 'sun', 'barycenter', 'earth']);
  expect(() => originOfCenter('Ceres (2000001)')).toThrowError(code('center'));
  expect(originOfMotion(NaN, 1)).toBe('sun');
});

describe('kernels of several segments', () => {
  const path = (jd: number): StateVector =>
    stateOfKeplerian({ ...elements, meanAnomaly: 60 + ((jd - epoch) * Math.sqrt(sunGm / 1.4 ** 3) * 180) / Math.PI }, sunGm);
  const piece = (from: number, to: number) =>
    spkSegment(
      { name: 'Horizons_SPK:JPL#127', target: 20_000_042, start: epoch + from, end: epoch + to, intervalDays: 16, type: 21 },
      path,
    );
  // Later pieces stand first, as Horizons writes them.
  const kernel = writeDaf([piece(0, 100), piece(-100, 0), piece(100, 160)]);

  test('are taken at the start, or as near to the epoch asked for as they reach', async () => {
    const first = await read('k.bsp', kernel);
    expect(first.record(0)).toMatchObject({ designation: '42', epoch: epoch - 100 });
    const wanted = await read('k.bsp', kernel, { epoch });
    expect(wanted.record(0)).toMatchObject({ designation: '42', epoch });
    expectElements(wanted, 0, 6);
    expect((await read('k.bsp', kernel, { epoch: epoch + 500 })).column('epoch')[0]).toBe(epoch + 160);
    expect((await read('k.bsp', kernel, { epoch: epoch - 500 })).column('epoch')[0]).toBe(epoch - 100);
  });

  test.each([2, 3, 13, 21] as const)('of type %i that are cut short, or miscounted, are refused', (type) => {
    const whole = spkSegment({ name: 'cut', target: 42, start: epoch, end: epoch + 400, intervalDays: type === 13 ? 2 : 8, type }, path);
    const kernelOf = (data: Float64Array) => new SpkKernel('k.bsp', writeDaf([{ ...whole, data }]));
    expect(kernelOf(whole.data).state(42, epoch + 9).center).toBe(10);
    const cut = Float64Array.of(...whole.data.slice(0, -40), ...whole.data.slice(-4));
    expect(() => kernelOf(cut).state(42, epoch)).toThrowError(
      /k.bsp, segment cut of body 42: expected \d+ numbers, got \d+ numbers that end in/,
    );
    expect(() => kernelOf(whole.data.with(whole.data.length - 1, NaN)).state(42, epoch)).toThrowError(code('truncated'));
  });

  test('about another body are refused', async () => {
    const about = writeDaf([{ ...piece(0, 100), center: 399 }]);
    await expect(read('k.bsp', about)).rejects.toThrowError(
      'k.bsp, body 20000042: expected states relative to the Sun (10), got relative to 399',
    );
  });
});

describe('nested orbits of the MPC', () => {
  const coefficients = (names: readonly string[], values: readonly number[]) => ({
    coefficient_names: names,
    coefficient_values: values,
    coefficient_uncertainties: values.map(() => 1e-9),
    covariance: { cov00: 1e-18, cov01: null },
  });
  const orbit = (changes: Record<string, unknown> = {}) => ({
    CAR: coefficients(['x', 'y', 'z', 'vx', 'vy', 'vz', 'yarkovsky'], [...state, -0.000155]),
    COM: coefficients(['q', 'e', 'i', 'node', 'argperi', 'peri_time', 'yarkovsky'], [0.98, 0.3, 12, 40, 50, 58_899.1, -0.000155]),
    epoch_data: { epoch: 59_000, timeform: 'MJD', timesystem: 'TDT' },
    system_data: { eph: 'DE431', refsys: 'Ecliptic', refframe: 'ICRF', EclipticObliquityArcseconds: '84381.448' },
    magnitude_data: { G: 0.15, H: 17.1, G1: null },
    moid_data: { Earth: 0.11, Mars: null },
    designation_data: {
      name: 'Aten',
      permid: '2062',
      orbfit_name: '2062',
      unpacked_primary_provisional_designation: '1976 AA',
      packed_primary_provisional_designation: 'J76A00A',
    },
    orbit_fit_statistics: { nopp: 20, nobs_total: 6, U_param: null, normalized_RMS: 0.65, arc_length_total: '1955-2019' },
    ...changes,
  });

  test.each([
    ['one', orbit()],
    ['an answer', { mpc_orb: orbit() }],
    ['an answer with a list', [{ mpc_orb: [orbit()] }]],
    ['a list', [orbit()]],
  ])('%s', async (_name, document) => {
    const content = JSON.stringify(document, undefined, 1);
    expect(await recognizeFormat(memorySource('o.json', content))).toBe('mpcorb-json');
    const catalogue = await read('o.json', content);
    expect(catalogue.count).toBe(1);
    expectElements(catalogue, 0, 11);
    expect(catalogue.record(0)).toMatchObject({
      designation: '2062',
      name: 'Aten',
      epoch,
      absoluteMagnitude: 17.1,
      slope: 0.15,
      oppositions: 20,
      observations: 6,
      rms: 0.65,
      earthMoid: 0.11,
      arc: 64 * 365.25,
    });
    // The coefficient's unit is 1e-10 au/d².
    expect(catalogue.column('a2')[0]).toBeCloseTo(-1.55e-14, 22);
  });

  test('cometary elements where there is no state', async () => {
    const { CAR: _car, ...rest } = orbit({ designation_data: { permid: null, packed_primary_provisional_designation: 'K12H13N' } });
    const record = (await read('o.json', JSON.stringify(rest))).record(0);
    expect(record).toMatchObject({ designation: '2012 HN13', eccentricity: 0.3, argument: 50, perihelionTime: 2_458_899.6 });
  });

  test('say what is wrong, item by item', async () => {
    const bad = [
      orbit(),
      orbit({ system_data: { refsys: 'Equatorial', refframe: 'ICRF' } }),
      orbit({ epoch_data: { epoch: 59_000, timeform: 'MJD', timesystem: 'UTC' } }),
      orbit({ epoch_data: {} }),
      orbit({ designation_data: {} }),
      orbit({ CAR: null, COM: null }),
      orbit({ CAR: coefficients(['x', 'y', 'z', 'vx', 'vy', 'vz', 'A1', 'A2'], [...state, 1, 2]) }),
      orbit({ magnitude_data: { H: 'bright' } }),
      7,
    ];
    const messages: string[] = [];
    const catalogue = await read('o.json', JSON.stringify(bad), { skip: ({ message }) => messages.push(message) });
    expect(catalogue.count).toBe(1);
    expect(messages).toEqual([
      expect.stringContaining('o.json, line 2, system_data: expected the ecliptic of J2000'),
      expect.stringContaining('o.json, line 3, epoch_data: expected an MJD or JD of TDT'),
      expect.stringContaining('o.json, line 4, epoch_data.epoch: expected a number, got "nothing"'),
      expect.stringContaining('o.json, line 5, designation_data: expected a designation'),
      expect.stringContaining('o.json, line 6, CAR, COM: expected coefficient_names'),
      expect.stringContaining('o.json, line 7, A1, A2: expected no force, or Yarkovsky’s'),
      expect.stringContaining('o.json, line 8, magnitude_data.H: expected a number, got "\\"bright\\""'),
      expect.stringContaining('o.json, line 9: expected an object of an orbit, got "7"'),
    ]);
  });
});

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sunGm } from '../../src/constants.js';
import { readCad } from '../../src/formats/cad.js';
import { CatalogueBuilder } from '../../src/formats/catalogue.js';
import { csvFields } from '../../src/formats/csv.js';
import { recognizeFormat } from '../../src/formats/file-format.js';
import { fileSource } from '../../src/formats/file-source.js';
import { readOrbits } from '../../src/formats/read-orbits.js';
import { cometaryOf, keplerianOf, moid } from '../../src/orbit/index.js';
import { stateOfKeplerian } from '../../src/orbit/state-from-elements.js';
import type { StateVector } from '../../src/planets/initial-states.js';
import { SolarSystem } from '../../src/propagation/propagation.js';
import { describePublished, publishedPath, tell } from './published-folder.js';

const neos = 'TheRealTheodor+near-earth-objects/tests/test-neos-2020.csv';
const cad = 'TheRealTheodor+near-earth-objects/tests/test-cad-2020.json';
const elements = 'B612-Asteroid-Institute+adam_core/src/adam_core/utils/helpers/data/elements_sun_ec.csv';
const small = ['amo', 'apo', 'ast', 'ate', 'cen', 'hya', 'ieo', 'imb', 'mba', 'mca', 'omb', 'tjn', 'tno'].map(
  (name) => `B612-Asteroid-Institute+adam_core/src/adam_core/orbits/tests/testdata/${name}.csv`,
);

async function catalogueOf(path: string) {
  const builder = new CatalogueBuilder();
  const format = await readOrbits(await fileSource(publishedPath(path)), builder);
  return { format, catalogue: builder.build() };
}

describePublished('Near-Earth objects of the SBDB', [neos], () => {
  test("have the Earth's MOIDs that JPL gives", async () => {
    const { format, catalogue } = await catalogueOf(neos);
    expect([format, catalogue.count]).toEqual(['sbdb-csv', 4226]);
    const epoch = 2_459_000.5;
    const earth = cometaryOf(new SolarSystem().state('earth', epoch), epoch, sunGm);
    const published = catalogue.column('earthMoid');
    const errors: number[] = [];
    for (let k = 0; k < catalogue.count; k++) {
      const {
        perihelionDistance,
        eccentricity,
        inclination,
        argument,
        node,
        epoch: own,
      } = catalogue.record(k) as Required<ReturnType<typeof catalogue.record>>;
      if (own !== epoch || Number.isNaN(published[k]!)) continue;
      errors.push(Math.abs(moid({ perihelionDistance, eccentricity, inclination, argument, node }, earth).distance - published[k]!));
    }
    errors.sort((a, b) => a - b);
    const at = (share: number): number => errors[Math.floor(share * (errors.length - 1))]!;
    tell(`MOIDs of ${errors.length} NEOs, au from JPL's: median`, at(0.5));
    tell('  of 99 %', at(0.99));
    tell('  worst', at(1));
    expect(errors.length).toBeGreaterThan(3000);
    // Six digits are printed; the Earth's osculating axis swings by 1e-5 au in a month, and JPL's may be of another time or ephemeris.
    expect(at(0.5)).toBeLessThan(2e-6);
    expect(at(1)).toBeLessThan(1e-5);
  });
});

describePublished('Close approaches of 2020', [cad], () => {
  test('are read', async () => {
    const source = await fileSource(publishedPath(cad));
    expect(await recognizeFormat(source)).toBe('cad');
    const rows = await readCad(source);
    expect(rows).toHaveLength(4700);
    expect(rows.every(({ time }) => time >= 2_458_849.5 && time <= 2_459_215.5)).toBe(true);
    expect(rows.every(({ distanceMin, distance, distanceMax }) => distanceMin <= distance && distance <= distanceMax)).toBe(true);
    expect(rows.every(({ timeSigma }) => timeSigma > 0)).toBe(true);
    expect(rows[0]).toMatchObject({ designation: '2020 AY1', body: 'Earth', orbit: '18', absoluteMagnitude: 25.1 });
  });
});

describePublished('States and elements of Horizons', [elements], () => {
  test('go over into each other', async () => {
    const [header, ...lines] = readFileSync(publishedPath(elements), 'utf8').trim().split(/\r?\n/);
    const fields = csvFields(header!);
    let [worstState, worstElement] = [0, 0];
    for (const line of lines) {
      const values = csvFields(line);
      const of = (field: string): number => Number(values[fields.indexOf(field)]);
      const state = ['x', 'y', 'z', 'vx', 'vy', 'vz'].map(of) as unknown as StateVector;
      const own = keplerianOf(state, sunGm);
      const back = stateOfKeplerian(own, sunGm);
      const size = Math.hypot(...state.slice(0, 3));
      worstState = Math.max(worstState, Math.hypot(...back.slice(0, 3).map((value, k) => value - state[k]!)) / size);
      // Angles in turns, the axis as a share.
      const differences = [
        own.semiMajorAxis / of('a') - 1,
        own.eccentricity - of('e'),
        (own.inclination - of('incl')) / 360,
        angle(own.node - of('Omega')),
        angle(own.argument - of('w')) * own.eccentricity,
      ];
      worstElement = Math.max(worstElement, ...differences.map(Math.abs));
    }
    tell(`states to elements and back, ${lines.length} bodies, relative`, worstState);
    tell('elements of states beside those printed', worstElement);
    expect(lines).toHaveLength(28);
    expect(worstState).toBeLessThan(1e-12);
    expect(worstElement).toBeLessThan(1e-11);
  });

  test('are taken as a catalogue', async () => {
    const { format, catalogue } = await catalogueOf(elements);
    expect([format, catalogue.count]).toEqual(['states-csv', 28]);
    expect(catalogue.record(7)).toMatchObject({ designation: '433', name: 'Eros', epoch: 2_453_311.5 });
    expect(catalogue.record(27)).toMatchObject({ designation: '1I', name: "'Oumuamua" });
  });
});

/** A difference of angles, in turns. */
const angle = (degrees: number): number => (((((degrees + 180) % 360) + 360) % 360) - 180) / 360;

describePublished('Small tables of the SBDB', small, () => {
  test.each(small)('%s', async (path) => {
    const { format, catalogue } = await catalogueOf(path);
    expect(format).toBe('sbdb-csv');
    expect(catalogue.count).toBe(path.endsWith('hya.csv') ? 3 : 10);
    expect(catalogue.count).toBe(new Set(Array.from({ length: catalogue.count }, (_, k) => catalogue.record(k).designation)).size);
  });
});

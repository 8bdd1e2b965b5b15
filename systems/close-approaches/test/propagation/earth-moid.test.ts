import { expect, test } from 'vitest';
import { sunGm } from '../../src/constants.js';
import { cometaryOf, keplerianOf, moid } from '../../src/orbit/index.js';
import { equatorialToEcliptic } from '../../src/planets/solar-system.js';
import { SolarSystem } from '../../src/propagation/propagation.js';

const epoch = 2_457_000.5;
const system = new SolarSystem();

/** Elements and Earth MOIDs of JPL's Small-Body Database, of one epoch: q, e, i, ω, Ω, MOID. */
test.each([
  ['Ceres', 2.557665961167666, 0.07582276595896797, 10.59338616262872, 72.52203270043788, 80.32926547452543, 1.59376],
  ['Pallas', 2.1306067077177, 0.2312736282433415, 34.84099788068097, 309.9303277309815, 173.0962475866183, 1.23071],
  ['Juno', 1.988474503697366, 0.2554482627817375, 12.98166179450518, 248.4099652667037, 169.8711811946533, 1.03987],
  ['Parthenope', 2.20718832855198, 0.1000254214771511, 4.629854590474529, 196.0176245443353, 125.5671223464187, 1.19556],
  ['Melpomene', 1.792570438275117, 0.2189256270115955, 10.13374365328773, 227.9316577097074, 150.4716725115068, 0.809934],
])("MOID of %s to the Earth's ellipse is JPL's", (_name, perihelionDistance, eccentricity, inclination, argument, node, expected) => {
  const earth = cometaryOf(system.state('earth', epoch), epoch, sunGm);
  // Six digits, the last one cut off rather than rounded.
  expect(Math.abs(moid({ perihelionDistance, eccentricity, inclination, argument, node }, earth).distance - expected)).toBeLessThan(1e-5);
});

test("elements of Ceres' state are those that Horizons prints beside it", () => {
  const state = equatorialToEcliptic([
    1.007608869613381, -2.390064275223501, -1.332124522752403, 9.201724467227126e-3, 3.370381135398406e-3, -2.850337057661092e-4,
  ]);
  const elements = keplerianOf(state, sunGm);
  // The state is printed with 16 digits.
  expect(elements.semiMajorAxis).toBeCloseTo(2.769289292143484, 12);
  expect(elements.eccentricity).toBeCloseTo(0.07687465013145245, 13);
  expect(elements.inclination).toBeCloseTo(10.59127767086216, 11);
  expect(elements.node).toBeCloseTo(80.3011901917491, 11);
  expect(elements.argument).toBeCloseTo(73.80896808746482, 10);
  // The place on the orbit follows from r/a: what a differs by is worth 1/e = 13 times as much there.
  expect(elements.meanAnomaly).toBeCloseTo(130.3159688200986, 9);
});

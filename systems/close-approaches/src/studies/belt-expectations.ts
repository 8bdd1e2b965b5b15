import type { Expectation } from '@sardonyx/study';
import { type TerrestrialPlanet, terrestrialPlanets } from '../planets/bodies.js';
import type { Entry } from './belt-entries.js';

/** Most events for which an interval says something. */
const enough = 50;
/** The gaps that lead to the Earth, and how far from their middles entries may lie, au. */
const gateways = ['3:1', 'ν6/4:1', '5:2', '2:1'];
const gatewayReach = 0.06;

/** Whether a perihelion fell where the belt is expected to lose its bodies. */
export const isThroughGateway = ({ gap, distance }: Entry): boolean => gateways.includes(gap) && distance <= gatewayReach;

/** What a run is held to, beside what the paper found. */
export const beltExpectations: readonly Expectation[] = [
  ...(
    [
      ['mercury', 1893, 1],
      ['venus', 3014, 9],
      ['earth', 3791, 15],
      ['mars', 18_066, 66],
    ] as const
  ).map(([planet, number, perYear]) => ({
    name: planet,
    paper: `N = ${number}, f ≈ ${perYear} a year (100 Myr, the known belt)`,
    claim: 'reported: a shorter run of a sample is not the belt',
    evaluate: (results: { number(name: string): number }) => ({
      ours: `${results.number(`${planet}: approaches`)} approaches; f = ${results.number(`${planet}: a year`).toPrecision(3)}, N ever ${results.number(`${planet}: ever`).toPrecision(3)}, standing ${results.number(`${planet}: standing`).toPrecision(3)}, in 300 yr ${results.number(`${planet}: in a window`).toPrecision(3)}`,
      verdict: 'reported' as const,
    }),
  })),
  {
    name: 'order of the planets',
    paper: 'f of Mars > Earth > Venus > Mercury',
    claim: `the same order, where Earth has at least ${enough} approaches`,
    evaluate: (results) => {
      const values = terrestrialPlanets.map((planet) => results.number(`${planet}: a year`));
      const isOrdered = values.every((value, k) => k === 0 || value > values[k - 1]!);
      const verdict = results.number('earth: approaches') < enough ? 'reported' : isOrdered ? 'holds' : 'fails';
      return { ours: values.map((value, k) => `${terrestrialPlanets[k]!} ${value.toPrecision(3)}`).join(', '), verdict };
    },
  },
  {
    name: 'miss distances',
    paper: 'r_min/r_crit distributed as r²',
    claim: `not rejected (p > 0.01, by drawing asteroids) for planets with more than ${enough} approaches, of ten asteroids or more`,
    evaluate: (results) => {
      const judged = terrestrialPlanets.filter((planet) => results.number(`${planet}: approaches`) > enough);
      const pOf = (planet: TerrestrialPlanet): number => results.number(`${planet}: p of miss distances`);
      const known = judged.filter((planet) => !Number.isNaN(pOf(planet)));
      const verdict = known.length === 0 ? 'reported' : known.every((planet) => pOf(planet) > 0.01) ? 'holds' : 'fails';
      const told = judged.map((planet) => `${planet} ${known.includes(planet) ? pOf(planet).toPrecision(2) : 'too few asteroids'}`);
      return { ours: told.join(', ') || 'too few approaches', verdict };
    },
  },
  {
    name: 'entries',
    paper: 'through the gaps 3:1, ν6, 5:2 and 2:1',
    claim: `all within ${gatewayReach} au of these gaps; judged where no particle reaches the orbit of Mars at the start`,
    evaluate: (results) => {
      const [all, elsewhere] = [results.number('entries into q < 1.3 au'), results.number('entries elsewhere')];
      const isJudged = all > 0 && results.number('particles that reach the orbit of Mars at the start') === 0;
      return { ours: `${all} entries, ${elsewhere} elsewhere`, verdict: !isJudged ? 'reported' : elsewhere === 0 ? 'holds' : 'fails' };
    },
  },
];

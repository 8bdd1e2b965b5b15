import { sunGm } from '../constants.js';
import { otherBodies, planets } from '../planets/bodies.js';
import { FormatError, quoted } from './format-error.js';

/** What states are relative to. */
export type Origin = 'sun' | 'barycenter' | 'earth';

/**
 * The origin that Horizons names, such as `Sun (10)`, `Solar System Barycenter (0)` or `Earth (399)`; of tables without one, the Sun.
 * @throws {FormatError} `center` for another
 */
export function originOfCenter(center: string): Origin {
  const number = /\((\d+)\)/.exec(center)?.[1];
  if (center === '' || number === '10' || /^Sun\b/i.test(center)) return 'sun';
  if (number === '0' || /^(Solar System Barycenter|SSB)\b/i.test(center)) return 'barycenter';
  if (number === '399') return 'earth';
  throw new FormatError(
    'center',
    { column: 'Center body name' },
    {
      expected: 'Sun (10), Solar System Barycenter (0) or Earth (399)',
      given: quoted(center),
      remedy: "ask Horizons with CENTER='500@10'",
    },
  );
}

/** Gm of Sun and all planets, with Moon and Pluto. */
const wholeGm = sunGm + planets.reduce((sum, { gm }) => sum + gm, 0) + otherBodies.pluto;

/** How far Gm from a printed mean motion and axis may be from the mass meant; Sun and solar system differ by 1.3e-3. */
const massTolerance = 1e-5;

/**
 * The origin that elements beside a state betray: n²·a³ is the Gm they are about.
 * @param n degrees a day, `a` au; NaN where the table has none, which counts as the Sun
 * @throws {FormatError} `center`
 */
export function originOfMotion(n: number, a: number): Origin {
  if (Number.isNaN(n) || Number.isNaN(a)) return 'sun';
  const gm = (n * (Math.PI / 180)) ** 2 * Math.abs(a) ** 3;
  if (Math.abs(gm / sunGm - 1) < massTolerance) return 'sun';
  if (Math.abs(gm / wholeGm - 1) < massTolerance) return 'barycenter';
  throw new FormatError(
    'center',
    { column: 'n, a' },
    {
      expected: `n²·a³ of the Sun's Gm, ${sunGm} au³/d², or of the whole solar system's`,
      given: String(gm),
      remedy: 'give states relative to the Sun, with elements in au and degrees a day',
    },
  );
}

/**
 * Designation and name of a body as Horizons titles it: `1 Ceres (A801 AA)`, `Bennu (2101955)`, `2010 TK7`, `(2020 MQ53)`,
 * `1I/'Oumuamua (A/2017 U1)`, `Earth (399)`.
 */
export function bodyNames(title: string): { readonly designation: string; readonly name: string } {
  const text = title.trim();
  if (/^\d{4} [A-Z]{1,2}\d*$/.test(text)) return { designation: text, name: '' };
  const numbered = /^(\d+)(?:\s+(.*?))?\s*(?:\(([^()]*)\))?$/.exec(text);
  if (numbered !== null) return { designation: numbered[1]!, name: numbered[2] ?? '' };
  const spk = /^(.*?)\s*\((\d+)\)$/.exec(text);
  if (spk !== null) {
    const number = asteroidNumber(Number(spk[2]));
    return number === undefined ? { designation: spk[1]!, name: '' } : { designation: String(number), name: spk[1]! };
  }
  const comet = /^(\d+[PDI])\/(.*?)\s*(?:\(.*\))?$/.exec(text);
  if (comet !== null) return { designation: comet[1]!, name: comet[2]! };
  return { designation: text.replace(/^\((.*)\)$/, '$1'), name: '' };
}

/** NAIF's numbers of numbered asteroids are 2000000 or 20000000 plus their number. */
export const asteroidNumber = (naif: number): number | undefined =>
  naif > 20_000_000 && naif < 50_000_000 ? naif - 20_000_000 : naif > 2_000_000 && naif < 3_000_000 ? naif - 2_000_000 : undefined;

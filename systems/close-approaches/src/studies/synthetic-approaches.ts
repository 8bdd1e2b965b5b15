import { RandomStream } from '@sardonyx/data';
import { auPerDayOfKmPerSecond, sunGm } from '../constants.js';
import type { CloseApproach } from '../formats/cad.js';
import type { OrbitRecord } from '../formats/orbit-record.js';
import { keplerianOf } from '../orbit/elements-from-state.js';
import type { StateVector } from '../planets/initial-states.js';
import { passesOf } from '../propagation/passes.js';
import { propagate, type SolarSystem } from '../propagation/propagation.js';

/** Days before or after its approach that a body's path is known from. */
const nearby = 20;

/**
 * Bodies that pass the Earth within a span, and the table of their approaches. Each starts near its approach; the table comes from
 * twenty days of its path, the elements from a date months away, as those of real objects do.
 */
export function syntheticApproaches(
  count: number,
  seed: number,
  { from, to, epoch, within }: { readonly from: number; readonly to: number; readonly epoch: number; readonly within: number },
  system: SolarSystem,
): { readonly orbits: OrbitRecord[]; readonly rows: CloseApproach[] } {
  const [orbits, rows]: [OrbitRecord[], CloseApproach[]] = [[], []];
  for (let k = 0; k < count; k++) {
    const stream = new RandomStream(seed, `synthetic approach ${k}`);
    const designation = `2020 Q${'ABCDEFGHJKLMNOPQRSTUVWXYZ'[k % 25]}${Math.floor(k / 25) || ''}`;
    const near = from + nearby + (to - from - 2 * nearby) * stream.uniform();
    const state = besideEarth(stream, system.state('earth', near), within);
    const body = { name: designation, state };
    const [pass] = passesOf([body], near, { planet: 'earth', from: near - nearby, to: near + nearby, within, system });
    if (pass === undefined) continue;
    const absoluteMagnitude = 18 + 4 * stream.uniform();
    const [[there]] = propagate([body], near, [epoch], { system }) as [[StateVector]];
    orbits.push({ designation, epoch, absoluteMagnitude, solution: 'JPL 1', ...keplerianOf(there, sunGm) });
    rows.push({
      designation,
      body: 'Earth',
      orbit: '1',
      time: pass.time,
      timeSigma: NaN,
      distance: pass.distance,
      distanceMin: NaN,
      distanceMax: NaN,
      speed: pass.speed / auPerDayOfKmPerSecond,
      speedAtInfinity: NaN,
      absoluteMagnitude,
      diameter: NaN,
    });
  }
  return { orbits, rows };
}

/** A state up to half the distance asked for from the Earth's, 5 to 20 km/s faster or slower. */
function besideEarth(stream: RandomStream, earth: StateVector, within: number): StateVector {
  const direction = (): [number, number, number] => {
    const v = [stream.normal(), stream.normal(), stream.normal()] as const;
    const size = Math.sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
    return [v[0] / size, v[1] / size, v[2] / size];
  };
  const [place, motion] = [direction(), direction()];
  const distance = 0.5 * within * Math.sqrt(stream.uniform());
  const speed = (5 + 15 * stream.uniform()) * auPerDayOfKmPerSecond;
  return earth.map((value, k) => value + (k < 3 ? distance * place[k]! : speed * motion[k - 3]!)) as unknown as StateVector;
}

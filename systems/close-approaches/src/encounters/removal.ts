import { type MassiveBodyName, massiveBodyNames } from '../planets/bodies.js';
import { bPlaneOf, emptyBPlane } from './b-plane.js';
import type { Impact } from './excursions.js';
import type { StepTime } from './step-time.js';

/** Why a particle is followed no further. */
export type RemovalReason = 'impact' | 'sun' | 'far' | 'escape';

/** The end of a particle. */
export interface Removal {
  readonly particle: number;
  readonly reason: RemovalReason;
  /** The planet of an impact. */
  readonly planet?: MassiveBodyName;
  /** Time: whole steps since the start, and the share of the next one. */
  readonly step: number;
  readonly fraction: number;
  readonly jd: number;
  /** Heliocentric state there, 6 numbers, au and au/d. */
  readonly heliocentric: readonly number[];
  /** Speed at the planet's surface (au/d) and impact parameter (au), of an impact. */
  readonly impactSpeed?: number;
  readonly impactParameter?: number;
}

/** Limits of the heliocentric distance, au. */
export interface RemovalLimits {
  /** Nearer than this to the Sun's centre. */
  readonly sun: number;
  /** Farther than this. */
  readonly far: number;
  /** Farther than this on an open orbit. */
  readonly escape: number;
}

export const defaultRemovalLimits: RemovalLimits = { sun: 0.005, far: 100, escape: 40 };

/** Why a particle at a heliocentric `state` (Q, V) goes now, if it does. */
export function removalReason(state: Float64Array, mu: number, limits: RemovalLimits): Exclude<RemovalReason, 'impact'> | undefined {
  const r = Math.sqrt(state[0]! * state[0]! + state[1]! * state[1]! + state[2]! * state[2]!);
  if (r < limits.sun) return 'sun';
  if (r > limits.far) return 'far';
  if (r <= limits.escape) return undefined;
  const v2 = state[3]! * state[3]! + state[4]! * state[4]! + state[5]! * state[5]!;
  return v2 * r > 2 * mu ? 'escape' : undefined;
}

/** How a particle ended in a step: on a planet, or beyond a limit about the star with Q and V `time` days after the step's start. */
export type ParticleEnd =
  | { readonly kind: 'impact'; readonly impact: Impact }
  | { readonly kind: Exclude<RemovalReason, 'impact'>; readonly time: number; readonly state: Float64Array };

/** The removal of a particle that ended in a step. */
export function removalAt(particle: number, end: ParticleEnd, time: StepTime, names: readonly MassiveBodyName[]): Removal {
  const { planets, index, unit, epoch } = time;
  const moment = end.kind === 'impact' ? end.impact.time : end.time;
  const units = moment / unit;
  const whole = Math.min(Math.floor(units), Math.round(planets.h / unit) - 1);
  const common = { particle, reason: end.kind, step: index + whole, fraction: units - whole, jd: epoch + (index + units) * unit };
  if (end.kind === 'impact') {
    const { planet, heliocentric } = end.impact;
    return { ...common, planet: names[planet]!, heliocentric: [...heliocentric], ...impactOf(end.impact, planets.gm[planet]!) };
  }
  // The star's recoil runs from its value before the arcs to the one after.
  const share = moment / planets.h;
  const heliocentric = Array.from(end.state, (value, k) =>
    k < 3 ? value : value + (2 / planets.h) * (planets.shiftBefore[k - 3]! * (1 - share) + planets.shiftAfter[k - 3]! * share),
  );
  return { ...common, heliocentric };
}

function impactOf({ relative, heliocentric }: Impact, gm: number): { impactSpeed: number; impactParameter: number } {
  const plane = emptyBPlane();
  bPlaneOf(
    relative,
    gm,
    [3, 4, 5].map((k) => heliocentric[k]! - relative[k]!),
    plane,
  );
  const [vx, vy, vz] = [relative[3]!, relative[4]!, relative[5]!];
  return { impactSpeed: Math.sqrt(vx * vx + vy * vy + vz * vz), impactParameter: plane.b };
}

/** Removals in the order of every file: by step, then by particle. */
export const compareRemovals = (a: Removal, b: Removal): number => a.step - b.step || a.particle - b.particle;

const reasons = ['impact', 'sun', 'far', 'escape'] as const satisfies readonly RemovalReason[];

/** Bytes of one removal in binary form. */
export const removalBytes = 96;

/**
 * Little-endian: uint32 particle, uint8 reason (impact, sun, far, escape = 0 … 3), uint8 planet (255 for none), 2 bytes of zeros;
 * float64 step, fraction, jd, the heliocentric state (6), impactSpeed and impactParameter (0 without impact).
 */
export function encodeRemovals(removals: readonly Removal[]): Uint8Array {
  const bytes = new Uint8Array(removalBytes * removals.length);
  const view = new DataView(bytes.buffer);
  removals.forEach((removal, index) => {
    const offset = removalBytes * index;
    view.setUint32(offset, removal.particle, true);
    view.setUint8(offset + 4, reasons.indexOf(removal.reason));
    view.setUint8(offset + 5, removal.planet === undefined ? 255 : massiveBodyNames.indexOf(removal.planet));
    const values = [
      removal.step,
      removal.fraction,
      removal.jd,
      ...removal.heliocentric,
      removal.impactSpeed ?? 0,
      removal.impactParameter ?? 0,
    ];
    values.forEach((value, k) => view.setFloat64(offset + 8 + 8 * k, value, true));
  });
  return bytes;
}

/**
 * Reads a block of `encodeRemovals`.
 *
 * @throws RangeError where its length is no multiple of `removalBytes`.
 */
export function decodeRemovals(bytes: Uint8Array): Removal[] {
  if (bytes.length % removalBytes !== 0) {
    throw new RangeError(
      `removals: expected a multiple of ${removalBytes} bytes, got ${bytes.length}; the block is cut or of another version`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length / removalBytes }, (_, index) => {
    const offset = removalBytes * index;
    const value = (k: number): number => view.getFloat64(offset + 8 + 8 * k, true);
    const planet = massiveBodyNames[view.getUint8(offset + 5)];
    const reason = reasons[view.getUint8(offset + 4)]!;
    return {
      particle: view.getUint32(offset, true),
      reason,
      step: value(0),
      fraction: value(1),
      jd: value(2),
      heliocentric: Array.from({ length: 6 }, (_, k) => value(3 + k)),
      ...(planet && { planet }),
      ...(reason === 'impact' && { impactSpeed: value(9), impactParameter: value(10) }),
    };
  });
}

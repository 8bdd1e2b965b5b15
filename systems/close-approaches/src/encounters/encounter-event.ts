import { kmPerAu, secondsPerDay } from '../constants.js';
import { type PlanetName, planetNames } from '../planets/bodies.js';

/** One continuous excursion of a particle below the critical distance of a planet, told by its smallest minimum. */
export interface EncounterEvent {
  readonly particle: number;
  /** Place of the planet in `planetNames`. */
  readonly planet: number;
  /** Bits of `eventFlags`. */
  readonly flags: number;
  /** Minima of the distance inside the excursion; captures have many. 0 where it is cut off before one. */
  readonly minima: number;
  /** Time of the smallest minimum: whole steps since the start, and the share of the next one. */
  readonly step: number;
  readonly fraction: number;
  /** The same as JD (TDB). */
  readonly jd: number;
  /** Times of entry and exit in steps since the start. */
  readonly entered: number;
  readonly left: number;
  /** The step (from 0) during which the excursion ended. */
  readonly closed: number;
  /** Distance of the centres, au. */
  readonly rMin: number;
  /** Speed relative to the planet at the minimum, and far from the planet (0 for a bound particle), au/d. */
  readonly vRel: number;
  readonly vInf: number;
  /** Impact parameter and its parts in the b-plane, au; Infinity for a bound particle. */
  readonly b: number;
  readonly xi: number;
  readonly zeta: number;
  /** Öpik's U, in units of the planet's circular speed, and Tisserand's parameter, of the orbit of the incoming asymptote. */
  readonly opikU: number;
  readonly tisserand: number;
  /** Heliocentric state of the particle, x, y, z (au), vx, vy, vz (au/d), ecliptic J2000. */
  readonly heliocentric: readonly number[];
  /** State relative to the planet. */
  readonly planetocentric: readonly number[];
}

export const eventFlags = {
  /** The particle met the planet's surface; rMin is the planet's radius. */
  impact: 1,
  /** Bound to the planet at the minimum: 2·Gm/r exceeds v². */
  bound: 2,
  /** The excursion was under way when the run began. */
  openAtStart: 4,
  /** The excursion was under way when the run, or the particle's life, ended. */
  openAtEnd: 8,
  /** The minimum lies in a piece integrated with the planet's attraction on its Kepler arc. */
  integrated: 16,
  /** The distance is that of the detector's interpolation, not refined on the motion itself. */
  unrefined: 32,
} as const;

/** Bytes of one event in binary form. */
export const eventBytes = 216;

/** Fields of an event that are float64, in the order in which they are kept. */
export const eventNumbers = [
  'step',
  'fraction',
  'jd',
  'entered',
  'left',
  'closed',
  'rMin',
  'vRel',
  'vInf',
  'b',
  'xi',
  'zeta',
  'opikU',
  'tisserand',
] as const satisfies readonly (keyof EncounterEvent)[];
const header = 8;
const heliocentricAt = header + 8 * eventNumbers.length;
const planetocentricAt = heliocentricAt + 48;

/**
 * Writes an event, little-endian: uint32 particle, uint8 planet, uint8 flags, uint16 minima (65535 for more); then float64 step,
 * fraction, jd, entered, left, closed, rMin, vRel, vInf, b, xi, zeta, opikU, tisserand; the heliocentric state (6), the planetocentric
 * state (6).
 */
export function writeEvent(event: EncounterEvent, view: DataView, offset: number): void {
  view.setUint32(offset, event.particle, true);
  view.setUint8(offset + 4, event.planet);
  view.setUint8(offset + 5, event.flags);
  view.setUint16(offset + 6, Math.min(event.minima, 65_535), true);
  eventNumbers.forEach((name, k) => view.setFloat64(offset + header + 8 * k, event[name], true));
  event.heliocentric.forEach((value, k) => view.setFloat64(offset + heliocentricAt + 8 * k, value, true));
  event.planetocentric.forEach((value, k) => view.setFloat64(offset + planetocentricAt + 8 * k, value, true));
}

/** Reads what `writeEvent` wrote. */
export function readEvent(view: DataView, offset: number): EncounterEvent {
  const number = (name: (typeof eventNumbers)[number]): number => view.getFloat64(offset + header + 8 * eventNumbers.indexOf(name), true);
  const state = (start: number): number[] => Array.from({ length: 6 }, (_, k) => view.getFloat64(offset + start + 8 * k, true));
  return {
    particle: view.getUint32(offset, true),
    planet: view.getUint8(offset + 4),
    flags: view.getUint8(offset + 5),
    minima: view.getUint16(offset + 6, true),
    step: number('step'),
    fraction: number('fraction'),
    jd: number('jd'),
    entered: number('entered'),
    left: number('left'),
    closed: number('closed'),
    rMin: number('rMin'),
    vRel: number('vRel'),
    vInf: number('vInf'),
    b: number('b'),
    xi: number('xi'),
    zeta: number('zeta'),
    opikU: number('opikU'),
    tisserand: number('tisserand'),
    heliocentric: state(heliocentricAt),
    planetocentric: state(planetocentricAt),
  };
}

/** All events as one block of `eventBytes` each. */
export function encodeEvents(events: readonly EncounterEvent[]): Uint8Array {
  const bytes = new Uint8Array(eventBytes * events.length);
  const view = new DataView(bytes.buffer);
  events.forEach((event, k) => writeEvent(event, view, eventBytes * k));
  return bytes;
}

/**
 * Reads a block of `encodeEvents`.
 *
 * @throws RangeError where its length is no multiple of `eventBytes`.
 */
export function decodeEvents(bytes: Uint8Array): EncounterEvent[] {
  if (bytes.length % eventBytes !== 0) {
    throw new RangeError(`events: expected a multiple of ${eventBytes} bytes, got ${bytes.length}; the block is cut or of another version`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length / eventBytes }, (_, k) => readEvent(view, eventBytes * k));
}

const kmPerSecond = (auPerDay: number): number => (auPerDay * kmPerAu) / secondsPerDay;
const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

/**
 * An event as one flat row for CSV and JSON: distances in au, speeds in km/s, times as JD (TDB), states in au and au/d. What a bound
 * particle lacks is null.
 */
export function eventRow(event: EncounterEvent): Readonly<Record<EventColumn, number | string | null>> {
  const [x, y, z, vx, vy, vz] = event.heliocentric as [number, number, number, number, number, number];
  const relative = event.planetocentric as [number, number, number, number, number, number];
  return {
    particle: event.particle,
    planet: planetNames[event.planet] as PlanetName,
    jd: event.jd,
    step: event.step,
    fraction: event.fraction,
    r_min: event.rMin,
    v_rel: kmPerSecond(event.vRel),
    v_inf: kmPerSecond(event.vInf),
    b: finite(event.b),
    xi: finite(event.xi),
    zeta: finite(event.zeta),
    opik_u: event.opikU,
    tisserand: event.tisserand,
    minima: event.minima,
    entered_step: event.entered,
    left_step: event.left,
    x,
    y,
    z,
    vx,
    vy,
    vz,
    planetocentric_x: relative[0],
    planetocentric_y: relative[1],
    planetocentric_z: relative[2],
    planetocentric_vx: relative[3],
    planetocentric_vy: relative[4],
    planetocentric_vz: relative[5],
    flags: Object.entries(eventFlags)
      .flatMap(([name, bit]) => ((event.flags & bit) === 0 ? [] : [name]))
      .join('+'),
  };
}

/** Columns of `eventRow`, in their order. */
export const eventColumns = [
  'particle',
  'planet',
  'jd',
  'step',
  'fraction',
  'r_min',
  'v_rel',
  'v_inf',
  'b',
  'xi',
  'zeta',
  'opik_u',
  'tisserand',
  'minima',
  'entered_step',
  'left_step',
  'x',
  'y',
  'z',
  'vx',
  'vy',
  'vz',
  'planetocentric_x',
  'planetocentric_y',
  'planetocentric_z',
  'planetocentric_vx',
  'planetocentric_vy',
  'planetocentric_vz',
  'flags',
] as const;
export type EventColumn = (typeof eventColumns)[number];

/** Events as CSV with a line of column names. */
export function eventsCsv(events: readonly EncounterEvent[]): string {
  const lines = events.map((event) => {
    const row = eventRow(event);
    return eventColumns.map((column) => row[column] ?? '').join(',');
  });
  return [eventColumns.join(','), ...lines, ''].join('\n');
}

/** The order of events in every file: by the step in which they end, then by particle, then by planet, then by time of exit. */
export const compareEvents = (a: EncounterEvent, b: EncounterEvent): number =>
  a.closed - b.closed || a.particle - b.particle || a.planet - b.planet || a.left - b.left;

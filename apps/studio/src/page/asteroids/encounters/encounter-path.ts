import { auPerDayOfKmPerSecond, keplerDrift } from '@sardonyx/close-approaches/mechanics';
import { type CloseApproachRow, criticalDistance, planetOf } from '../data/close-approach.js';
import { add, cross, dot, length, scaled, unit, type Vector } from './vector.js';

/** Axes of the b-plane: η along the incoming asymptote, ζ against the planet's motion, ξ across both. Unit vectors. */
export interface BPlaneAxes {
  readonly xi: Vector;
  readonly eta: Vector;
  readonly zeta: Vector;
}

/** The passage of an asteroid by a planet, two-body about the planet; far out it is the straight line of its asymptote. */
export interface EncounterPath {
  readonly approach: CloseApproachRow;
  /** G·m of the planet, au³/d². */
  readonly gm: number;
  /** State at the smallest distance: au, au/d. */
  readonly closest: readonly number[];
  /** Points x, y, z in au, dense near the planet, and their times in days since the smallest distance. */
  readonly points: Float64Array;
  readonly times: Float64Array;
  /** Axes in the frame of the points; undefined for a bound body. */
  readonly axes?: BPlaneAxes;
  /** Whether the frame is the ecliptic of J2000; else it is that of the b-plane, since no state is known. */
  readonly isEcliptic: boolean;
}

/** Paths reach as far out as this many critical distances. */
const reach = 1.25;
/** The share of distance/speed between points: the direction to the planet turns by less than 3° from one to the next. */
const stepShare = 0.05;
const mostSteps = 2000;
/** Bound bodies are followed for as long at most, days. */
const longestTime = 400;

/** The path of a close approach, from its state or, without one, from its place in the b-plane. */
export function encounterPath(approach: CloseApproachRow): EncounterPath {
  const { gm } = planetOf(approach.planet);
  const isEcliptic = approach.relative !== undefined;
  const closest = isEcliptic ? closestState(approach.relative!, gm) : stateOfBPlane(approach, gm);
  const limit = reach * criticalDistance(approach.planet);
  const before = outward(closest, gm, limit, -1);
  const after = outward(closest, gm, limit, 1);
  const samples = [...before.reverse(), [0, closest[0]!, closest[1]!, closest[2]!], ...after];
  const axes = isEcliptic ? axesOfState(closest, approach, gm) : ownAxes;
  return {
    approach,
    gm,
    closest,
    points: Float64Array.from(samples.flatMap(([, ...place]) => place)),
    times: Float64Array.from(samples, ([time]) => time!),
    ...(axes === undefined ? {} : { axes }),
    isEcliptic,
  };
}

const ownAxes: BPlaneAxes = { xi: [1, 0, 0], eta: [0, 1, 0], zeta: [0, 0, 1] };

/** The place on a path at a time in days since the smallest distance. */
export function placeOnPath({ closest, gm }: Pick<EncounterPath, 'closest' | 'gm'>, time: number): Vector {
  const state = Float64Array.from(closest);
  keplerDrift(state, 0, gm, time);
  return [state[0]!, state[1]!, state[2]!];
}

/**
 * State at the pericentre in the frame of the b-plane (ξ, η, ζ), from B = (ξ, 0, ζ) and v_inf: e = √(1 + b²·v⁴/Gm²), the pericentre
 * stands at P = η/e + B̂·√(1 − 1/e²), r_p = Gm·(e − 1)/v². Where ξ and ζ are not known, B of the length that gives r_min lies along ξ.
 */
export function stateOfBPlane({ rMin, vRel, vInf, xi, zeta }: CloseApproachRow, gm: number): number[] {
  const speed = (Number.isFinite(vInf) && vInf > 0 ? vInf : vRel) * auPerDayOfKmPerSecond;
  const square = speed * speed;
  const isKnown = Number.isFinite(xi + zeta) && Math.hypot(xi, zeta) > 0;
  const b = isKnown ? Math.hypot(xi, zeta) : rMin * Math.sqrt(1 + (2 * gm) / (rMin * square));
  const direction: Vector = isKnown ? [xi / b, 0, zeta / b] : [1, 0, 0];
  const reduced = (b * square) / gm;
  const e = Math.sqrt(1 + reduced * reduced);
  // (e − 1)·Gm/v² without the cancellation of slow, near passages.
  const distance = (b * reduced) / (1 + e);
  const p = add(scaled([0, 1, 0], 1 / e), scaled(direction, reduced / e));
  const ahead = unit(cross(cross(direction, [0, 1, 0]), p));
  return [...scaled(p, distance), ...scaled(ahead, (b * speed) / distance)];
}

/** The state at the nearest pericentre of a state near it. */
function closestState(relative: readonly number[], gm: number): number[] {
  const state = Float64Array.from(relative);
  // r·v grows by v² − Gm/r a unit of time; Newton's step on it converges near its zero.
  for (let step = 0; step < 20; step++) {
    const [r, v] = [vectorAt(state, 0), vectorAt(state, 3)];
    const dt = -dot(r, v) / (dot(v, v) - gm / length(r));
    if (!Number.isFinite(dt) || Math.abs(dt) > longestTime) break;
    keplerDrift(state, 0, gm, dt);
    if (Math.abs(dt) < 1e-9) break;
  }
  return [...state];
}

/** Points from the smallest distance outward in one direction of time, to the limit or, for what never gets there, for a while. */
function outward(closest: readonly number[], gm: number, limit: number, sign: 1 | -1): number[][] {
  const samples: number[][] = [];
  const state = Float64Array.from(closest);
  let time = 0;
  for (let step = 0; step < mostSteps && Math.abs(time) < longestTime; step++) {
    const distance = length(vectorAt(state, 0));
    if (distance > limit) break;
    time += (sign * stepShare * distance) / length(vectorAt(state, 3));
    state.set(closest);
    keplerDrift(state, 0, gm, time);
    samples.push([time, state[0]!, state[1]!, state[2]!]);
  }
  return samples;
}

/**
 * b-plane axes in the frame of a state: η from the asymptote, S·P = 1/e; ξ and ζ from the known place of B = S × h/v_inf in them, or,
 * where it is not known, ξ along B.
 */
export function axesOfState(state: readonly number[], { xi, zeta }: CloseApproachRow, gm: number): BPlaneAxes | undefined {
  const [r, v] = [vectorAt(state, 0), vectorAt(state, 3)];
  const square = dot(v, v) - (2 * gm) / length(r);
  if (!(square > 0)) return undefined;
  const h = cross(r, v);
  const laplace = add(scaled(cross(v, h), 1 / gm), scaled(unit(r), -1));
  const e = length(laplace);
  const p = scaled(laplace, 1 / e);
  const q = cross(unit(h), p);
  // Along the incoming asymptote the body moves toward the planet.
  const eta = add(scaled(p, 1 / e), scaled(q, Math.sqrt(1 - 1 / (e * e))));
  const toB = unit(cross(eta, h));
  const across = cross(eta, toB);
  // B = ξ·ξ̂ + ζ·ζ̂ and η × ξ̂ = −ζ̂: ξ̂ stands at the angle atan2(ζ, ξ) from B.
  const turn = Number.isFinite(xi + zeta) ? Math.atan2(zeta, xi) : 0;
  const xiAxis = add(scaled(toB, Math.cos(turn)), scaled(across, Math.sin(turn)));
  return { xi: xiAxis, eta, zeta: scaled(cross(eta, xiAxis), -1) };
}

const vectorAt = (state: ArrayLike<number>, offset: number): Vector => [state[offset]!, state[offset + 1]!, state[offset + 2]!];

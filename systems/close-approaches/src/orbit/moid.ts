import { atan2 } from '../mathematics/index.js';
import type { OrbitShape } from './elements.js';
import { type CurvePoint, curvePoint, OrbitCurve } from './orbit-curve.js';

/** A local minimum of the distance between two orbits. Parameters as in `OrbitCurve`, radians. */
export interface OrbitMinimum {
  /** au. */
  readonly distance: number;
  readonly parameters: readonly [number, number];
}

/** What two orbits are to each other in space. */
export interface OrbitIntersection {
  /** Minimum orbit intersection distance, au. */
  readonly distance: number;
  /** All local minima, nearest first. */
  readonly minima: readonly OrbitMinimum[];
  /** Along the line where the planes meet, how much farther out the first orbit is than the second, au: ascending, descending node. */
  readonly nodes: readonly [ascending: number, descending: number] | undefined;
}

/** Points of the first orbit at which the meridional plane is laid. */
const meridionalPoints = 720;
/** Points of each orbit in the grid that catches minima which the meridional planes pass by. */
const gridPoints = 36;
const mostSteps = 60;
/** Of a step that does not go down. */
const mostHalvings = 20;
/** A step below it, radians, is the last: it changes nothing that a double holds. */
const smallestStep = 1e-14;
/** Parameters nearer than this, radians, are the same minimum. */
const sameMinimum = 1e-5;

/**
 * Minimum distance between two conics about one focus, all local minima and the distances at the nodes.
 *
 * Starting points come from planes through the focus and a point of the first orbit, at right angles to the second orbit's plane
 * (Wiśniowski & Rickman 2013, Acta Astron. 63, 293), and from a coarse grid; each is polished by damped Newton steps with the exact
 * gradient and Hessian of |x − y|².
 * @throws {OrbitError} `not-an-orbit`
 */
export function moid(first: OrbitShape, second: OrbitShape): OrbitIntersection {
  const [a, b] = [new OrbitCurve(first), new OrbitCurve(second)];
  const minima: OrbitMinimum[] = [];
  for (const start of [...meridionalStarts(a, b), ...gridStarts(a, b)]) {
    const minimum = polish(a, b, start);
    if (!minima.some((known) => isSame(known, minimum, a, b))) minima.push(minimum);
  }
  minima.sort((x, y) => x.distance - y.distance);
  return { distance: minima[0]!.distance, minima, nodes: nodeDistances(a, b) };
}

const [u, w]: [CurvePoint, CurvePoint] = [curvePoint(), curvePoint()];

/** Local minima of the distance to the second orbit's point in the same meridional plane. */
function meridionalStarts(a: OrbitCurve, b: OrbitCurve): [number, number][] {
  const n = meridionalPoints;
  const squares = new Float64Array(n);
  const [cosines, sines] = [new Float64Array(n), new Float64Array(n)];
  const points = a.samples(n);
  const {
    axes: { p, q },
    normal,
  } = b;
  for (let i = 0; i < n; i++) {
    const [x, y, z] = [points[3 * i]!, points[3 * i + 1]!, points[3 * i + 2]!];
    const [along, across] = [x * p[0] + y * p[1] + z * p[2], x * q[0] + y * q[1] + z * q[2]];
    const height = x * normal[0] + y * normal[1] + z * normal[2];
    const inPlane = Math.sqrt(along * along + across * across);
    cosines[i] = inPlane > 0 ? along / inPlane : 1;
    sines[i] = inPlane > 0 ? across / inPlane : 0;
    const radius = b.radius(cosines[i]!);
    const apart = radius > 0 ? inPlane - radius : Infinity;
    squares[i] = apart * apart + height * height;
  }
  return localMinima(squares, a.isClosed).map((i) => [a.sample(i, n), parameterAt(b, cosines[i]!, sines[i]!)]);
}

/** The parameter of a curve at a true anomaly. */
function parameterAt({ isClosed, limit, shape: { eccentricity: e } }: OrbitCurve, cosine: number, sine: number): number {
  if (isClosed) return atan2(Math.sqrt((1 - e) * (1 + e)) * sine, e + cosine);
  return Math.max(-limit, Math.min(limit, atan2(sine, cosine)));
}

function localMinima(values: Float64Array, isClosed: boolean): number[] {
  const n = values.length;
  const found: number[] = [];
  for (let i = 0; i < n; i++) {
    const before = i > 0 ? values[i - 1]! : isClosed ? values[n - 1]! : Infinity;
    const after = i < n - 1 ? values[i + 1]! : isClosed ? values[0]! : Infinity;
    if (values[i]! < Infinity && values[i]! <= before && values[i]! < after) found.push(i);
  }
  return found;
}

/** Local minima of the squared distance on a grid of both parameters. */
function gridStarts(a: OrbitCurve, b: OrbitCurve): [number, number][] {
  const n = gridPoints;
  const [first, second] = [a.samples(n), b.samples(n)];
  const squares = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const [dx, dy, dz] = [first[3 * i]! - second[3 * j]!, first[3 * i + 1]! - second[3 * j + 1]!, first[3 * i + 2]! - second[3 * j + 2]!];
      squares[n * i + j] = dx * dx + dy * dy + dz * dz;
    }
  }
  const starts: [number, number][] = [];
  for (let i = 0; i < n; i++) {
    const rows = [i, neighbour(i, -1, a), neighbour(i, 1, a)].filter((row) => row >= 0);
    for (let j = 0; j < n; j++) {
      const here = squares[n * i + j]!;
      const [left, right] = [neighbour(j, -1, b), neighbour(j, 1, b)];
      const isLowest = rows.every(
        (row) =>
          !(squares[n * row + j]! < here) &&
          !(left >= 0 && squares[n * row + left]! < here) &&
          !(right >= 0 && squares[n * row + right]! < here),
      );
      if (isLowest) starts.push([a.sample(i, n), b.sample(j, n)]);
    }
  }
  // Along circles about one axis every point is a minimum; a few say as much.
  return starts.length > 16 ? starts.filter((_, k) => k % Math.ceil(starts.length / 16) === 0) : starts;
}

/** The point of the grid beside point `i`; −1 beyond the end of an open orbit. */
function neighbour(i: number, step: 1 | -1, { isClosed }: OrbitCurve): number {
  const next = i + step;
  if (next >= 0 && next < gridPoints) return next;
  return isClosed ? (next + gridPoints) % gridPoints : -1;
}

/** Squared distance at (s, t), with both points left in `u` and `w`. */
function squareAt(a: OrbitCurve, b: OrbitCurve, s: number, t: number): number {
  a.at(s, u);
  b.at(t, w);
  const [dx, dy, dz] = [u.position[0]! - w.position[0]!, u.position[1]! - w.position[1]!, u.position[2]! - w.position[2]!];
  return dx * dx + dy * dy + dz * dz;
}

const dot = (x: Float64Array, y: Float64Array): number => x[0]! * y[0]! + x[1]! * y[1]! + x[2]! * y[2]!;

/**
 * Newton's iteration on the gradient of |x − y|²/2, with the Hessian raised to be positive definite and steps halved until they go
 * down.
 */
function polish(a: OrbitCurve, b: OrbitCurve, [s0, t0]: readonly [number, number]): OrbitMinimum {
  let [s, t] = [s0, t0];
  let square = squareAt(a, b, s, t);
  const difference = new Float64Array(3);
  const inside = ({ isClosed, limit }: OrbitCurve, x: number): number => (isClosed ? x : Math.max(-limit, Math.min(limit, x)));
  for (let step = 0; step < mostSteps; step++) {
    for (let k = 0; k < 3; k++) difference[k] = u.position[k]! - w.position[k]!;
    const gs = dot(difference, u.first);
    const gt = -dot(difference, w.first);
    const [uu, ww] = [dot(u.first, u.first), dot(w.first, w.first)];
    let hss = uu + dot(difference, u.second);
    let htt = ww - dot(difference, w.second);
    const hst = -dot(u.first, w.first);
    const lowest = 0.5 * (hss + htt - Math.sqrt((hss - htt) * (hss - htt) + 4 * hst * hst));
    const floor = 1e-12 * (uu + ww);
    if (lowest < floor) {
      hss += floor - 2 * Math.min(lowest, 0);
      htt += floor - 2 * Math.min(lowest, 0);
    }
    const determinant = hss * htt - hst * hst;
    let ds = (-htt * gs + hst * gt) / determinant;
    let dt = (hst * gs - hss * gt) / determinant;
    const isLast = Math.abs(ds) + Math.abs(dt) < smallestStep;
    let next = Infinity;
    let [sNext, tNext] = [s, t];
    for (let halving = 0; halving < mostHalvings; halving++) {
      [sNext, tNext] = [inside(a, s + ds), inside(b, t + dt)];
      next = squareAt(a, b, sNext, tNext);
      if (next < square || isLast) break;
      ds *= 0.5;
      dt *= 0.5;
    }
    if (!(next < square)) break;
    [s, t, square] = [sNext, tNext, next];
    if (isLast) break;
  }
  return { distance: Math.sqrt(square), parameters: [around(a, s), around(b, t)] };
}

/** The parameter in (−π, π]. */
function around({ isClosed }: OrbitCurve, x: number): number {
  if (!isClosed) return x;
  const turned = x - 2 * Math.PI * Math.round(x / (2 * Math.PI));
  return turned <= -Math.PI ? turned + 2 * Math.PI : turned;
}

function isSame(known: OrbitMinimum, other: OrbitMinimum, a: OrbitCurve, b: OrbitCurve): boolean {
  const near = (curve: OrbitCurve, x: number, y: number): boolean => Math.abs(around(curve, x - y)) < sameMinimum;
  return near(a, known.parameters[0], other.parameters[0]) && near(b, known.parameters[1], other.parameters[1]);
}

/** r_a − r_b along both directions of the line of nodes; undefined in one plane. */
function nodeDistances(a: OrbitCurve, b: OrbitCurve): readonly [number, number] | undefined {
  const [m, n] = [b.normal, a.normal];
  // Where the first orbit rises through the second's plane.
  const line = [m[1] * n[2] - m[2] * n[1], m[2] * n[0] - m[0] * n[2], m[0] * n[1] - m[1] * n[0]] as const;
  const size = Math.sqrt(line[0] * line[0] + line[1] * line[1] + line[2] * line[2]);
  if (size < 1e-12) return undefined;
  const radius = (curve: OrbitCurve, sign: number): number => {
    const { p } = curve.axes;
    const r = curve.radius((sign * (line[0] * p[0] + line[1] * p[1] + line[2] * p[2])) / size);
    // An open orbit has no point beyond its asymptotes.
    return r > 0 ? r : Infinity;
  };
  return [radius(a, 1) - radius(b, 1), radius(a, -1) - radius(b, -1)];
}

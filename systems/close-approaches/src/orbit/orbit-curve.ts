import { acos, sinCos, type SineCosine } from '../mathematics/index.js';
import type { OrbitShape } from './elements.js';
import { OrbitError } from './orbit-error.js';
import { type OrbitAxes, orbitAxes } from './state-from-elements.js';

/** A point of a curve and its derivatives by the curve's parameter. */
export interface CurvePoint {
  readonly position: Float64Array;
  readonly first: Float64Array;
  readonly second: Float64Array;
}

export const curvePoint = (): CurvePoint => ({ position: new Float64Array(3), first: new Float64Array(3), second: new Float64Array(3) });

/** Radius, au, at which open orbits are cut off. */
const farthest = 1000;

const angle: SineCosine = { sine: 0, cosine: 1 };

const turns = new Map<number, { readonly sines: Float64Array; readonly cosines: Float64Array }>();

/** Sines and cosines of `n` angles from −π on. */
function fullTurn(n: number): { readonly sines: Float64Array; readonly cosines: Float64Array } {
  const known = turns.get(n);
  if (known !== undefined) return known;
  const [sines, cosines] = [new Float64Array(n), new Float64Array(n)];
  for (let i = 0; i < n; i++) {
    sinCos(Math.PI * ((2 * i) / n - 1), angle);
    sines[i] = angle.sine;
    cosines[i] = angle.cosine;
  }
  turns.set(n, { sines, cosines });
  return { sines, cosines };
}

/**
 * A conic as a curve in space: of an ellipse the parameter is the eccentric anomaly, of an open orbit the true anomaly as far as
 * a distance of 1000 au.
 */
export class OrbitCurve {
  readonly axes: OrbitAxes;
  /** Unit vector normal to the orbit's plane. */
  readonly normal: readonly [number, number, number];
  readonly isClosed: boolean;
  /** The parameter runs from −`limit` to `limit`, radians. */
  readonly limit: number;
  readonly #q: number;
  readonly #e: number;

  /** @throws {OrbitError} `not-an-orbit` */
  constructor(readonly shape: OrbitShape) {
    const { perihelionDistance: q, eccentricity: e } = shape;
    if (!(q > 0 && e >= 0 && Number.isFinite(q + e))) {
      throw new OrbitError('not-an-orbit', `Cannot draw an orbit: expected q > 0 and e ≥ 0, got q = ${q}, e = ${e}.`);
    }
    this.axes = orbitAxes(shape);
    const { p, q: ahead } = this.axes;
    this.normal = [p[1] * ahead[2] - p[2] * ahead[1], p[2] * ahead[0] - p[0] * ahead[2], p[0] * ahead[1] - p[1] * ahead[0]];
    this.#q = q;
    this.#e = e;
    this.isClosed = e < 1;
    this.limit = this.isClosed ? Math.PI : acos(Math.max(-1, Math.min(1, ((q * (1 + e)) / Math.max(farthest, 2 * q) - 1) / e)));
  }

  /** Distance from the focus at a true anomaly given by its cosine. */
  radius(cosine: number): number {
    return (this.#q * (1 + this.#e)) / (1 + this.#e * cosine);
  }

  /** The parameter of point `i` of `n`: around an ellipse, or from end to end of an open orbit. */
  sample(i: number, n: number): number {
    return this.limit * ((2 * i) / (this.isClosed ? n : n - 1) - 1);
  }

  /** x, y, z of `n` points, one after the other. */
  samples(n: number): Float64Array {
    const points = new Float64Array(3 * n);
    const { p, q } = this.axes;
    const [a, b] = this.#semiAxes();
    const turn = this.isClosed ? fullTurn(n) : undefined;
    for (let i = 0; i < n; i++) {
      let [x, y] = [0, 0];
      if (turn !== undefined) {
        x = a * (turn.cosines[i]! - this.#e);
        y = b * turn.sines[i]!;
      } else {
        sinCos(this.sample(i, n), angle);
        const r = this.radius(angle.cosine);
        x = r * angle.cosine;
        y = r * angle.sine;
      }
      for (let k = 0; k < 3; k++) points[3 * i + k] = x * p[k]! + y * q[k]!;
    }
    return points;
  }

  #semiAxes(): [number, number] {
    const a = this.#q / (1 - this.#e);
    return [a, Math.sqrt(this.#q * a * (1 + this.#e))];
  }

  /** The point at a parameter (radians), to `out`. */
  at(parameter: number, out: CurvePoint): void {
    sinCos(parameter, angle);
    if (this.isClosed) this.#ellipse(angle.sine, angle.cosine, out);
    else this.#open(angle.sine, angle.cosine, out);
  }

  #ellipse(sine: number, cosine: number, out: CurvePoint): void {
    const [a, b] = this.#semiAxes();
    this.#place(out.position, a * (cosine - this.#e), b * sine);
    this.#place(out.first, -a * sine, b * cosine);
    this.#place(out.second, -a * cosine, -b * sine);
  }

  #open(sine: number, cosine: number, out: CurvePoint): void {
    const parameter = this.#q * (1 + this.#e);
    const r = this.radius(cosine);
    const r1 = (r * r * this.#e * sine) / parameter;
    const r2 = (2 * r * r1 * this.#e * sine + r * r * this.#e * cosine) / parameter;
    this.#place(out.position, r * cosine, r * sine);
    this.#place(out.first, r1 * cosine - r * sine, r1 * sine + r * cosine);
    this.#place(out.second, (r2 - r) * cosine - 2 * r1 * sine, (r2 - r) * sine + 2 * r1 * cosine);
  }

  #place(out: Float64Array, x: number, y: number): void {
    const { p, q } = this.axes;
    for (let k = 0; k < 3; k++) out[k] = x * p[k]! + y * q[k]!;
  }
}

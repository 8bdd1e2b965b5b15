import { inverseDifferences, monomialOfNewton, newtonOfMonomial, shiftToEnd, terms } from './gauss-radau.js';
import { powersOf, type RadauArithmetic, type RadauColumns } from './radau-columns.js';

/** The arithmetic of IAS15 in plain loops: the reference of the compiled one. */
export class PlainRadau implements RadauArithmetic {
  constructor(readonly columns: RadauColumns) {}

  moveTo(h: number, dt: number, withVelocities: boolean): void {
    const { x, v, a, b, restX, restV, nodeX, nodeV } = this.columns;
    positionsAt(h, dt, x, v, a, b, restX, nodeX);
    if (withVelocities) velocitiesAt(h, dt, v, a, b, restV, nodeV);
  }

  correct(n: number): number {
    const { nodeA, a, b, g, restB, width } = this.columns;
    const inverses = inverseDifferences[n]!;
    const monomials = monomialOfNewton[n - 1]!;
    const last = (n - 1) * width;
    let largest = 0;
    for (let i = 0; i < width; i++) {
      let difference = (nodeA[i]! - a[i]!) * inverses[0]!;
      for (let k = 1; k < n; k++) difference = (difference - g[(k - 1) * width + i]!) * inverses[k]!;
      const change = difference - g[last + i]!;
      g[last + i] = difference;
      for (let k = 0; k < n; k++) addCompensated(b, restB, k * width + i, change * monomials[k]!);
      const size = Math.abs(change);
      if (size > largest) largest = size;
    }
    return largest;
  }

  newtonFromMonomial(): void {
    const { b, g, width } = this.columns;
    for (let k = 0; k < terms; k++) {
      for (let i = 0; i < width; i++) {
        let value = b[k * width + i]!;
        for (let j = k + 1; j < terms; j++) value += newtonOfMonomial[j]![k]! * b[j * width + i]!;
        g[k * width + i] = value;
      }
    }
  }

  predict(from: 'b' | 'done', ratio: number): void {
    const { b, predicted, width, [from]: given } = this.columns;
    const powers = powersOf(ratio);
    for (let k = 0; k < terms; k++) {
      for (let i = 0, p = k * width; i < width; i++, p++) {
        let value = 0;
        for (let j = k; j < terms; j++) value += shiftToEnd[j]![k]! * given[j * width + i]!;
        const error = given[p]! - predicted[p]!;
        const next = powers[k]! * value;
        b[p] = next + error;
        predicted[p] = next;
      }
    }
  }

  /** Smallest terms first. */
  commit(dt: number): void {
    const { x, v, a, b, restX, restV, width } = this.columns;
    for (let i = 0; i < width; i++) {
      for (let k = terms - 1; k >= 0; k--) addCompensated(x, restX, i, (b[k * width + i]! / ((k + 2) * (k + 3))) * dt * dt);
      addCompensated(x, restX, i, 0.5 * a[i]! * dt * dt);
      addCompensated(x, restX, i, v[i]! * dt);
      addCompensated(x, restX, i, -restV[i]! * dt);
      for (let k = terms - 1; k >= 0; k--) addCompensated(v, restV, i, (b[k * width + i]! / (k + 2)) * dt);
      addCompensated(v, restV, i, a[i]! * dt);
    }
  }
}

/** x(h) = x_0 + h·dt·v_0 + (h·dt)²·[a_0/2 + b_0·h/6 + b_1·h²/12 + … + b_6·h⁷/72], of every component. */
export function positionsAt(
  h: number,
  dt: number,
  x: Float64Array,
  v: Float64Array,
  a: Float64Array,
  b: Float64Array,
  rest: Float64Array,
  out: Float64Array,
): void {
  const time = h * dt;
  const half = time / 2;
  const [f0, f1, f2, f3, f4, f5, f6] = [h / 3, h / 2, (3 * h) / 5, (2 * h) / 3, (5 * h) / 7, (3 * h) / 4, (7 * h) / 9] as const;
  const width = x.length;
  for (let i = 0; i < out.length; i++) {
    const tail = b[4 * width + i]! + f5 * (b[5 * width + i]! + f6 * b[6 * width + i]!);
    const middle = b[width + i]! + f2 * (b[2 * width + i]! + f3 * (b[3 * width + i]! + f4 * tail));
    out[i] = x[i]! + time * (v[i]! + half * (a[i]! + f0 * (b[i]! + f1 * middle))) - rest[i]!;
  }
}

/** v(h) = v_0 + h·dt·[a_0 + b_0·h/2 + b_1·h²/3 + … + b_6·h⁷/8], of every component. */
export function velocitiesAt(
  h: number,
  dt: number,
  v: Float64Array,
  a: Float64Array,
  b: Float64Array,
  rest: Float64Array,
  out: Float64Array,
): void {
  const time = h * dt;
  const [f0, f1, f2, f3, f4, f5, f6] = [h / 2, (2 * h) / 3, (3 * h) / 4, (4 * h) / 5, (5 * h) / 6, (6 * h) / 7, (7 * h) / 8] as const;
  const width = v.length;
  for (let i = 0; i < out.length; i++) {
    const tail = b[4 * width + i]! + f5 * (b[5 * width + i]! + f6 * b[6 * width + i]!);
    const middle = b[width + i]! + f2 * (b[2 * width + i]! + f3 * (b[3 * width + i]! + f4 * tail));
    out[i] = v[i]! + time * (a[i]! + f0 * (b[i]! + f1 * middle)) - rest[i]!;
  }
}

/** Kahan's summation: what an addition loses is kept in `rest`, with the opposite sign. */
function addCompensated(sum: Float64Array, rest: Float64Array, i: number, value: number): void {
  const y = value - rest[i]!;
  const t = sum[i]! + y;
  rest[i] = t - sum[i]! - y;
  sum[i] = t;
}

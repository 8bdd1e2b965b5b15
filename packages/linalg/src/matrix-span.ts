import { LinalgError } from './errors.js';
import { type Matrix, matrix } from './matrix.js';
import { frobeniusNorm, innerProduct } from './norms.js';

/** What remains of a matrix of norm one beside a space that holds it; below this it counts as rounding. */
export const spanTolerance = 1e-9;

/** A growing space of square matrices of one order, with an orthonormal basis in `⟨A, B⟩ = Tr(AᵀB)`, in float64. */
export class MatrixSpan {
  readonly basis: Matrix[] = [];

  constructor(
    readonly order: number,
    spanning: readonly Matrix[] = [],
  ) {
    for (const a of spanning) this.add(a);
  }

  /** Adds what is new in `a`; false where the space holds it already, to {@link spanTolerance}. @throws {LinalgError} `shape` */
  add(a: Matrix): boolean {
    const size = frobeniusNorm(a);
    if (size === 0) return false;
    const rest = this.residual(this.residual(scaled(a, 1 / size)));
    const length = frobeniusNorm(rest);
    if (length <= spanTolerance) return false;
    // Projected again, since a small rest is known only to the rounding of what was taken away.
    const unit = this.residual(scaled(rest, 1 / length));
    this.basis.push(scaled(unit, 1 / frobeniusNorm(unit)));
    return true;
  }

  /** Whether the space holds `a`, to {@link spanTolerance} of its norm. @throws {LinalgError} `shape` */
  contains(a: Matrix): boolean {
    return frobeniusNorm(this.residual(this.residual(a))) <= spanTolerance * frobeniusNorm(a);
  }

  /** The orthogonal projection onto the space. @throws {LinalgError} `shape` */
  project(a: Matrix): Matrix {
    this.expectOrder(a);
    const sum = matrix(this.order, this.order);
    for (const b of this.basis) addMultiple(sum, b, innerProduct(b, a));
    return sum;
  }

  /** What the space does not hold of `a`. @throws {LinalgError} `shape` */
  residual(a: Matrix): Matrix {
    this.expectOrder(a);
    const rest = { ...a, data: Float64Array.from(a.data) };
    for (const b of this.basis) addMultiple(rest, b, -innerProduct(b, a));
    return rest;
  }

  private expectOrder({ rows, columns }: Matrix): void {
    if (rows === this.order && columns === this.order) return;
    throw new LinalgError('shape', `MatrixSpan: expected matrices of order ${this.order}, got ${rows} × ${columns}`, { rows, columns });
  }
}

function scaled(a: Matrix, factor: number): Matrix {
  return { ...a, data: Float64Array.from(a.data, (value) => value * factor) };
}

function addMultiple(target: Matrix, a: Matrix, factor: number): void {
  for (let at = 0; at < a.data.length; at++) target.data[at] = target.data[at]! + factor * a.data[at]!;
}

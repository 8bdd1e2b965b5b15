import { innerProduct, type Matrix, matrix, orderOf } from '@sardonyx/linalg';
import { PreconditionerError } from '../errors.js';

/** What remains of a matrix of norm one beside a span that holds it; below this it counts as rounding. */
export const spanTolerance = 1e-9;

/** An orthonormal basis, in the Frobenius product, of a growing space of square matrices. */
export class MatrixSpan {
  readonly basis: Matrix[] = [];

  constructor(readonly order: number) {}

  /** Adds what is new in `a`; false where the space holds it already, to {@link spanTolerance}. */
  add(a: Matrix): boolean {
    const size = Math.sqrt(innerProduct(a, a));
    if (size === 0) return false;
    const rest = this.residual(this.residual(scaled(a, 1 / size)));
    const length = Math.sqrt(innerProduct(rest, rest));
    if (length <= spanTolerance) return false;
    // Projected again, since a small rest is known only to the rounding of what was taken away.
    const unit = this.residual(scaled(rest, 1 / length));
    this.basis.push(scaled(unit, 1 / Math.sqrt(innerProduct(unit, unit))));
    return true;
  }

  /** The orthogonal projection onto the space. */
  project(a: Matrix): Matrix {
    const sum = matrix(this.order, this.order);
    for (const b of this.basis) addMultiple(sum, b, innerProduct(b, a));
    return sum;
  }

  /** What the space does not hold of `a`. */
  residual(a: Matrix): Matrix {
    const rest = { ...a, data: Float64Array.from(a.data) };
    for (const b of this.basis) addMultiple(rest, b, -innerProduct(b, a));
    return rest;
  }
}

/** The common order of square matrices. @throws {PreconditionerError} `empty`, `shape`; LinalgError `not-square` */
export function commonOrder(matrices: readonly Matrix[], operation: string): number {
  if (matrices.length === 0) throw new PreconditionerError('empty', `${operation}: expected at least one matrix, got none`);
  const orders = matrices.map((a) => orderOf(a, operation));
  const other = orders.findIndex((order) => order !== orders[0]);
  if (other === -1) return orders[0]!;
  throw new PreconditionerError(
    'shape',
    `${operation}: expected matrices of one order, got ${orders[0]} and ${orders[other]} (matrix ${other})`,
    {
      index: other,
    },
  );
}

function scaled(a: Matrix, factor: number): Matrix {
  return { ...a, data: Float64Array.from(a.data, (value) => value * factor) };
}

function addMultiple(target: Matrix, a: Matrix, factor: number): void {
  for (let at = 0; at < a.data.length; at++) target.data[at] = target.data[at]! + factor * a.data[at]!;
}

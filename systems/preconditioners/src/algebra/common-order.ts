import { type Matrix, orderOf } from '@sardonyx/linalg';
import { PreconditionerError } from '../errors.js';

/** The common order of square matrices. @throws {PreconditionerError} `empty`, `shape`; LinalgError `not-square` */
export function commonOrder(matrices: readonly Matrix[], operation: string): number {
  if (matrices.length === 0) throw new PreconditionerError('empty', `${operation}: expected at least one matrix, got none`);
  const orders = matrices.map((a) => orderOf(a, operation));
  const other = orders.findIndex((order) => order !== orders[0]);
  if (other === -1) return orders[0]!;
  throw new PreconditionerError(
    'shape',
    `${operation}: expected matrices of one order, got ${orders[0]} and ${orders[other]} (matrix ${other})`,
    { index: other },
  );
}

import { type Matrix, type Precision, precisionOf, toPrecision } from '@sardonyx/linalg';

/** The matrix itself where it has the precision, else a rounded copy. */
export function inPrecision(a: Matrix, precision: Precision): Matrix {
  return precisionOf(a) === precision ? a : toPrecision(a, precision);
}

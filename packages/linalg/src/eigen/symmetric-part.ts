import { LinalgError } from '../errors.js';
import { expectFinite, type Floats, type Matrix, orderOf, type Precision, precisionOf, zeros } from '../matrix.js';

/** Side of the square tiles in which a matrix and its transpose are walked together. */
const tile = 32;

const largestFloat32 = (2 - 2 ** -23) * 2 ** 127;

/** A symmetric matrix and the largest magnitude among its elements. */
export interface SymmetricPart {
  readonly matrix: Matrix;
  readonly largest: number;
}

/**
 * `(A + Aᵀ)/2` of a matrix that is symmetric to a tolerance, in the given precision.
 * @throws {LinalgError} `not-square`, `non-finite`, `not-symmetric` with `asymmetry` (relative to the largest element), `row`, `column`
 */
export function symmetricPart(
  a: Matrix,
  operation: string,
  {
    precision = precisionOf(a),
    symmetryTolerance,
  }: { readonly precision?: Precision; readonly symmetryTolerance?: number | undefined } = {},
): SymmetricPart {
  const n = orderOf(a, operation);
  const data = zeros(n * n, precision);
  const { largest, asymmetry } = symmetrizeInto(a.data, n, data);
  if (!Number.isFinite(largest)) expectFinite(a, operation);
  if (precision === 'f32' && largest > largestFloat32) expectFinite({ rows: n, columns: n, data }, `${operation} in float32`);
  const tolerance = symmetryTolerance ?? (precisionOf(a) === 'f32' ? 1e-4 : 1e-8);
  if (asymmetry > tolerance * largest) throw notSymmetric(a, operation, tolerance, largest);
  return { matrix: { rows: n, columns: n, data }, largest };
}

/** Writes the symmetric part; returns the largest magnitude, NaN where an element is, and the largest difference of two halves. */
function symmetrizeInto(data: Floats, n: number, out: Floats): { largest: number; asymmetry: number } {
  let largest = 0;
  let asymmetry = 0;
  for (let i0 = 0; i0 < n; i0 += tile) {
    for (let j0 = 0; j0 <= i0; j0 += tile) {
      for (let i = i0; i < Math.min(i0 + tile, n); i++) {
        for (let j = j0; j <= Math.min(j0 + tile - 1, i); j++) {
          const lower = data[i * n + j]!;
          const upper = data[j * n + i]!;
          // Halving first keeps the sum of two huge elements finite; it is exact but for subnormal numbers.
          const mean = lower / 2 + upper / 2;
          out[i * n + j] = mean;
          out[j * n + i] = mean;
          largest = Math.max(largest, Math.abs(lower), Math.abs(upper));
          asymmetry = Math.max(asymmetry, Math.abs(lower - upper));
        }
      }
    }
  }
  return { largest, asymmetry };
}

/** The error for the first pair of elements that differ by more than the tolerance. */
function notSymmetric({ rows: n, data }: Matrix, operation: string, tolerance: number, largest: number): LinalgError {
  for (let row = 0; row < n; row++) {
    for (let column = 0; column < row; column++) {
      const asymmetry = Math.abs(data[row * n + column]! - data[column * n + row]!) / largest;
      if (asymmetry <= tolerance) continue;
      return new LinalgError(
        'not-symmetric',
        `${operation}: expected a symmetric matrix, got elements (${row}, ${column}) and (${column}, ${row}) that differ by ${asymmetry.toExponential(2)} of the largest (tolerance ${tolerance}); symmetrize it if this is meant`,
        { asymmetry, row, column },
      );
    }
  }
  throw new Error('an asymmetry was measured that no pair of elements has');
}

import { type Matrix, matrix } from '@sardonyx/linalg';

/** A residual stream on the host: vectors of `width` numbers, sequence by sequence, position by position. */
export interface ResidualState {
  readonly data: Float32Array | Float64Array;
  readonly width: number;
}

/**
 * The vectors at some places as a matrix of float64, [places.length, width]; place = sequence · length + position. Sums over
 * many thousand rows want the digits that float32 does not have.
 */
export function rowsAt({ data, width }: ResidualState, places: ArrayLike<number>): Matrix {
  const rows = new Float64Array(places.length * width);
  for (let row = 0; row < places.length; row++) {
    const from = places[row]! * width;
    for (let k = 0; k < width; k++) rows[row * width + k] = data[from + k]!;
  }
  return matrix(places.length, width, rows);
}

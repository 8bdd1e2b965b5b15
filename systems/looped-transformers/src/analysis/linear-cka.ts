import { frobeniusNorm, type Matrix, matrix } from '@sardonyx/linalg';
import { AnalysisError } from './analysis-error.js';
import { ScatterSums } from './scatter-sums.js';

/**
 * Linear centred kernel alignment of two representations of the same examples (Kornblith, Norouzi, Lee and Hinton 2019,
 * arXiv:1905.00414, section 3), features centred over the examples:
 *
 *   CKA(X, Y) = ‖YᵀX‖²_F / (‖XᵀX‖_F · ‖YᵀY‖_F)
 *
 * Between 0 and 1; 1 for Y = a·X·Q + 1·bᵀ with orthogonal Q and a ≠ 0. With fewer examples than features it is near 1 for
 * anything. NaN where all examples of a representation are the same.
 *
 * @param x [examples, features] @param y [examples, features], as many examples, features in any number
 * @throws {AnalysisError} `invalid-argument` where the numbers of examples differ, `too-few-points` for less than two
 */
export function linearCka(x: Matrix, y: Matrix): number {
  if (x.rows !== y.rows) {
    throw new AnalysisError('invalid-argument', 'CKA', 'the same examples twice', `${x.rows} and ${y.rows} rows`, 'give both of each');
  }
  const sums = new CkaSums([x.columns, y.columns]);
  sums.add([x, y]);
  return sums.matrix()[0]![1]!;
}

/** Linear CKA between all pairs of several representations, from examples that come in parts. */
export class CkaSums {
  private readonly sums: ScatterSums;
  private readonly offsets: readonly number[];

  /** @param widths features of each representation */
  constructor(private readonly widths: readonly number[]) {
    this.offsets = widths.map((_, at) => widths.slice(0, at).reduce((a, b) => a + b, 0));
    this.sums = new ScatterSums(widths.reduce((a, b) => a + b, 0));
  }

  /** Adds the same examples in every representation: [examples, widths[k]]. */
  add(representations: readonly Matrix[]): void {
    this.sums.add(sideBySide(representations));
  }

  /**
   * CKA of representation s with representation t, row by row; symmetric, 1 on the diagonal.
   * @throws {AnalysisError} `too-few-points` for less than two examples
   */
  matrix(): number[][] {
    if (this.sums.count < 2) {
      throw new AnalysisError('too-few-points', 'CKA', 'two examples or more', String(this.sums.count), 'give more');
    }
    // The scatter of all features side by side holds XᵀY of every pair as a block.
    const scatter = this.sums.scatter();
    const norms = this.widths.map((_, s) => this.widths.map((_, t) => frobeniusNorm(this.block(scatter, Math.min(s, t), Math.max(s, t)))));
    return norms.map((row, s) => row.map((norm, t) => norm ** 2 / (norms[s]![s]! * norms[t]![t]!)));
  }

  private block(scatter: Matrix, s: number, t: number): Matrix {
    const [rows, columns] = [this.widths[s]!, this.widths[t]!];
    const block = matrix(rows, columns);
    for (let i = 0; i < rows; i++) {
      const from = (this.offsets[s]! + i) * scatter.columns + this.offsets[t]!;
      block.data.set(scatter.data.subarray(from, from + columns), i * columns);
    }
    return block;
  }
}

function sideBySide(parts: readonly Matrix[]): Matrix {
  const rows = parts[0]!.rows;
  const columns = parts.reduce((sum, part) => sum + part.columns, 0);
  const data = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    let offset = i * columns;
    for (const part of parts) {
      data.set(part.data.subarray(i * part.columns, (i + 1) * part.columns), offset);
      offset += part.columns;
    }
  }
  return matrix(rows, columns, data);
}

import { type Floats, type Matrix, type Precision, zeros } from '@sardonyx/linalg';
import { elementwiseRoot } from '../roots/elementwise-root.js';
import type { RootOptions, SummandRoot } from '../roots/root-options.js';
import { scaledBy } from '../reductions.js';
import { restoreArray } from './restore-array.js';
import type { SummandStatistic } from './statistic.js';

/** The diagonal of `M`: sums of squares along the rows of the frames, in float64, rounded once to the statistic's precision. */
export class DiagonalStatistic implements SummandStatistic {
  private readonly diagonal: Floats;
  private readonly held = new Float64Array(1);

  constructor(
    order: number,
    private readonly multiplicity: number,
    ridge: number,
    readonly precision: Precision,
  ) {
    this.diagonal = zeros(order, precision).fill(ridge);
    this.held[0] = ridge;
  }

  get ridge(): number {
    return this.held[0]!;
  }

  add({ rows, columns, data }: Matrix, decay: number, weight: number): void {
    for (let i = 0; i < rows; i++) {
      let sum = 0;
      for (let j = i * columns; j < (i + 1) * columns; j++) sum += data[j]! * data[j]!;
      this.diagonal[i] = decay * this.diagonal[i]! + weight * sum;
    }
    this.held[0] = this.ridge * decay;
  }

  matrix(): Matrix {
    return { rows: this.diagonal.length, columns: 1, data: this.diagonal.slice() };
  }

  root(options: RootOptions, scale: number): SummandRoot {
    return elementwiseRoot(scaledBy(this.diagonal, scale), this.multiplicity, scale * this.ridge, options);
  }

  arrays(): Readonly<Record<string, Floats>> {
    return { diagonal: this.diagonal, ridge: this.held };
  }

  restore(arrays: Readonly<Record<string, Floats>>): void {
    restoreArray(this.diagonal, arrays, 'diagonal');
    restoreArray(this.held, arrays, 'ridge');
  }
}

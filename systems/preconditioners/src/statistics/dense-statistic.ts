import { addToDiagonal, type Floats, type Matrix, type Precision, scale as scaled, symmetricRankUpdate, zeros } from '@sardonyx/linalg';
import { PreconditionerError } from '../errors.js';
import { inPrecision } from '../precision.js';
import { convexRoot } from '../roots/convex-root.js';
import { inverseIterationRoot } from '../roots/inverse-iteration-root.js';
import type { RootOptions, SummandRoot } from '../roots/root-options.js';
import { spectralRoot } from '../roots/spectral-root.js';
import type { Summand } from '../preconditioner-set.js';
import { restoreArray } from './restore-array.js';
import type { SummandStatistic } from './statistic.js';

/** Elements of the largest dense statistic: 1 GiB in float64. */
const largestElements = 2 ** 27;

/** `M` as a dense symmetric matrix; one triangle is computed and mirrored, so that its halves cannot drift apart. */
export class DenseStatistic implements SummandStatistic {
  private statistic: Matrix;
  private readonly held = new Float64Array(1);

  /** @throws {PreconditionerError} `too-large` */
  constructor(
    private readonly summand: Summand,
    ridge: number,
    readonly precision: Precision,
  ) {
    const { order } = summand;
    if (order * order > largestElements) {
      throw new PreconditionerError(
        'too-large',
        `dense statistic: expected at most ${largestElements} elements, got ${order}² = ${order * order}; use the low-rank form (form: "factor") or a smaller set`,
        { elements: order * order },
      );
    }
    this.statistic = addToDiagonal({ rows: order, columns: order, data: zeros(order * order, precision) }, ridge);
    this.held[0] = ridge;
  }

  get ridge(): number {
    return this.held[0]!;
  }

  add(frame: Matrix, decay: number, weight: number): void {
    this.statistic = symmetricRankUpdate(inPrecision(frame, this.precision), this.statistic, { alpha: weight, beta: decay });
    this.held[0] = this.ridge * decay;
  }

  matrix(): Matrix {
    const { structure } = this.summand;
    return structure.kind === 'subspace' ? structure.project(this.statistic) : { ...this.statistic, data: this.statistic.data.slice() };
  }

  root(options: RootOptions, scale: number, start?: Matrix): SummandRoot {
    return rootOfSummand(this.summand, scaled(this.matrix(), scale), scale * this.ridge, options, start);
  }

  arrays(): Readonly<Record<string, Floats>> {
    return { statistic: this.statistic.data, ridge: this.held };
  }

  restore(arrays: Readonly<Record<string, Floats>>): void {
    restoreArray(this.statistic.data, arrays, 'statistic');
    restoreArray(this.held, arrays, 'ridge');
  }
}

/** The root of a summand's projected statistic by the method asked for. */
export function rootOfSummand(
  { structure, multiplicity }: Summand,
  projected: Matrix,
  ridge: number,
  options: RootOptions,
  start?: Matrix,
): SummandRoot {
  if (structure.kind === 'linear-space') return convexRoot(projected, structure.basis, options);
  const { method = 'eigen' } = options;
  return method === 'eigen' || method === 'orthogonal-iteration'
    ? spectralRoot(projected, multiplicity, ridge, options, start)
    : inverseIterationRoot(projected, multiplicity, ridge, { ...options, method });
}

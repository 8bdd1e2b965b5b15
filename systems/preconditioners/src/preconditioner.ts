import { type Floats, innerProduct, type Matrix, matrix, multiply, precisionOf, transpose, zeros } from '@sardonyx/linalg';
import { type Element, framesOf, type PreconditionerSet } from './preconditioner-set.js';
import { scaleRows } from './roots/elementwise-root.js';
import type { RootOptions, RootReport, SummandRoot } from './roots/root-options.js';
import { elementwiseRoot } from './roots/elementwise-root.js';
import { rootOfSummand } from './statistics/dense-statistic.js';

/** `P = P_H(M)`, a matrix of the set, with its pseudo-inverse. */
export class Preconditioner {
  constructor(
    readonly set: PreconditionerSet,
    readonly roots: readonly SummandRoot[],
  ) {}

  /** `Tr P`; of a sum of `g·gᵀ` the adaptive gradient norm. */
  get trace(): number {
    return this.roots.reduce((sum, { trace }) => sum + trace, 0);
  }

  /** How the roots were found, one report a summand. */
  get reports(): readonly RootReport[] {
    return this.roots.map(({ report }) => report);
  }

  /** `P·x`. */
  apply(x: Floats): Floats {
    return this.set.synthesize(framesOf(this.set, x).map((frame, i) => this.roots[i]!.apply(frame)));
  }

  /** `P†·g`. */
  applyInverse(g: Floats): Floats {
    return this.set.synthesize(framesOf(this.set, g, 'gradient').map((frame, i) => this.roots[i]!.applyInverse(frame)));
  }

  /** `‖x‖_P = √(xᵀ·P·x)`. */
  norm(x: Floats): number {
    const squared = framesOf(this.set, x).reduce((sum, frame, i) => sum + innerProduct(frame, this.roots[i]!.apply(frame)), 0);
    return Math.sqrt(Math.max(0, squared));
  }

  /** Its blocks. */
  element(): Element {
    return this.roots.map((root) => root.matrix());
  }
}

/**
 * `Proj_K(M)`, the nearest matrix of the set's symmetric part in the Frobenius norm, block by block: the blocks of
 * `W·M·Wᵀ`, averaged over their copies. For a set that is not well structured, `M` itself, which its solver needs.
 * @param m symmetric, d × d
 * @throws {PreconditionerError} `shape`
 */
export function projectOntoSet(set: PreconditionerSet, m: Matrix): Element {
  const rotated = rotateIntoFrames(set, m);
  let offset = 0;
  return set.summands.map(({ order, multiplicity, structure }) => {
    const diagonal = structure.kind === 'diagonal';
    const block = matrix(order, diagonal ? 1 : order, zeros(diagonal ? order : order * order, precisionOf(m)));
    for (let i = 0; i < order; i++) {
      for (let j = diagonal ? i : 0; j < (diagonal ? i + 1 : order); j++) {
        let sum = 0;
        for (let copy = 0; copy < multiplicity; copy++) {
          sum += rotated.data[(offset + i * multiplicity + copy) * set.dimension + offset + j * multiplicity + copy]!;
        }
        block.data[diagonal ? i : i * order + j] = sum / multiplicity;
      }
    }
    offset += order * multiplicity;
    return structure.kind === 'subspace' ? structure.project(block) : block;
  });
}

/** `W·M·Wᵀ`, frames in order and row-major. */
function rotateIntoFrames(set: PreconditionerSet, m: Matrix): Matrix {
  const rows = (from: Matrix): Matrix => {
    const to = from.data.slice();
    for (let i = 0; i < from.rows; i++) {
      let at = i * from.columns;
      for (const frame of framesOf(set, from.data.slice(i * from.columns, (i + 1) * from.columns), 'row')) {
        to.set(frame.data, at);
        at += frame.data.length;
      }
    }
    return { ...from, data: to };
  };
  // Rows of M become rows of M·Wᵀ; transposed once more, rows of W·(M·Wᵀ)ᵀ.
  return rows(transpose(rows(m)));
}

/** The d × d matrix of an element. */
export function denseElement(set: PreconditionerSet, element: Element): Matrix {
  const d = set.dimension;
  const dense = matrix(d, d, zeros(d * d, precisionOf(element[0]!)));
  for (let i = 0; i < d; i++) {
    const unit = zeros(d, precisionOf(element[0]!));
    unit[i] = 1;
    const images = framesOf(set, unit).map((frame, at) =>
      set.summands[at]!.structure.kind === 'diagonal' ? scaleRows(frame, element[at]!.data) : multiply(element[at]!, frame),
    );
    dense.data.set(set.synthesize(images), i * d);
  }
  return dense;
}

/**
 * `P_H(M) = argmin ⟨M, H⁻¹⟩ + Tr H over H`, which is `Proj_K(M)^{1/2}` for a well-structured set.
 * @param m symmetric positive semidefinite, d × d
 * @param ridge a multiple of the identity known to be in `M`; 0 allows a singular `M` through the pseudo-inverse
 * @throws {PreconditionerError} `shape`, `negative-eigenvalue`, `singular`
 */
export function structuredRoot(set: PreconditionerSet, m: Matrix, options: RootOptions = {}, ridge = 0): Preconditioner {
  const element = projectOntoSet(set, m);
  const roots = set.summands.map((summand, i) =>
    summand.structure.kind === 'diagonal'
      ? elementwiseRoot(element[i]!.data, summand.multiplicity, ridge, options)
      : rootOfSummand(summand, element[i]!, ridge, options),
  );
  return new Preconditioner(set, roots);
}

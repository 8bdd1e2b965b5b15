import type { Floats, Matrix } from '@sardonyx/linalg';
import { expectCount, PreconditionerError } from '../errors.js';
import type { PreconditionerSet, Summand } from '../preconditioner-set.js';

const diagonalSummand = (order: number, multiplicity: number): Summand => ({ order, multiplicity, structure: { kind: 'diagonal' } });
const symmetricSummand = (order: number, multiplicity: number): Summand => ({ order, multiplicity, structure: { kind: 'symmetric' } });

/** A set of one summand whose frame is the vector itself, read as a row-major matrix. */
function inPlace(name: string, summand: Summand): PreconditionerSet {
  const { order, multiplicity } = summand;
  return {
    name,
    dimension: order * multiplicity,
    summands: [summand],
    wellStructured: true,
    analyze: (x) => [{ rows: order, columns: multiplicity, data: x }],
    synthesize: ([frame]) => frame!.data.slice(),
  };
}

/** `{c·I_d}`: AdaGrad-Norm, AdaSGD. `‖x‖_H = ‖x‖₂/√d`. */
export function scalarSet(dimension: number): PreconditionerSet {
  expectCount(dimension, 'scalarSet: dimension');
  return inPlace('scalar', diagonalSummand(1, dimension));
}

/** Diagonal matrices: AdaGrad, Adam without momentum. `‖x‖_H = ‖x‖_∞`. */
export function diagonalSet(dimension: number): PreconditionerSet {
  expectCount(dimension, 'diagonalSet: dimension');
  return inPlace('diagonal', diagonalSummand(dimension, 1));
}

/** All matrices: full-matrix AdaGrad. `‖x‖_H = ‖x‖₂`. */
export function fullSet(dimension: number): PreconditionerSet {
  expectCount(dimension, 'fullSet: dimension');
  return inPlace('full', symmetricSummand(dimension, 1));
}

/** `R^{dL×dL} ⊗ I_{dR}` on a row-major `dL × dR` matrix: one-sided Shampoo from the left. `‖X‖_H = ‖X‖_op/√dR`. */
export function leftSet(rows: number, columns: number): PreconditionerSet {
  expectExtents([rows, columns], 'leftSet');
  return inPlace('left', symmetricSummand(rows, columns));
}

/** `I_{dL} ⊗ R^{dR×dR}`: one-sided Shampoo from the right. `‖X‖_H = ‖X‖_op/√dL`. */
export function rightSet(rows: number, columns: number): PreconditionerSet {
  expectExtents([rows, columns], 'rightSet');
  return { ...modeSet([rows, columns], 1), name: 'right' };
}

/** `diag(R^{dL}) ⊗ I_{dR}`: one scalar a row, as in DASGO. `‖X‖_H = maxᵢ ‖row i‖₂/√dR`. */
export function rowScalarSet(rows: number, columns: number): PreconditionerSet {
  expectExtents([rows, columns], 'rowScalarSet');
  return inPlace('row-scalar', diagonalSummand(rows, columns));
}

/** One-sided on the smaller dimension, the left one where they are equal (ASGO's rule). */
export function autoSideSet(rows: number, columns: number): PreconditionerSet {
  return rows <= columns ? leftSet(rows, columns) : rightSet(rows, columns);
}

/**
 * One-sided on one mode of a tensor with row-major elements: the identity on all other modes.
 * @param shape extents of the tensor
 * @param mode the axis that is preconditioned
 * @throws {PreconditionerError} `argument`
 */
export function modeSet(shape: readonly number[], mode: number): PreconditionerSet {
  expectExtents(shape, 'modeSet');
  const order = shape[mode];
  if (order === undefined) {
    throw new PreconditionerError('argument', `modeSet: expected a mode from 0 to ${shape.length - 1}, got ${mode}`);
  }
  const outer = shape.slice(0, mode).reduce((a, b) => a * b, 1);
  const inner = shape.slice(mode + 1).reduce((a, b) => a * b, 1);
  const multiplicity = outer * inner;
  // Element (o, i, r) of the tensor stands at row i, column o·inner + r of its unfolding.
  const move = (from: Floats, toFrame: boolean): Floats => {
    const to = from.slice();
    for (let o = 0; o < outer; o++) {
      for (let i = 0; i < order; i++) {
        const tensor = (o * order + i) * inner;
        const frame = i * multiplicity + o * inner;
        const [source, target] = toFrame ? [tensor, frame] : [frame, tensor];
        to.set(from.subarray(source, source + inner), target);
      }
    }
    return to;
  };
  return {
    name: `mode ${mode} of ${shape.join('×')}`,
    dimension: order * multiplicity,
    summands: [symmetricSummand(order, multiplicity)],
    wellStructured: true,
    analyze: (x): Matrix[] => [{ rows: order, columns: multiplicity, data: move(x, true) }],
    synthesize: ([frame]) => move(frame!.data, false),
  };
}

function expectExtents(shape: readonly number[], operation: string): void {
  if (shape.length > 0 && shape.every((extent) => Number.isSafeInteger(extent) && extent >= 1)) return;
  throw new PreconditionerError('argument', `${operation}: expected whole extents of at least 1, got ${shape.join(' × ') || 'none'}`);
}

import { add, cast, div, full, mul, reshape, sqrt, square, sum, type Tensor, trace, where } from '@sardonyx/tensor';
import { OptimizerError } from './errors.js';
import type { FloatPrecision } from './root-options.js';
import { alongMode, modeProduct } from './tensor-modes.js';

/**
 * A well-structured set of preconditioners for one parameter (arXiv:2503.10537, definition 3.1 and table 1).
 *
 * - `scalar`: c·I, AdaGrad-Norm. `diagonal`: AdaGrad. `full`: all d × d matrices.
 * - `rows`, `columns`: one number a slice along the first or the last axis.
 * - `left`: A ⊗ I, one matrix on the first axis, one-sided Shampoo. `right`: I ⊗ A, on the last axis. `auto`: the shorter of the two.
 * - `{ mode }`: one matrix on that axis.
 *
 * Vectors and scalars have no sides: `left`, `right`, `auto`, `rows`, `columns` are `diagonal` for them.
 */
export type StructuredSet = 'scalar' | 'diagonal' | 'full' | 'rows' | 'columns' | 'left' | 'right' | 'auto' | { readonly mode: number };

export const setNames = ['scalar', 'diagonal', 'full', 'rows', 'columns', 'left', 'right', 'auto'] as const;

/** A set as it acts on a parameter: its elements averaged over axes, or a matrix along one axis. */
export type Structure =
  | { readonly kind: 'elements'; readonly tied: readonly number[] }
  | { readonly kind: 'matrix'; readonly axis: number; readonly shape: readonly number[]; readonly order: number };

/** @throws {OptimizerError} `option` for an axis that the parameter does not have */
export function structureOf(set: StructuredSet, path: string, parameter: Tensor): Structure {
  const { rank, shape, size } = parameter;
  const axes = shape.map((_, axis) => axis);
  const side = (axis: number): Structure => ({ kind: 'matrix', axis, shape, order: shape[axis]! });
  if (typeof set === 'object') {
    const axis = set.mode < 0 ? set.mode + rank : set.mode;
    if (Number.isInteger(axis) && axis >= 0 && axis < rank) return side(axis);
    throw new OptimizerError(
      'option',
      `structuredAdaGrad: expected a mode from ${-rank} to ${rank - 1} for ${path}, ${String(parameter)}, given ${set.mode}`,
      {
        parameter: path,
      },
    );
  }
  if (set === 'scalar') return { kind: 'elements', tied: axes };
  if (set === 'full') return { kind: 'matrix', axis: 0, shape: [size, 1], order: size };
  if (set === 'diagonal' || rank < 2) return { kind: 'elements', tied: [] };
  if (set === 'rows') return { kind: 'elements', tied: axes.slice(1) };
  if (set === 'columns') return { kind: 'elements', tied: axes.slice(0, -1) };
  if (set === 'auto') return side(shape[0]! <= shape.at(-1)! ? 0 : rank - 1);
  return side(set === 'left' ? 0 : rank - 1);
}

/** M₀ = ε·I. */
export function startingStatistic(structure: Structure, parameter: Tensor, epsilon: number, precision: FloatPrecision): Tensor {
  const dtype = precision === 'f64' ? 'float64' : 'float32';
  if (structure.kind === 'elements') {
    return full(
      parameter.shape.map((n, axis) => (structure.tied.includes(axis) ? 1 : n)),
      epsilon,
      dtype,
    );
  }
  const identity = full([structure.order], epsilon, dtype);
  return epsilon === 0 ? full([structure.order, structure.order], 0, dtype) : identity.diag();
}

/** weight·Proj(g·gᵀ): means of squares (`theory`), or sums of them (`plain`), over what shares a number. */
export function projectedSquare(
  structure: Structure,
  gradient: Tensor,
  precision: FloatPrecision,
  normalize: 'theory' | 'plain',
  weight: number,
): Tensor {
  const g = cast(gradient, precision === 'f64' ? 'float64' : 'float32');
  if (structure.kind === 'elements') {
    const squares = square(g);
    const total = structure.tied.length === 0 ? squares : sum(squares, structure.tied, { keepDims: true });
    return scaled(total, normalize === 'theory' ? (weight * total.size) / g.size : weight);
  }
  const share = normalize === 'theory' ? structure.order / g.size : 1;
  return modeProduct(reshape(g, structure.shape), structure.axis, weight * share);
}

const scaled = (x: Tensor, factor: number): Tensor => (factor === 1 ? x : mul(x, factor));

/** g/√M for numbers M, zero where M is zero. */
export function overRoot(g: Tensor, statistic: Tensor, epsilon: number): Tensor {
  const wide = cast(g, statistic.dtype);
  const quotient = div(wide, sqrt(statistic));
  return cast(epsilon > 0 ? quotient : where(statistic.greater(0), quotient, 0), g.dtype);
}

/** M^{−1/2} applied along the axis of the matrix. */
export function throughRoot(g: Tensor, structure: Structure & { readonly kind: 'matrix' }, root: Tensor): Tensor {
  const wide = reshape(cast(g, root.dtype), structure.shape);
  return cast(reshape(alongMode(wide, structure.axis, root), g.shape), g.dtype);
}

/** The step of the set c·I by a matrix statistic: c = tr(M)/n. */
export const overMeanRoot = (g: Tensor, statistic: Tensor, epsilon: number): Tensor =>
  overRoot(g, div(trace(statistic), statistic.shape[0]!), epsilon);

/** M ← keep·M + s. */
export const accumulated = (statistic: Tensor, keep: number, s: Tensor): Tensor => add(scaled(statistic, keep), s);

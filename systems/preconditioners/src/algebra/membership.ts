import { frobeniusNorm, identity, type Matrix, MatrixSpan, multiply, spanTolerance, transpose } from '@sardonyx/linalg';
import { commonOrder } from './common-order.js';

/** What an audit of a space of matrices found. */
export interface MembershipAudit {
  /** Order of the matrices. */
  readonly order: number;
  /** Dimension of their span. */
  readonly dimension: number;
  readonly containsIdentity: boolean;
  /** `‖I − Proj(I)‖_F/‖I‖_F`. */
  readonly identityResidual: number;
  readonly closedUnderProducts: boolean;
  readonly closedUnderTransposition: boolean;
  /** The pair of given matrices, by index, whose product lies furthest outside the span, relative to the product's norm. */
  readonly worstProduct: { readonly first: number; readonly second: number; readonly residual: number } | undefined;
  /** The matrix whose transpose lies furthest outside. */
  readonly worstTranspose: { readonly index: number; readonly residual: number } | undefined;
  /** Whether the space gives a well-structured set: it holds the identity and all products. */
  readonly wellStructured: boolean;
}

/**
 * Whether the span of matrices is an algebra with the identity, as well-structured sets need (arXiv:2503.10537).
 * @param spanning square matrices of one order
 * @param tolerance relative residual that still counts as inside
 * @throws {PreconditionerError} `empty`, `shape`
 */
export function auditMembership(spanning: readonly Matrix[], tolerance = spanTolerance): MembershipAudit {
  const order = commonOrder(spanning, 'auditMembership');
  const span = new MatrixSpan(order, spanning);
  const outside = (a: Matrix): number => {
    const size = frobeniusNorm(a);
    return size === 0 ? 0 : frobeniusNorm(span.residual(a)) / size;
  };
  const identityResidual = outside(identity(order));
  let worstProduct: { first: number; second: number; residual: number } | undefined;
  let worstTranspose: { index: number; residual: number } | undefined;
  spanning.forEach((a, first) => {
    spanning.forEach((b, second) => {
      // A product at rounding level beside its factors is zero, whatever direction its rounding has.
      const product = multiply(a, b);
      const negligible = frobeniusNorm(product) <= spanTolerance * frobeniusNorm(a) * frobeniusNorm(b);
      const residual = negligible ? 0 : outside(product);
      if (residual > (worstProduct?.residual ?? tolerance)) worstProduct = { first, second, residual };
    });
    const residual = outside(transpose(a));
    if (residual > (worstTranspose?.residual ?? tolerance)) worstTranspose = { index: first, residual };
  });
  const containsIdentity = identityResidual <= tolerance;
  return {
    order,
    dimension: span.basis.length,
    containsIdentity,
    identityResidual,
    closedUnderProducts: worstProduct === undefined,
    closedUnderTransposition: worstTranspose === undefined,
    worstProduct,
    worstTranspose,
    wellStructured: containsIdentity && worstProduct === undefined,
  };
}

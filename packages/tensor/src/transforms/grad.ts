import { isFloat } from '../core/dtype.js';
import { DTypeError, operatorError, TensorError } from '../core/errors.js';
import { Tensor } from '../core/tensor.js';
import { flatten } from '../core/tree.js';
import { onesLike } from '../ops/full.js';
import { mark } from '../ops/structure.js';
import { traced } from './tracing.js';
import { backpropagate, expectScalarLoss } from './vjp.js';

/** What a differentiated function may return: a scalar, or a scalar and anything to pass through. */
export type Loss<Aux> = Tensor | readonly [Tensor, Aux];

/**
 * The value of `f` and its gradient with respect to the first argument, a tree of floating-point tensors.
 * The gradients have the type of that argument. A function that returns `[loss, aux]` gives `[[loss, aux], gradients]`.
 *
 * Throws ShapeError where the loss is no scalar, DTypeError where the loss or a leaf is not floating-point.
 */
export function valueAndGrad<P, R extends readonly unknown[], Aux>(
  f: (params: P, ...rest: R) => readonly [Tensor, Aux],
): (params: P, ...rest: R) => [[Tensor, Aux], P];
export function valueAndGrad<P, R extends readonly unknown[]>(f: (params: P, ...rest: R) => Tensor): (params: P, ...rest: R) => [Tensor, P];
export function valueAndGrad<P, R extends readonly unknown[]>(
  f: (params: P, ...rest: R) => Loss<unknown>,
): (params: P, ...rest: R) => [unknown, P] {
  return (params, ...rest) => {
    const { leaves, structure } = flatten(params);
    if (leaves.length === 0) {
      throw new TensorError('tree', 'valueAndGrad: the first argument holds no tensors to differentiate by');
    }
    leaves.forEach((leaf, i) => {
      if (!isFloat(leaf.dtype)) {
        throw operatorError(
          DTypeError,
          'valueAndGrad',
          `cannot differentiate by ${structure.paths[i] || 'the argument'} of dtype ${leaf.dtype}; pass it in a later argument`,
        );
      }
    });
    const sources = leaves.map(mark);
    const result = traced(() => f(structure.unflatten(sources) as P, ...rest));
    const loss = result instanceof Tensor ? result : result[0];
    expectScalarLoss('valueAndGrad', loss);
    const gradients = backpropagate([loss], [onesLike(loss)], sources);
    return [result, structure.unflatten(gradients) as P];
  };
}

/** The gradient of a scalar function with respect to its first argument; see `valueAndGrad`. */
export function grad<P, R extends readonly unknown[]>(f: (params: P, ...rest: R) => Tensor): (params: P, ...rest: R) => P {
  const both = valueAndGrad(f);
  return (params, ...rest) => both(params, ...rest)[1];
}

/**
 * The value of `f` at `x` and a function from cotangents of the value to cotangents of `x`
 * (vector–Jacobian product). Both are trees of tensors.
 */
export function vjp<X, Y>(f: (x: X) => Y, x: X): [Y, (cotangent: Y) => X] {
  const { leaves, structure } = flatten(x);
  const sources = leaves.map(mark);
  const y = traced(() => f(structure.unflatten(sources) as X));
  const outputs = flatten(y).leaves;
  return [y, (cotangent) => structure.unflatten(backpropagate(outputs, flatten(cotangent).leaves, sources)) as X];
}

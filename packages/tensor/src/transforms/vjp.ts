import { isFloat } from '../core/dtype.js';
import { formatType, operatorError, ShapeError, DTypeError } from '../core/errors.js';
import { dependentNodes } from '../core/graph.js';
import { atSiteOf, type Node, noGradient } from '../core/op.js';
import { sameShape } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import { addAll } from '../ops/arithmetic.js';
import { zerosLike } from '../ops/full.js';

/**
 * Reverse-mode differentiation of a graph: cotangents of `sources` from cotangents of `outputs`.
 * Only nodes on a path from a source to an output are visited and only gradients on such paths are built.
 */
export function backpropagate(outputs: readonly Tensor[], cotangents: readonly Tensor[], sources: readonly Tensor[]): Tensor[] {
  const { nodes, dependent } = dependentNodes(outputs, new Set(sources));
  const terms = new Map<Tensor, Tensor[]>();
  const accumulate = (tensor: Tensor, cotangent: Tensor) => {
    const known = terms.get(tensor);
    if (known) known.push(cotangent);
    else terms.set(tensor, [cotangent]);
  };
  outputs.forEach((output, i) => accumulate(output, cotangents[i]!));

  for (const node of nodes.reverse()) {
    const given = node.outputs.map((output) => sumOfTerms(terms, output));
    if (given.every((cotangent) => cotangent === undefined)) continue;
    const needs = node.inputs.map((input) => dependent.has(input) && isFloat(input.dtype));
    if (!needs.includes(true)) continue;
    applyRule(node, given, needs).forEach((cotangent, i) => {
      if (cotangent && needs[i]) accumulate(node.inputs[i]!, cotangent);
    });
  }
  return sources.map((source) => sumOfTerms(terms, source) ?? zerosLike(source));
}

function sumOfTerms(terms: Map<Tensor, Tensor[]>, tensor: Tensor): Tensor | undefined {
  const list = terms.get(tensor);
  return list && addAll(list);
}

function applyRule(node: Node, cotangents: readonly (Tensor | undefined)[], needs: readonly boolean[]): (Tensor | undefined)[] {
  const { op, inputs, outputs, attributes } = node;
  if (!op.vjp) throw noGradient(op.name);
  const gradients = atSiteOf(node, () => op.vjp!({ inputs, outputs, cotangents, needs, attributes }));
  gradients.forEach((gradient, i) => {
    const input = node.inputs[i]!;
    if (gradient && needs[i] && !(sameShape(gradient.shape, input.shape) && gradient.dtype === input.dtype)) {
      throw new Error(
        `${node.op.name}: its gradient rule gave ${formatType(gradient.dtype, gradient.shape)} for an input ${formatType(input.dtype, input.shape)}`,
      );
    }
  });
  return gradients;
}

/** Throws unless `loss` is a floating-point scalar. */
export function expectScalarLoss(operator: string, loss: Tensor): void {
  if (loss.shape.length !== 0) {
    throw operatorError(
      ShapeError,
      operator,
      `expected a function that returns a scalar, it returned ${formatType(loss.dtype, loss.shape)}; reduce it, for example with mean(x)`,
    );
  }
  if (!isFloat(loss.dtype)) {
    throw operatorError(DTypeError, operator, `expected a floating-point result, it returned ${loss.dtype}`);
  }
}

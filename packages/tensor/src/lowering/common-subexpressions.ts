import { rebuild } from '../core/graph.js';
import { type Node, operationKey, reapply } from '../core/op.js';
import type { Tensor } from '../core/tensor.js';
import { markOp, stopGradientOp } from '../ops/structure.js';

/**
 * One node for all applications of the same operator with the same attributes to the same inputs. Markers that only
 * steer differentiation (`mark`, `stopGradient`) are removed on the way. Nodes nobody needs are never visited.
 */
export function shareCommonSubexpressions(outputs: readonly Tensor[]): Tensor[] {
  const ids = new Map<Tensor, number>();
  const idOf = (tensor: Tensor) => {
    const known = ids.get(tensor);
    if (known !== undefined) return known;
    ids.set(tensor, ids.size);
    return ids.size - 1;
  };
  const known = new Map<string, readonly Tensor[]>();
  return rebuild(outputs, new Map(), (node, inputs) => {
    if (isMarker(node)) return inputs;
    const key = `${inputs.map(idOf).join()} ${operationKey(node)}`;
    const same = known.get(key);
    if (same) return same;
    const unchanged = inputs.every((input, i) => input === node.inputs[i]);
    const kept = unchanged ? node.outputs : reapply(node, inputs);
    known.set(key, kept);
    return kept;
  });
}

const isMarker = (node: Node): boolean => node.op === (stopGradientOp as unknown) || node.op === (markOp as unknown);

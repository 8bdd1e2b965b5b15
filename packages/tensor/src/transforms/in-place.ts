import { topologicalOrder } from '../core/graph.js';
import type { Node } from '../core/op.js';
import type { Tensor } from '../core/tensor.js';

/**
 * For each output of a graph, the input whose buffer it may be written into: where its operator updates that input in
 * place (`Op.inPlace`), the input is donated, and nothing else reads it. Of one node's outputs all are, or none.
 */
export function updatedInputs(
  inputs: readonly Tensor[],
  outputs: readonly Tensor[],
  donated: readonly boolean[],
): readonly (number | undefined)[] {
  const position = new Map(inputs.map((input, i) => [input, i]));
  const uses = new Map<Tensor, number>();
  const nodes = topologicalOrder(outputs);
  for (const tensor of [...nodes.flatMap((node) => node.inputs), ...outputs]) uses.set(tensor, (uses.get(tensor) ?? 0) + 1);
  const returned = new Set(outputs.filter((output, i) => outputs.indexOf(output) === i));

  const updated = new Map<Tensor, number>();
  for (const node of nodes) {
    const pairs = pairsOf(node);
    const isFree = ([output, input]: readonly [Tensor, Tensor]): boolean =>
      returned.has(output) && donated[position.get(input) ?? -1] === true && uses.get(input) === 1;
    if (pairs.every(isFree)) for (const [output, input] of pairs) updated.set(output, position.get(input)!);
  }
  return outputs.map((output, i) => (outputs.indexOf(output) === i ? updated.get(output) : undefined));
}

const pairsOf = ({ op, inputs, outputs }: Node): (readonly [Tensor, Tensor])[] =>
  (op.inPlace ?? []).map(([output, input]) => [outputs[output]!, inputs[input]!]);

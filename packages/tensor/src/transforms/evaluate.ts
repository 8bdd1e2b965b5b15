import { formatType, ValueError } from '../core/errors.js';
import { leavesOf, topologicalOrder } from '../core/graph.js';
import { operationKey } from '../core/op.js';
import { Tensor } from '../core/tensor.js';
import { flatten } from '../core/tree.js';
import { lowerGraph } from '../lowering/lower.js';
import { prepareGraph } from '../lowering/prepare.js';
import { encodeModel } from '../onnx/protobuf.js';
import { currentRuntime, currentStream } from '../runtime/current.js';
import { Program } from '../runtime/program.js';
import type { Value } from '../runtime/value.js';

/** Compiled graphs of recent evaluations; code run outside `jit` tends to build the same small graphs again. */
const cache = new Map<string, Program>();
const cacheSize = 256;

const isUnevaluated = (tensor: Tensor): boolean => tensor.origin.kind === 'output';

/** Asks for the values of tensors that have none yet, in one run. Returns at once. */
export function schedule(tensors: readonly Tensor[]): void {
  if (!tensors.some(isUnevaluated)) return;
  const wanted = [...new Set(tensors.filter(isUnevaluated))];
  const outputs = prepareGraph(wanted);
  const leaves = leavesOf(outputs);
  for (const leaf of leaves) {
    if (leaf.origin.kind === 'parameter') {
      throw new ValueError(
        'traced',
        `${formatType(leaf.dtype, leaf.shape)} is an argument (${leaf.origin.name}) of a function being traced and has no value; return what you need from the function and read it outside`,
      );
    }
  }
  const program = programOf(leaves, outputs);
  const values = currentStream.submit(
    program,
    leaves.map((leaf) => (leaf.origin as { value: Value }).value),
  );
  wanted.forEach((tensor, i) => {
    tensor.origin = { kind: 'value', value: values[i]! };
  });
}

/**
 * Waits until every tensor of a tree has its value, and returns the tree.
 * Throws ValueError where one was given up, RuntimeError where the run that should have made it failed.
 */
export async function evaluate<T>(tree: T): Promise<T> {
  const leaves = tree instanceof Tensor ? [tree] : flatten(tree).leaves;
  schedule(leaves);
  for (const leaf of leaves) {
    const { value } = leaf.origin as { value: Value };
    value.expectUsable();
    if (!value.isReady) await value.ready();
  }
  return tree;
}

function programOf(leaves: readonly Tensor[], outputs: readonly Tensor[]): Program {
  const key = graphKey(leaves, outputs);
  const known = cache.get(key);
  cache.delete(key);
  const program =
    known ??
    new Program(
      currentRuntime(),
      currentRuntime().compile(encodeModel(lowerGraph(leaves, outputs, currentRuntime().target)), leaves, outputs),
      outputs.map(({ dtype, shape }) => ({ dtype, shape })),
    );
  cache.set(key, program);
  if (cache.size > cacheSize) {
    const [oldest, evicted] = cache.entries().next().value!;
    cache.delete(oldest);
    evicted.dispose();
  }
  return program;
}

/** Equal keys mean the same computation: types of the leaves, operators, attributes and wiring. */
function graphKey(leaves: readonly Tensor[], outputs: readonly Tensor[]): string {
  const ids = new Map<Tensor, number>();
  const parts: string[] = [];
  for (const leaf of leaves) {
    ids.set(leaf, ids.size);
    parts.push(formatType(leaf.dtype, leaf.shape));
  }
  for (const node of topologicalOrder(outputs)) {
    for (const output of node.outputs) ids.set(output, ids.size);
    const inputs = node.inputs.map((input) => ids.get(input)).join();
    parts.push(`(${inputs})${operationKey(node)}`);
  }
  parts.push(outputs.map((output) => ids.get(output)).join());
  return parts.join(';');
}

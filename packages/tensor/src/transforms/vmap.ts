import { operatorError, ShapeError, TensorError } from '../core/errors.js';
import { rebuild } from '../core/graph.js';
import { Tensor } from '../core/tensor.js';
import { flatten } from '../core/tree.js';
import { broadcastTo } from '../ops/broadcast.js';
import { moveAxis } from '../ops/structure.js';
import { traced } from './tracing.js';

export interface VmapOptions {
  /** For each argument the axis that is mapped over, `null` for arguments every example shares; axis 0 by default. */
  readonly in?: readonly (number | null)[];
  /** The axis the examples take in the results; 0 by default. */
  readonly out?: number;
}

/**
 * `f` over a batch: written for one example, it is applied to every slice of the mapped arguments at once, and the
 * results are stacked. The graph of one example is rewritten operator by operator with their batching rules.
 *
 * Throws ShapeError where mapped arguments disagree in batch size or none is mapped.
 */
export function vmap<A extends readonly unknown[], R>(f: (...args: A) => R, options: VmapOptions = {}): (...args: A) => R {
  return (...args) => {
    const flat = flatten(args);
    const axes = axisOfLeaves(args, options);
    const batchedLeaves = flat.leaves.map((leaf, i) => (axes[i] === null ? leaf : moveAxis(leaf, axes[i]!, 0)));
    const size = batchSize(batchedLeaves, axes);
    const examples = batchedLeaves.map((leaf, i) =>
      axes[i] === null
        ? leaf
        : new Tensor(leaf.dtype, leaf.shape.slice(1), {
            kind: 'parameter',
            name: flat.structure.paths[i]!,
          }),
    );
    const result = flatten(traced(() => f(...(flat.structure.unflatten(examples) as A))));
    const replaced = new Map(examples.flatMap((example, i) => (axes[i] === null ? [] : [[example, batchedLeaves[i]!] as const])));
    const outputs = batchGraph(result.leaves, replaced, size);
    return result.structure.unflatten(outputs.map((output) => moveAxis(output, 0, options.out ?? 0))) as R;
  };
}

/** The graph of one example over a batch: every output carries the batch as axis 0. */
export function batchGraph(outputs: readonly Tensor[], examples: ReadonlyMap<Tensor, Tensor>, size: number): Tensor[] {
  const batched = new Set(examples.values());
  const rebuilt = rebuild(outputs, examples, (node, inputs) => {
    const flags = inputs.map((input, i) => input !== node.inputs[i] && batched.has(input));
    if (!flags.includes(true)) return node.outputs;
    const results = node.op.batch(inputs, flags, node.attributes);
    for (const result of results) batched.add(result);
    return results;
  });
  return rebuilt.map((output, i) => (output !== outputs[i] && batched.has(output) ? output : broadcastTo(output, [size, ...output.shape])));
}

/** The mapped axis of every leaf of the arguments. */
function axisOfLeaves(args: readonly unknown[], options: VmapOptions): (number | null)[] {
  if (options.in && options.in.length !== args.length) {
    throw new TensorError(
      'arity',
      `vmap: \`in\` has ${options.in.length} entries for ${args.length} arguments; give one axis (or null) for each`,
    );
  }
  return args.flatMap((arg, i) => {
    const axis = options.in ? options.in[i]! : 0;
    return flatten(arg).leaves.map(() => axis);
  });
}

function batchSize(leaves: readonly Tensor[], axes: readonly (number | null)[]): number {
  const sizes = leaves.flatMap((leaf, i) => (axes[i] === null ? [] : [leaf.shape[0]!]));
  if (sizes.length === 0) {
    throw operatorError(ShapeError, 'vmap', 'no argument is mapped; give at least one axis');
  }
  if (sizes.some((size) => size !== sizes[0])) {
    throw operatorError(ShapeError, 'vmap', `mapped arguments disagree in batch size: ${[...new Set(sizes)].join(' and ')}`);
  }
  return sizes[0]!;
}

import { dependentNodes, producerOf, rebuild } from '../core/graph.js';
import { apply, applyOne, defineOp, type Op, reapply } from '../core/op.js';
import { Tensor } from '../core/tensor.js';
import { flatten } from '../core/tree.js';
import { mark } from '../ops/structure.js';
import { batchGraph } from './vmap.js';
import { backpropagate } from './vjp.js';
import { traced } from './tracing.js';

/** A function of tensors as a graph: `outputs` in terms of the stand-ins `parameters`. */
interface Subgraph {
  readonly parameters: readonly Tensor[];
  readonly outputs: readonly Tensor[];
}

export const checkpointOp: Op<Subgraph> = defineOp<Subgraph>({
  name: 'checkpoint',
  infer: (_, { outputs }) => outputs.map(({ dtype, shape }) => ({ dtype, shape })),
  lower: () => {
    throw new Error('checkpoint: must be inlined before lowering');
  },
  vjp({ inputs, cotangents, needs, attributes }) {
    const used = cotangents.flatMap((cotangent, i) => (cotangent ? [i] : []));
    const given = used.map((i) => cotangents[i]!);
    // Recomputation waits for a cotangent: it can neither start early nor be merged with the forward pass.
    const sources = inputs.map((input) => mark(waitFor(input, given[0]!)));
    const outputs = instantiate(attributes, sources);
    const wanted = sources.filter((_, i) => needs[i]);
    const gradients = backpropagate(
      used.map((i) => outputs[i]!),
      given,
      wanted,
    );
    let next = 0;
    return needs.map((need) => (need ? gradients[next++] : undefined));
  },
  batch(inputs, batched, { parameters, outputs }) {
    const size = inputs[batched.indexOf(true)]!.shape[0]!;
    const stands = parameters.map((parameter, i) =>
      batched[i] ? new Tensor(parameter.dtype, [size, ...parameter.shape], parameter.origin) : parameter,
    );
    const examples = new Map(parameters.flatMap((parameter, i) => (batched[i] ? [[parameter, stands[i]!] as const] : [])));
    return apply(checkpointOp, inputs, {
      parameters: stands,
      outputs: batchGraph(outputs, examples, size),
    });
  },
});

/** The subgraph's outputs for actual inputs. */
const instantiate = ({ parameters, outputs }: Subgraph, inputs: readonly Tensor[]): Tensor[] =>
  rebuild(outputs, new Map(parameters.map((parameter, i) => [parameter, inputs[i]!])), (node, now) =>
    now.every((input, i) => input === node.inputs[i]) ? node.outputs : reapply(node, now),
  );

/**
 * `f` with its intermediate values forgotten after the forward pass and computed again when gradients need them:
 * less memory, one more forward pass. Values and gradients are the same up to rounding.
 */
export function checkpoint<A extends readonly unknown[], R>(f: (...args: A) => R): (...args: A) => R {
  return (...args) => {
    const { leaves, structure } = flatten(args);
    const parameters = leaves.map((leaf, i) => new Tensor(leaf.dtype, leaf.shape, { kind: 'parameter', name: structure.paths[i]! }));
    const result = flatten(traced(() => f(...(structure.unflatten(parameters) as A))));
    const captured = capturedTensors(result.leaves, parameters);
    const stands = captured.map((tensor) => new Tensor(tensor.dtype, tensor.shape, { kind: 'parameter', name: 'captured' }));
    const closed = rebuild(result.leaves, new Map(captured.map((tensor, i) => [tensor, stands[i]!])), (node, now) =>
      now.every((input, i) => input === node.inputs[i]) ? node.outputs : reapply(node, now),
    );
    return result.structure.unflatten(
      apply(checkpointOp, [...leaves, ...captured], {
        parameters: [...parameters, ...stands],
        outputs: closed,
      }),
    ) as R;
  };
}

/** Tensors from outside that the graph uses: gradients must flow into them as into arguments. */
function capturedTensors(outputs: readonly Tensor[], parameters: readonly Tensor[]): Tensor[] {
  const own = new Set(parameters);
  const { nodes, dependent } = dependentNodes(outputs, own);
  const used = [...nodes.flatMap((node) => node.inputs), ...outputs];
  return [...new Set(used.filter((tensor) => !dependent.has(tensor) && !isConstant(tensor)))];
}

const isConstant = (tensor: Tensor): boolean => producerOf(tensor)?.inputs.length === 0;

/** Every checkpointed part replaced by what it stands for. The first pass before lowering. */
export function inlineCheckpoints(outputs: readonly Tensor[]): Tensor[] {
  return rebuild(outputs, new Map(), (node, inputs) => {
    if (node.op === (checkpointOp as unknown)) {
      return inlineCheckpoints(instantiate(node.attributes as Subgraph, inputs));
    }
    return inputs.every((input, i) => input === node.inputs[i]) ? node.outputs : reapply(node, inputs);
  });
}

const waitForOp: Op = defineOp({
  name: 'waitFor',
  infer: ([x]) => [{ dtype: x!.dtype, shape: x!.shape }],
  /** A reshape to x's own shape, plus a zero that is only known once `token` is. Costs nothing, hides nothing. */
  lower(builder, [x, token], { inputs }) {
    const { shape } = inputs[0]!;
    const flat = builder.emit('Reshape', [token!, builder.ints([-1])]);
    const first = builder.emit('Slice', [flat, builder.ints([0]), builder.ints([1])]);
    const never = builder.emit('Less', [builder.emit('Abs', [first]), builder.constant(inputs[1]!.dtype, [1], [-1])]);
    const zero = builder.emit('Cast', [never], { to: 7 });
    return [
      builder.emit('Reshape', [x!, builder.emit('Add', [builder.ints(shape), zero])], {
        allowzero: 1,
      }),
    ];
  },
  vjp: ({ cotangents: [g] }) => [g, undefined],
  batch: ([x, token]) => [applyOne(waitForOp, [x!, token!], {})],
});

/** `x`, available only once `token` is. Both keep their values. */
const waitFor = (x: Tensor, token: Tensor): Tensor => (token.size === 0 ? x : applyOne(waitForOp, [x, token], {}));

import type { GraphBuilder } from '../lowering/builder.js';
import { operatorError, UnsupportedError } from './errors.js';
import { Tensor, type TensorType } from './tensor.js';

/** Plain data that fixes an operator's behaviour: axes, flags, scalars. Part of the key for common subexpressions. */
export type Attributes = object;

/** What a gradient rule sees. Everything is a tensor, so that rules can be differentiated again. */
export interface VjpContext<A extends Attributes> {
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  /** One per output; `undefined` where nothing downstream used that output. */
  readonly cotangents: readonly (Tensor | undefined)[];
  /** Whether the gradient of each input is asked for: return `undefined` for the others. */
  readonly needs: readonly boolean[];
  readonly attributes: A;
}

/**
 * An operator, in one place: shape rule, ONNX lowering, gradient, batching.
 * Everything else in the engine (tracing, `grad`, `vmap`, `jit`, printing, tests) works from this definition.
 */
export interface Op<A extends Attributes = Attributes> {
  readonly name: string;
  /**
   * Pairs of an output and the input that its kernel updates in place where both are given in one buffer. With any of
   * the pairs in two buffers, all must be.
   */
  readonly inPlace?: readonly (readonly [output: number, input: number])[];
  /** Output types from input types; throws ShapeError or DTypeError with `operatorError`. */
  infer(inputs: readonly TensorType[], attributes: A): TensorType[];
  /** Emits ONNX nodes and returns the names of the outputs. */
  lower(builder: GraphBuilder, inputs: readonly string[], node: Node<A>): string[];
  /** Vector–Jacobian product: cotangents of the inputs. Absent where the outputs are not differentiable. */
  vjp?(context: VjpContext<A>): (Tensor | undefined)[];
  /**
   * The operator over a batch: inputs flagged in `batched` carry the batch as their axis 0, the others do not;
   * all outputs returned carry it.
   */
  batch(inputs: readonly Tensor[], batched: readonly boolean[], attributes: A): Tensor[];
}

/** One application of an operator in a traced graph. */
export interface Node<A extends Attributes = Attributes> {
  readonly op: Op<A>;
  readonly inputs: readonly Tensor[];
  readonly attributes: A;
  readonly outputs: readonly Tensor[];
  /** Where it was written, kept only while call sites are recorded (see `recordCallSites`). */
  readonly site?: CallSite | undefined;
}

/** Where an application of an operator comes from. */
export interface CallSite {
  readonly stack: string | undefined;
  /** The operator whose gradient rule made the application; `stack` is then that of the operator itself. */
  readonly gradientOf?: string;
}

const identities = new WeakMap<object, number>();
let operators = 0;

/**
 * Text that is the same for two nodes exactly where they compute the same of the same inputs: which operator (two may
 * share a name) and its attributes.
 */
export function operationKey({ op, attributes }: Node): string {
  const identity = identities.get(op) ?? operators++;
  identities.set(op, identity);
  return `${op.name}#${identity}${JSON.stringify(attributes, exactNumber)}`;
}

/** JSON alone writes NaN and ±∞ as null and −0 as 0. */
const exactNumber = (_: string, value: unknown): unknown =>
  typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0)) ? `number ${Object.is(value, -0) ? '-0' : value}` : value;

export function defineOp<A extends Attributes>(op: Op<A>): Op<A> {
  return op;
}

let recording = false;
/** The site of everything applied meanwhile. */
let commonSite: CallSite | undefined;

/** Runs `body` while every new node remembers its site, so that numerical trouble can name a source line. */
export function recordCallSites<T>(enabled: boolean, body: () => T): T {
  const before = recording;
  recording = enabled || before;
  try {
    return body();
  } finally {
    recording = before;
  }
}

/** Runs the gradient rule of `node`: what it applies belongs to the line where `node` was written. */
export function atSiteOf<T>(node: Node, rule: () => T): T {
  if (!recording) return rule();
  const before = commonSite;
  commonSite = { stack: node.site?.stack, gradientOf: node.op.name };
  try {
    return rule();
  } finally {
    commonSite = before;
  }
}

/** Deep enough to leave the engine's own frames: a gradient of a gradient has dozens. */
const recordedFrames = 64;

function currentSite(): CallSite {
  if (commonSite) return commonSite;
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = recordedFrames;
  const { stack } = new Error();
  Error.stackTraceLimit = limit;
  return { stack };
}

/** Adds one application of `op` to the graph. */
export function apply<A extends Attributes>(op: Op<A>, inputs: readonly Tensor[], attributes: A): Tensor[] {
  const types = op.infer(inputs, attributes);
  const outputs: Tensor[] = [];
  const node: Node<A> = {
    op,
    inputs,
    attributes,
    outputs,
    ...(recording ? { site: currentSite() } : {}),
  };
  types.forEach((type, index) =>
    outputs.push(new Tensor(type.dtype, type.shape, { kind: 'output', node: node as unknown as Node, index })),
  );
  return outputs;
}

/** The same operator on other inputs, remembering where it was first written. */
export function reapply(node: Node, inputs: readonly Tensor[]): readonly Tensor[] {
  const outputs = apply(node.op, inputs, node.attributes);
  if (node.site !== undefined && outputs[0]?.origin.kind === 'output') {
    (outputs[0].origin.node as { site?: CallSite | undefined }).site = node.site;
  }
  return outputs;
}

/** `apply` for an operator with a single output. */
export function applyOne<A extends Attributes>(op: Op<A>, inputs: readonly Tensor[], attributes: A): Tensor {
  return apply(op, inputs, attributes)[0]!;
}

export function noGradient(operator: string): Error {
  return operatorError(UnsupportedError, operator, 'has no gradient; wrap its input in stopGradient(...) if none should flow');
}

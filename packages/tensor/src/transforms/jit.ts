import { formatType, TensorError } from '../core/errors.js';
import { leavesOf } from '../core/graph.js';
import { recordCallSites } from '../core/op.js';
import { sameShape } from '../core/shape.js';
import { Tensor, type TensorType } from '../core/tensor.js';
import { flatten, type TreeStructure } from '../core/tree.js';
import { lowerGraph } from '../lowering/lower.js';
import { prepareGraph } from '../lowering/prepare.js';
import { encodeModel } from '../onnx/protobuf.js';
import { currentRuntime, currentStream } from '../runtime/current.js';
import type { CompileOptions } from '../runtime/runtime.js';
import { Program } from '../runtime/program.js';
import type { Check } from '../runtime/stream.js';
import type { Value } from '../runtime/value.js';
import { numericsCheck } from './check-numerics.js';
import { schedule } from './evaluate.js';
import { updatedInputs } from './in-place.js';
import { isTracing, traced } from './tracing.js';

export interface JitOptions extends CompileOptions {
  /** Shown in error messages; the function's own name by default. */
  readonly name?: string;
  /**
   * Arguments whose buffers the outputs may reuse: positions, or property names of any object argument. A donated
   * tensor has no value after the call.
   */
  readonly donate?: readonly (number | string)[];
  /**
   * Look at the outputs of every call and, where one holds NaN or infinity, run again to find where it began: reading
   * the outputs then throws NumericalError with the operator, its inputs and the source line. Slow; for debugging.
   */
  readonly checkNumerics?: boolean;
}

/** A function compiled once per structure, shapes and dtypes of its arguments. */
export interface Jitted {
  /** Number of compiled variants. */
  readonly variants: number;
  /** Releases all compiled variants and the buffers they hold, once runs in progress end. A later call compiles anew. */
  dispose(): void;
}

interface Variant {
  readonly structure: TreeStructure;
  /** Types of the argument leaves. */
  readonly types: readonly TensorType[];
  readonly program: Program;
  /** For each input of the program: the argument leaf it takes, or a tensor captured by the function. */
  readonly inputs: readonly (number | Tensor)[];
  readonly donated: readonly boolean[];
  /** Donated argument leaves that are results as they are. */
  readonly handedOver: readonly number[];
  /** For each leaf of the result its place among the program's outputs and, after them, the leaves handed over. */
  readonly places: readonly number[];
  readonly result: TreeStructure;
  readonly check: Check | undefined;
}

/**
 * Compiles `f`, a function from trees of tensors to a tree of tensors, into a single run of ONNX Runtime.
 * The call returns at once; the tensors returned get their values when the run ends (`await x.data()`).
 * Anything in the arguments that is not a tensor is a constant of the compiled variant. Inside a function being traced
 * or differentiated the call is traced like any other code.
 */
export function jit<A extends readonly unknown[], R>(f: (...args: A) => R, options: JitOptions = {}): ((...args: A) => R) & Jitted {
  const variants = new Map<string, Variant>();
  const name = options.name ?? (f.name || 'a compiled function');

  let latest: Variant | undefined;

  const call = (...args: A): R => {
    const same = latest && leavesForVariant(latest, args);
    if (same) return runVariant(latest!, same, name) as R;
    const { leaves, structure } = flatten(args);
    if (isTracing() || leaves.some((leaf) => isTraced(leaf))) return f(...args);
    const key = `${structure.key}|${leaves.map((leaf) => formatType(leaf.dtype, leaf.shape)).join()}`;
    let variant = variants.get(key);
    if (!variant) {
      variant = compileVariant(f, args, leaves, structure, name, options);
      variants.set(key, variant);
    }
    latest = variant;
    return runVariant(variant, leaves, name) as R;
  };
  return Object.defineProperties(call, {
    variants: { get: () => variants.size },
    dispose: {
      value: () => {
        for (const { program } of variants.values()) program.dispose();
        variants.clear();
        latest = undefined;
      },
    },
  }) as ((...args: A) => R) & Jitted;
}

/** The argument leaves where a variant was compiled for just such arguments: most calls are like the one before. */
function leavesForVariant(variant: Variant, args: readonly unknown[]): Tensor[] | undefined {
  const leaves = variant.structure.leavesOf(args);
  const fits = leaves?.every((leaf, i) => {
    const type = variant.types[i]!;
    return leaf.origin.kind === 'value' && leaf.dtype === type.dtype && sameShape(leaf.shape, type.shape);
  });
  return fits ? leaves : undefined;
}

/** Whether a tensor depends on an argument of a function being traced. */
function isTraced(tensor: Tensor): boolean {
  if (tensor.origin.kind === 'parameter') return true;
  if (tensor.origin.kind === 'value') return false;
  return leavesOf([tensor]).some((leaf) => leaf.origin.kind === 'parameter');
}

function compileVariant<A extends readonly unknown[], R>(
  f: (...args: A) => R,
  args: A,
  leaves: readonly Tensor[],
  structure: TreeStructure,
  name: string,
  options: JitOptions,
): Variant {
  const parameters = leaves.map((leaf, i) => new Tensor(leaf.dtype, leaf.shape, { kind: 'parameter', name: structure.paths[i]! }));
  const checked = options.checkNumerics ?? false;
  const result = recordCallSites(checked, () => flatten(traced(() => f(...(structure.unflatten(parameters) as A)))));
  if (result.leaves.length === 0) {
    throw new TensorError('tree', `jit: ${name} returned no tensors`);
  }
  const results = recordCallSites(checked, () => prepareGraph(result.leaves));
  const position = new Map(parameters.map((parameter, i) => [parameter, i]));
  const isDonated = donationRule(args, structure, options.donate ?? []);
  const { outputs, handedOver, places } = handOvers(results, (leaf) => {
    const index = position.get(leaf);
    return index !== undefined && isDonated(index) ? index : undefined;
  });
  const inputs = leavesOf(outputs);
  const executable = currentRuntime().compile(encodeModel(lowerGraph(inputs, outputs, currentRuntime().target)), inputs, outputs, options);
  const donated = inputs.map((input) => {
    const index = position.get(input);
    return index !== undefined && isDonated(index) && !handedOver.includes(index);
  });
  // A check runs the graph again on the same inputs, which must then still be what they were.
  const updated = checked ? [] : updatedInputs(inputs, outputs, donated);
  return {
    structure,
    types: leaves.map(({ dtype, shape }) => ({ dtype, shape })),
    program: new Program(currentRuntime(), executable, outputs, updated),
    inputs: inputs.map((input) => position.get(input) ?? input),
    donated,
    handedOver,
    places,
    result: result.structure,
    check: checked ? numericsCheck(currentRuntime(), inputs, outputs, leafName) : undefined,
  };
}

/**
 * Results that are donated arguments as they are need no computation: frozen parameters, say, in a state that is updated. The
 * first such place of each takes its buffer; where nothing else is left, they are copied like any result.
 */
function handOvers(
  results: readonly Tensor[],
  donatedArgument: (result: Tensor) => number | undefined,
): { outputs: readonly Tensor[]; handedOver: readonly number[]; places: readonly number[] } {
  const taken = results.map((leaf, i) => (results.indexOf(leaf) === i ? donatedArgument(leaf) : undefined));
  const outputs = results.filter((_, i) => taken[i] === undefined);
  if (outputs.length === 0) return { outputs: results, handedOver: [], places: results.map((_, i) => i) };
  const [computed, handedOver] = [[...outputs.keys()].values(), taken.filter((index) => index !== undefined)];
  const places = taken.map((index) => (index === undefined ? computed.next().value! : outputs.length + handedOver.indexOf(index)));
  return { outputs, handedOver, places };
}

const leafName = ({ origin }: Tensor): string =>
  origin.kind === 'parameter' ? `argument ${origin.name}` : 'a tensor captured by the function';

/** Whether argument leaf i is donated, from its path `[position].property…`. */
function donationRule(args: readonly unknown[], structure: TreeStructure, donate: readonly (number | string)[]): (leaf: number) => boolean {
  const prefixes = donate.flatMap((entry) => {
    const candidates = typeof entry === 'number' ? [`[${entry}]`] : args.map((_, i) => `[${i}].${entry}`);
    const used = candidates.filter((prefix) => structure.paths.some((path) => isUnder(path, prefix)));
    if (used.length === 0) {
      throw new TensorError(
        'donate',
        `jit: donate names ${JSON.stringify(entry)}, but no argument has tensors there; given ${structure.paths.slice(0, 5).join(', ')}…`,
      );
    }
    return used;
  });
  return (leaf) => prefixes.some((prefix) => isUnder(structure.paths[leaf]!, prefix));
}

const isUnder = (path: string, prefix: string): boolean =>
  path === prefix || path.startsWith(`${prefix}.`) || path.startsWith(`${prefix}[`);

function runVariant(variant: Variant, leaves: readonly Tensor[], name: string): unknown {
  const given = variant.inputs.map((input) => (typeof input === 'number' ? leaves[input]! : input));
  const { program, donated, places, result, check } = variant;
  const handedOver = valuesOf(variant.handedOver.map((leaf) => leaves[leaf]!));
  const values = currentStream.submit(program, valuesOf(given), { donated, handedOver, name, check });
  return result.unflatten(places.map((place) => tensorOf(values[place]!)));
}

/** Values of concrete tensors; those not computed yet are scheduled first. */
function valuesOf(tensors: readonly Tensor[]): Value[] {
  if (tensors.some((tensor) => tensor.origin.kind === 'output')) schedule(tensors);
  return tensors.map((tensor) => (tensor.origin as { value: Value }).value);
}

const tensorOf = (value: Value): Tensor => new Tensor(value.dtype, value.shape, { kind: 'value', value });

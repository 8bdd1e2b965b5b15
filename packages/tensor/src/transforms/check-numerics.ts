import { isFloat, type TypedArray } from '../core/dtype.js';
import { callerLine, formatType, NumericalError } from '../core/errors.js';
import { decodeFloat16 } from '../core/float16.js';
import { topologicalOrder } from '../core/graph.js';
import type { Node } from '../core/op.js';
import type { Tensor } from '../core/tensor.js';
import { lowerGraph } from '../lowering/lower.js';
import { encodeModel } from '../onnx/protobuf.js';
import type { Executable, Runtime } from '../runtime/runtime.js';
import type { Storage } from '../runtime/storage.js';
import type { Check } from '../runtime/stream.js';

/** What the elements of one tensor are like. */
interface Findings {
  readonly nanCount: number;
  readonly infinityCount: number;
  /** Of the elements that are numbers; `NaN` where none is. */
  readonly smallest: number;
  readonly largest: number;
}

const isClean = ({ nanCount, infinityCount }: Findings): boolean => nanCount + infinityCount === 0;

/**
 * The check of a run of the graph from `leaves` to `outputs`: where an output holds NaN or infinity, the run is made
 * again with all intermediate results as outputs, and NumericalError names the operator where it began.
 * `nameOf` names a leaf for messages.
 */
export function numericsCheck(
  runtime: Runtime,
  leaves: readonly Tensor[],
  outputs: readonly Tensor[],
  nameOf: (leaf: Tensor) => string,
): Check {
  let compiling: Promise<Executable> | undefined;
  return async (inputStorages, outputStorages) => {
    const made = await Promise.all(outputStorages.map(inspect));
    if (made.every(isClean)) return;
    const results = topologicalOrder(outputs)
      .flatMap((node) => node.outputs)
      .filter(({ dtype }) => isFloat(dtype));
    compiling ??= runtime.compile(encodeModel(lowerGraph(leaves, results, runtime.target)), leaves, results);
    const findings = await findAll(runtime, await compiling, inputStorages, leaves, results);
    outputs.forEach((output, i) => findings.set(output, made[i]!));
    throw explain(findings, leaves, outputs, nameOf);
  };
}

async function findAll(
  runtime: Runtime,
  executable: Executable,
  inputs: readonly Storage[],
  leaves: readonly Tensor[],
  results: readonly Tensor[],
): Promise<Map<Tensor, Findings>> {
  const storages = results.map((result) => runtime.allocate(result));
  try {
    await executable.run(inputs, storages);
    const found = await Promise.all([...inputs, ...storages].map(inspect));
    return new Map([...leaves, ...results].map((tensor, i) => [tensor, found[i]!]));
  } finally {
    for (const storage of storages) storage.release();
  }
}

async function inspect(storage: Storage): Promise<Findings> {
  const { dtype } = storage;
  if (!isFloat(dtype)) return { nanCount: 0, infinityCount: 0, smallest: Number.NaN, largest: Number.NaN };
  const array: TypedArray = storage.isOnHost ? storage.array : await storage.read();
  let [nanCount, infinityCount, smallest, largest] = [0, 0, Infinity, -Infinity];
  for (let i = 0; i < array.length; i++) {
    const x = dtype === 'float16' ? decodeFloat16(array[i] as number) : (array[i] as number);
    if (Number.isFinite(x)) {
      if (x < smallest) smallest = x;
      if (x > largest) largest = x;
    } else if (Number.isNaN(x)) nanCount++;
    else infinityCount++;
  }
  return smallest <= largest
    ? { nanCount, infinityCount, smallest, largest }
    : { nanCount, infinityCount, smallest: Number.NaN, largest: Number.NaN };
}

/**
 * Who is to blame, among the nodes that a non-finite output depends on through non-finite values (what `where` masked
 * out is not): the first, in program order, that made NaN or infinity of finite inputs; else the first that made NaN of
 * infinities that were given; else what gave them.
 */
function explain(
  findings: ReadonlyMap<Tensor, Findings>,
  leaves: readonly Tensor[],
  outputs: readonly Tensor[],
  nameOf: (leaf: Tensor) => string,
): NumericalError {
  const isBad = (tensor: Tensor) => !isClean(findings.get(tensor) ?? inert);
  const holdsNaN = (tensor: Tensor) => (findings.get(tensor)?.nanCount ?? 0) > 0;
  const suspects = topologicalOrder(outputs.filter(isBad), (node) => node.outputs.some(isBad));
  const culprit =
    suspects.find(({ inputs }) => inputs.length > 0 && !inputs.some(isBad)) ??
    suspects.find((node) => node.outputs.some(holdsNaN) && !node.inputs.some(holdsNaN));
  if (culprit) return operatorError(culprit, findings);
  const source = leaves.find(isBad) ?? outputs.find(isBad)!;
  const found = findings.get(source)!;
  return new NumericalError(
    `${nameOf(source)}: expected finite numbers, given ${count(found, source)}; look where it comes from`,
    undefined,
    '',
    found.nanCount,
    found.infinityCount,
  );
}

const inert: Findings = { nanCount: 0, infinityCount: 0, smallest: Number.NaN, largest: Number.NaN };

function operatorError({ op, inputs, outputs, site }: Node, findings: ReadonlyMap<Tensor, Findings>): NumericalError {
  const output = outputs.find((tensor) => !isClean(findings.get(tensor) ?? inert))!;
  const found = findings.get(output)!;
  const line = callerLine(site?.stack);
  const given = inputs.map((input) => describe(input, findings.get(input) ?? inert)).join(', ');
  return new NumericalError(
    `${op.name}${site?.gradientOf ? ` in the gradient of ${site.gradientOf}` : ''}: expected finite numbers, made ${count(found, output)} of ${given || 'nothing'}; keep its inputs where it is finite${line ? `\n    at ${line}` : ''}`,
    op.name,
    line,
    found.nanCount,
    found.infinityCount,
  );
}

/** `2 NaN and 1 infinite of 8 elements of float32[8]`. */
function count({ nanCount, infinityCount }: Findings, tensor: Tensor): string {
  const kinds = [nanCount > 0 ? `${nanCount} NaN` : '', infinityCount > 0 ? `${infinityCount} infinite` : ''];
  return `${kinds.filter(Boolean).join(' and ')} of the ${tensor.size} elements of ${formatType(tensor.dtype, tensor.shape)}`;
}

/** `float32[8] from −1 to 3`. */
function describe({ dtype, shape }: Tensor, { smallest, largest }: Findings): string {
  const type = formatType(dtype, shape);
  return Number.isNaN(smallest) ? type : `${type} from ${smallest} to ${largest}`;
}

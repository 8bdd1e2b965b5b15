import { dtypeOfOnnx } from '../../core/dtype.js';
import { broadcastShapes, resolveAxis, type Shape } from '../../core/shape.js';
import type { Tensor } from '../../core/tensor.js';
import { elementTypeOfCode } from '../../onnx/element-types.js';
import { broadcastTo } from '../../ops/broadcast.js';
import { cast } from '../../ops/cast.js';
import { arange } from '../../ops/sequence.js';
import { full } from '../../ops/full.js';
import { reshape, transpose } from '../../ops/structure.js';
import { tile } from '../../ops/rearrange.js';
import { eye } from '../../ops/diagonal.js';
import { asTensor, type NodeCall } from '../node-call.js';
import { Constant, constantOf, type OnnxValue } from '../constant.js';
import { broadcastConstant, coordinates, foldElementwise, isWorthFolding, rearrange } from '../folding.js';
import type { OnnxOperator, OperatorTable } from '../operator.js';
import type { DType } from '../../core/dtype.js';

/** An operator that only gives its first input another shape: tensors and constants alike. */
const reshaping = (shapeOf: (shape: Shape, call: NodeCall) => Shape, known: readonly number[] = []): OnnxOperator => ({
  trace: (call) => reshape(call.tensor(0), shapeOf(call.value(0).shape, call)),
  fold: (call, [x]) => x!.reshaped(shapeOf(x!.shape, call)),
  known,
});

/** 0 takes the input's size (unless `allowzero`), one −1 what is left. */
function reshapedTo(shape: Shape, call: NodeCall): Shape {
  const keepsZero = call.integer('allowzero', 0) === 1;
  const target = call.requiredNumbers(1).map((n, axis) => (n === 0 && !keepsZero ? (shape[axis] ?? 0) : n));
  const known = target.filter((n) => n !== -1).reduce((product, n) => product * n, 1);
  const size = shape.reduce((product, n) => product * n, 1);
  return target.map((n) => (n === -1 ? (known === 0 ? 0 : size / known) : n));
}

function flattened(shape: Shape, call: NodeCall): Shape {
  const given = call.integer('axis', 1);
  const axis = given < 0 ? given + shape.length : given;
  const product = (sizes: Shape) => sizes.reduce((size, n) => size * n, 1);
  return [product(shape.slice(0, axis)), product(shape.slice(axis))];
}

function squeezed(shape: Shape, call: NodeCall): Shape {
  const given = call.integersOf('axes', 1);
  const axes = given?.map((axis) => resolveAxis('Squeeze', axis, shape.length));
  const wrong = axes?.find((axis) => shape[axis] !== 1);
  if (wrong !== undefined) throw call.error(`axis ${wrong} has size ${shape[wrong]}, expected 1`);
  return shape.filter((n, axis) => (axes ? !axes.includes(axis) : n !== 1));
}

function unsqueezed(shape: Shape, call: NodeCall): Shape {
  const given = call.integersOf('axes', 1) ?? [];
  const axes = given.map((axis) => resolveAxis('Unsqueeze', axis, shape.length + given.length));
  const rest = [...shape];
  return Array.from({ length: shape.length + axes.length }, (_, axis) => (axes.includes(axis) ? 1 : rest.shift()!));
}

function permutationOf(shape: Shape, call: NodeCall): number[] {
  return call.integers('perm') ?? shape.map((_, i) => shape.length - 1 - i);
}

const expandedShape = (call: NodeCall): number[] => broadcastShapes('Expand', call.value(0).shape, call.requiredNumbers(1));

/** Elements without an initializer of their own: zeros, or the attribute's value. */
function constantOfShape(call: NodeCall): OnnxValue {
  const shape = call.requiredNumbers(0);
  const stored = call.stored('value');
  const fill = stored ? constantOf(stored) : Constant.of('float32', [1], [0]);
  if (isWorthFolding(shape) && fill.isNumeric) return broadcastConstant(fill.reshaped([]), shape);
  return fill.isNumeric ? full(shape, fill.numbers()[0]!, fill.dtype) : broadcastTo(fill.reshaped([]).tensor(), shape);
}

function constantNode(call: NodeCall): Constant {
  const stored = call.stored('value');
  if (stored) return constantOf(stored, 'the constant');
  const integers = call.integers('value_ints');
  if (integers) return Constant.integers(integers);
  const floats = call.floats('value_floats');
  if (floats) return Constant.of('float32', [floats.length], floats);
  const float = call.float('value_float', NaN);
  if (!Number.isNaN(float)) return Constant.of('float32', [], [float]);
  return Constant.of('int64', [], [call.integer('value_int', 0)]);
}

const constantKinds = ['value', 'value_ints', 'value_floats', 'value_float', 'value_int'];

const castTarget = (call: NodeCall): DType => dtypeOfOnnx(elementTypeOfCode(call.integer('to', 0))!)!;

/** Numbers to numbers or truth values; halves are left to the compiled program. */
function castConstant(call: NodeCall, x: Constant, dtype: DType): Constant | undefined {
  if (dtype === 'float16') return undefined;
  if (dtype === x.dtype) return x;
  const towards: (n: number) => number = dtype.includes('int') ? Math.trunc : (n) => n;
  return foldElementwise(towards, dtype)(call, [x]) as Constant | undefined;
}

function rangeOf(call: NodeCall): OnnxValue {
  const [start, stop, step] = [0, 1, 2].map((i) => call.requiredNumber(i));
  const { dtype } = call.constant(0);
  const size = Math.max(0, Math.ceil((stop! - start!) / step!));
  if (!isWorthFolding([size])) return arange(start!, stop!, step!, { dtype });
  return Constant.of(
    dtype,
    [size],
    Array.from({ length: size }, (_, i) => start! + i * step!),
  );
}

function sliceOfShape(call: NodeCall): Constant {
  const { shape } = call.value(0);
  return Constant.integers(shape.slice(call.integer('start', 0), call.integer('end', shape.length)));
}

function identityMatrix(call: NodeCall): Tensor {
  const { shape, dtype } = call.value(0);
  const wanted = call.integer('dtype', 0) === 0 ? dtype : dtypeOfOnnx(elementTypeOfCode(call.integer('dtype', 1))!)!;
  return eye(shape[0]!, { columns: shape[1]!, offset: call.integer('k', 0), dtype: wanted });
}

/** Positions of the elements that are not 0, a row an axis: their number depends on the elements. */
function nonZero(call: NodeCall): Constant {
  const x = call.constant(0);
  const found = coordinates(x.shape).filter((_, i) => Number(x.elements[i]) !== 0);
  const rows = x.shape.map((_, axis) => found.map((at) => at[axis]!));
  return Constant.of('int64', [x.shape.length, found.length], rows.flat());
}

const isConstant = (value: OnnxValue): value is Constant => value instanceof Constant;

export const shapeOperators: OperatorTable = {
  Constant: {
    trace: constantNode,
    refuses: ({ attributes = {} }) =>
      constantKinds.some((name) => name in attributes)
        ? undefined
        : `constants given as ${Object.keys(attributes).join(', ') || 'nothing'} are not translated`,
  },
  ConstantOfShape: { trace: constantOfShape, known: [0] },
  Shape: { trace: sliceOfShape, typesOnly: true },
  Size: { trace: (call) => Constant.of('int64', [], [call.value(0).shape.reduce((a, b) => a * b, 1)]), typesOnly: true },
  Range: { trace: rangeOf, known: [0, 1, 2] },
  NonZero: { trace: nonZero, known: [0] },
  EyeLike: { trace: identityMatrix, typesOnly: true },
  Reshape: reshaping(reshapedTo, [1]),
  Flatten: reshaping(flattened),
  Squeeze: reshaping(squeezed, [1]),
  Unsqueeze: reshaping(unsqueezed, [1]),
  Identity: { trace: (call) => call.value(0) },
  Cast: {
    trace: (call) => cast(call.tensor(0), castTarget(call)),
    fold: (call, [x]) => castConstant(call, x!, castTarget(call)),
    refuses({ attributes }) {
      const to = attributes?.['to'];
      const type = to?.kind === 'int' ? elementTypeOfCode(Number(to.value)) : undefined;
      return type && dtypeOfOnnx(type) ? undefined : `conversion to ${type ?? 'an unknown element type'} is not translated`;
    },
  },
  CastLike: {
    trace(call) {
      const [x, { dtype }] = [call.value(0), call.value(1)];
      return (isConstant(x) && x.isNumeric ? castConstant(call, x, dtype) : undefined) ?? cast(asTensor(x), dtype);
    },
  },
  Transpose: {
    trace: (call) => transpose(call.tensor(0), permutationOf(call.value(0).shape, call)),
    fold(call, [x]) {
      const permutation = permutationOf(x!.shape, call);
      return rearrange(
        x!,
        permutation.map((axis) => x!.shape[axis]!),
        (at) => x!.shape.map((_, axis) => at[permutation.indexOf(axis)]!),
      );
    },
  },
  Expand: {
    trace: (call) => broadcastTo(call.tensor(0), expandedShape(call)),
    fold: (call, [x]) => (isWorthFolding(expandedShape(call)) ? broadcastConstant(x!, expandedShape(call)) : undefined),
    known: [1],
  },
  Tile: {
    trace: (call) => tile(call.tensor(0), call.requiredNumbers(1)),
    fold(call, [x]) {
      const shape = x!.shape.map((n, axis) => n * call.requiredNumbers(1)[axis]!);
      return isWorthFolding(shape) ? rearrange(x!, shape, (at) => at.map((n, axis) => n % x!.shape[axis]!)) : undefined;
    },
    known: [1],
  },
};

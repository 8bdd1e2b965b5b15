import type { DType } from '../core/dtype.js';
import { applyOne, defineOp, type Op } from '../core/op.js';
import { broadcastShapes } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import { sumTo } from './broadcast.js';
import { allowedDType, commonDType, numeric } from './checks.js';
import { asTensorLike } from './full.js';
import { reshape } from './structure.js';

/* How element-by-element operators are made: their shape rule, gradient frame and batching are all the same. */

/**
 * Batched inputs of a broadcasting operator with their example axes aligned: an example of lower rank gets size-1 axes
 * between the batch axis and its own, so that plain broadcasting does the right thing.
 */
export function alignBatched(inputs: readonly Tensor[], batched: readonly boolean[]): Tensor[] {
  const rank = Math.max(...inputs.map((x, i) => x.rank - (batched[i] ? 1 : 0)));
  return inputs.map((x, i) => {
    if (!batched[i] || x.rank === rank + 1) return x;
    const [batch, ...example] = x.shape;
    const ones = new Array<number>(rank - example.length).fill(1);
    return reshape(x, [batch!, ...ones, ...example]);
  });
}

interface BinaryDefinition {
  readonly name: string;
  /** ONNX operator of the same meaning, or a lowering of its own. */
  readonly onnx: string | Op['lower'];
  readonly dtypes?: readonly DType[];
  /** Dtype of the result where it is not the inputs'. */
  readonly result?: DType;
  /** Gradients before they are summed down to each input's shape; absent where not differentiable. */
  readonly gradient?: (g: Tensor, a: Tensor, b: Tensor, y: Tensor) => [() => Tensor, () => Tensor];
}

export type BinaryFunction = (a: Tensor | number, b: Tensor | number) => Tensor;

/** A broadcasting operator on two tensors, or a tensor and a number. */
export function defineBinary(definition: BinaryDefinition): BinaryFunction {
  const { name, onnx, gradient } = definition;
  const op: Op = defineOp({
    name,
    infer(inputs) {
      const dtype = commonDType(name, inputs, definition.dtypes ?? numeric);
      const shape = broadcastShapes(name, ...inputs.map((x) => x.shape));
      return [{ dtype: definition.result ?? dtype, shape }];
    },
    lower: typeof onnx === 'string' ? (builder, inputs) => [builder.emit(onnx, inputs)] : onnx,
    ...(gradient && {
      vjp({ inputs: [a, b], outputs: [y], cotangents: [g], needs }) {
        const [ofA, ofB] = gradient(g!, a!, b!, y!);
        return [needs[0] ? sumTo(ofA(), a!.shape) : undefined, needs[1] ? sumTo(ofB(), b!.shape) : undefined];
      },
    }),
    batch: (inputs, batched) => [applyOne(op, alignBatched(inputs, batched), {})],
  });
  return (a, b) => {
    const like = (typeof a === 'number' ? b : a) as Tensor;
    return applyOne(op, [asTensorLike(a, like), asTensorLike(b, like)], {});
  };
}

interface UnaryDefinition {
  readonly name: string;
  /** ONNX operator of the same meaning, or a lowering of its own. */
  readonly onnx: string | Op['lower'];
  readonly dtypes?: readonly DType[];
  readonly result?: DType;
  /** Gradient from the cotangent, the input and the output; absent where not differentiable, zero for step functions. */
  readonly gradient?: 'zero' | ((g: Tensor, x: Tensor, y: Tensor) => Tensor);
}

export type UnaryFunction = (x: Tensor) => Tensor;

/** An operator on each element of one tensor. */
export function defineUnary(definition: UnaryDefinition): UnaryFunction {
  const { name, onnx, gradient } = definition;
  const op: Op = defineOp({
    name,
    infer([x]) {
      allowedDType(name, x!.dtype, definition.dtypes ?? numeric);
      return [{ dtype: definition.result ?? x!.dtype, shape: x!.shape }];
    },
    lower: typeof onnx === 'string' ? (builder, inputs) => [builder.emit(onnx, inputs)] : onnx,
    ...(gradient && {
      vjp: ({ inputs: [x], outputs: [y], cotangents: [g] }) => [gradient === 'zero' ? undefined : gradient(g!, x!, y!)],
    }),
    batch: ([x]) => [applyOne(op, [x!], {})],
  });
  return (x) => applyOne(op, [x], {});
}

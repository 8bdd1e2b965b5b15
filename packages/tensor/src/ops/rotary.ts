import { operatorError, ShapeError } from '../core/errors.js';
import { applyOne, defineOp, type Op } from '../core/op.js';
import { formatShape, sameShape, sizeOf } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import { neg } from './arithmetic.js';
import { commonDType, floats } from './checks.js';

/** How the pairs that are rotated lie in the last axis: neighbours (2m, 2m+1), or (m, m + width/2). */
export type RotaryLayout = 'interleaved' | 'half-split';

interface RotaryAttributes {
  readonly layout: RotaryLayout;
}

const rotaryOp: Op<RotaryAttributes> = defineOp<RotaryAttributes>({
  name: 'rotary',
  infer([x, cos, sin]) {
    const dtype = commonDType('rotary', [x!, cos!, sin!], floats);
    const [length, width] = x!.shape.slice(-2) as [number, number];
    const table = [length, width / 2];
    if (x!.shape.length < 2 || width % 2 !== 0) {
      throw operatorError(ShapeError, 'rotary', `expected x [..., positions, width] with an even width, given ${formatShape(x!.shape)}`);
    }
    if (!sameShape(cos!.shape, table) || !sameShape(sin!.shape, table)) {
      throw operatorError(
        ShapeError,
        'rotary',
        `expected cos and sin of shape ${formatShape(table)} for x ${formatShape(x!.shape)}, given ${formatShape(cos!.shape)} and ${formatShape(sin!.shape)}`,
      );
    }
    return [{ dtype, shape: x!.shape }];
  },
  lower(builder, [x, cos, sin], { inputs, attributes }) {
    const { dtype, shape } = inputs[0]!;
    const [length, width] = shape.slice(-2) as [number, number];
    const flat = builder.emit('Reshape', [x!, builder.ints([1, sizeOf(shape.slice(0, -2)), length, width])]);
    const interleaved = attributes.layout === 'interleaved';
    const rotated =
      dtype === 'float32'
        ? builder.emit(
            'RotaryEmbedding',
            [flat, builder.emit('Unsqueeze', [cos!, builder.ints([0])]), builder.emit('Unsqueeze', [sin!, builder.ints([0])])],
            { interleaved: Number(interleaved) },
          )
        : rotateByParts(builder, flat, cos!, sin!, interleaved, width);
    return [builder.emit('Reshape', [rotated, builder.ints(shape)], { allowzero: 1 })];
  },
  /** A rotation's adjoint is the rotation back. */
  vjp: ({ inputs: [, cos, sin], cotangents: [g], needs, attributes }) => {
    if (needs[1] || needs[2]) {
      throw operatorError(ShapeError, 'rotary', 'angles are not differentiated; wrap them in stopGradient(...)');
    }
    return [applyOne(rotaryOp, [g!, cos!, neg(sin!)], attributes), undefined, undefined];
  },
  batch([x, cos, sin], batched, attributes) {
    if (batched[1] || batched[2]) {
      throw operatorError(ShapeError, 'rotary', 'angles cannot differ between the examples of a vmap');
    }
    return [applyOne(rotaryOp, [x!, cos!, sin!], attributes)];
  },
});

type Builder = Parameters<Op['lower']>[0];

/** (a, b) → (a·cos − b·sin, a·sin + b·cos) for dtypes without the fused kernel; x is [1, n, positions, width]. */
function rotateByParts(builder: Builder, x: string, cos: string, sin: string, interleaved: boolean, width: number): string {
  const part = (start: number) =>
    builder.emit('Slice', [
      x,
      builder.ints([interleaved ? start : (start * width) / 2]),
      builder.ints([interleaved ? width : ((start + 1) * width) / 2]),
      builder.ints([3]),
      builder.ints([interleaved ? 2 : 1]),
    ]);
  const [a, b] = [part(0), part(1)];
  const times = (p: string, q: string) => builder.emit('Mul', [p, q]);
  const first = builder.emit('Sub', [times(a, cos), times(b, sin)]);
  const second = builder.emit('Add', [times(a, sin), times(b, cos)]);
  if (!interleaved) return builder.emit('Concat', [first, second], { axis: 3 });
  const pair = [first, second].map((y) => builder.emit('Unsqueeze', [y, builder.ints([4])]));
  const joined = builder.emit('Concat', pair, { axis: 4 });
  return builder.emit('Reshape', [joined, builder.ints([1, 0, 0, width])]);
}

/**
 * Rotary position embedding: pair m of the last axis, (a, b), turned by the angle whose cosine and sine are
 * cos[position, m] and sin[position, m]. x [..., positions, width]; cos and sin [positions, width/2], without gradient.
 * Su et al. 2021 (arXiv:2104.09864), equation 34.
 */
export function rotary(x: Tensor, cos: Tensor, sin: Tensor, options: { readonly layout?: RotaryLayout } = {}): Tensor {
  return applyOne(rotaryOp, [x, cos, sin], { layout: options.layout ?? 'interleaved' });
}

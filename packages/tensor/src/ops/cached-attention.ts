import { DTypeError, operatorError, ShapeError } from '../core/errors.js';
import { apply, defineOp, type Op } from '../core/op.js';
import { formatShape, sameShape } from '../core/shape.js';
import type { Tensor, TensorType } from '../core/tensor.js';
import { float } from '../lowering/builder.js';
import { broadcastTo } from './broadcast.js';
import type { RotaryLayout } from './rotary.js';
import { expandDims, reshape } from './structure.js';

interface CachedAttentionAttributes {
  readonly heads: number;
  readonly keyValueHeads: number;
  readonly scale: number;
  /** Of tables that follow the other inputs; absent where there are none. */
  readonly layout?: RotaryLayout;
}

/** Inputs: query, key, value, cached keys, cached values, position; then cosines and sines of rotary positions. */
const cachedAttentionOp: Op<CachedAttentionAttributes> = defineOp<CachedAttentionAttributes>({
  name: 'cachedAttention',
  inPlace: [
    [1, 3],
    [2, 4],
  ],
  infer(inputs, attributes) {
    checkTypes(inputs);
    checkShapes(inputs, attributes);
    const [query, , , keys, values] = inputs;
    return [query!, keys!, values!].map(({ dtype, shape }) => ({ dtype, shape }));
  },
  /**
   * ONNX Runtime's GroupQueryAttention: it writes past the keys there are and reads up to them, and where its cache is given
   * and asked for in one buffer, it copies nothing.
   */
  lower(builder, [query, key, value, keys, values, position, cos = '', sin = ''], { inputs, attributes }) {
    const length = inputs[0]!.shape[1]!;
    const { heads, keyValueHeads, scale, layout } = attributes;
    const last = builder.once(`last position ${position} ${length}`, () =>
      builder.emit('Add', [position!, builder.scalar('int32', length - 1)]),
    );
    const total = builder.once(`positions ${position} ${length}`, () =>
      builder.emit('Add', [builder.emit('ReduceMax', [position!], { keepdims: 0 }), builder.scalar('int32', length)]),
    );
    return builder.emitMany(
      'GroupQueryAttention',
      [query!, key!, value!, keys!, values!, last, total, ...(layout ? [cos, sin] : [])],
      3,
      {
        num_heads: heads,
        kv_num_heads: keyValueHeads,
        scale: float(scale),
        ...(layout && { do_rotary: 1, rotary_interleaved: Number(layout === 'interleaved') }),
      },
      'com.microsoft',
    );
  },
  /** Examples become rows of one larger batch. */
  batch(inputs, batched, attributes) {
    const size = inputs[batched.indexOf(true)]!.shape[0]!;
    const [rows, tables] = [inputs.slice(0, 6), inputs.slice(6)];
    if (batched.slice(6).some(Boolean)) {
      throw operatorError(ShapeError, 'cachedAttention', 'angles cannot differ between the examples of a vmap');
    }
    const merged = rows.map((x, i) => {
      const all = batched[i] ? x : broadcastTo(expandDims(x, 0), [size, ...x.shape]);
      return reshape(all, [size * all.shape[1]!, ...all.shape.slice(2)]);
    });
    return apply(cachedAttentionOp, [...merged, ...tables], attributes).map((x) =>
      reshape(x, [size, x.shape[0]! / size, ...x.shape.slice(1)]),
    );
  },
});

function checkTypes(inputs: readonly TensorType[]): void {
  inputs.forEach(({ dtype }, i) => {
    const expected = i === 5 ? 'int32' : 'float32';
    if (dtype === expected) return;
    const what = ['query', 'key', 'value', 'cached keys', 'cached values', 'position', 'cos', 'sin'][i];
    throw operatorError(DTypeError, 'cachedAttention', `expected ${what} of dtype ${expected}, given ${dtype}`);
  });
}

function checkShapes(inputs: readonly TensorType[], { heads, keyValueHeads, layout }: CachedAttentionAttributes): void {
  const [query, key, value, keys, values, position, ...tables] = inputs.map(({ shape }) => shape);
  const refuse = (expected: string): never => {
    const given = inputs.map(({ shape }) => formatShape(shape)).join(', ');
    throw operatorError(ShapeError, 'cachedAttention', `expected ${expected}; given ${given} and ${heads} heads over ${keyValueHeads}`);
  };
  const [batch, length, inner] = query!;
  if (query!.length !== 3 || keys!.length !== 4) {
    refuse('query [batch, length, heads·width] and cached keys [batch, keyValueHeads, capacity, width]');
  }
  const width = inner! / heads;
  const capacity = keys![2]!;
  if (!Number.isInteger(width) || !Number.isInteger(heads / keyValueHeads)) refuse('heads that divide the query, in whole groups');
  if (width % 8 !== 0) refuse('heads whose width is a multiple of 8');
  if (!sameShape(key!, [batch!, length!, keyValueHeads * width]) || !sameShape(value!, key!)) {
    refuse('key and value [batch, length, keyValueHeads·width]');
  }
  if (!sameShape(keys!, [batch!, keyValueHeads, capacity, width]) || !sameShape(values!, keys!)) {
    refuse('cached keys and values [batch, keyValueHeads, capacity, width]');
  }
  if (!sameShape(position!, [batch!])) refuse('position [batch]');
  if (length! > capacity) refuse('no more new positions than the capacity');
  if (length! > 1 && batch! > 1) refuse('a batch of 1 where several positions come at once');
  const isTable = (shape: readonly number[]): boolean => shape.length === 2 && shape[0]! >= capacity && shape[1] === width / 2;
  if (layout && !(width % 16 === 0 && tables.every(isTable))) {
    refuse('cos and sin [at least capacity, width/2] and heads whose width is a multiple of 16');
  }
}

/** Keys and values of earlier positions, each [batch, keyValueHeads, capacity, width], in front of room for more. */
export interface CachedKeysAndValues {
  readonly key: Tensor;
  readonly value: Tensor;
}

export interface CachedAttentionOptions {
  readonly heads: number;
  /** Heads of keys and values, each shared by heads / keyValueHeads consecutive ones of queries; `heads` by default. */
  readonly keyValueHeads?: number;
  /** Factor on the scores; 1/√width by default. */
  readonly scale?: number;
  /** Cosines and sines [at least capacity, width/2] by which queries and keys are turned first; see `rotary`. */
  readonly rotary?: { readonly cos: Tensor; readonly sin: Tensor; readonly layout?: RotaryLayout };
}

/**
 * Causal attention of new positions to themselves and to those of a cache, for decoding: query [batch, length, heads·width],
 * key and value [batch, length, keyValueHeads·width], float32, with `position` int32 [batch] positions in the cache.
 * Returns the result [batch, length, heads·width] and the cache with the new keys and values after the old ones.
 * Under `jit`, a donated cache that nothing else reads is updated in place: the cost is that of the positions there are,
 * whatever the capacity.
 *
 * Several positions at once need a batch of 1; positions may differ between rows where they come one by one. Running past
 * the capacity fails the run (RuntimeError). Throws ShapeError for other shapes and for heads whose width is no multiple of 8
 * (16 with rotary positions), DTypeError for other dtypes. It has no gradient.
 */
export function cachedAttention(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  cache: CachedKeysAndValues,
  position: Tensor,
  options: CachedAttentionOptions,
): { readonly output: Tensor; readonly cache: CachedKeysAndValues } {
  const { heads, keyValueHeads = heads, scale, rotary } = options;
  const inputs = [query, key, value, cache.key, cache.value, position, ...(rotary ? [rotary.cos, rotary.sin] : [])];
  const [output, keys, values] = apply(cachedAttentionOp, inputs, {
    heads,
    keyValueHeads,
    scale: scale ?? 1 / Math.sqrt((query.shape.at(-1) ?? 1) / heads),
    ...(rotary && { layout: rotary.layout ?? 'interleaved' }),
  });
  return { output: output!, cache: { key: keys!, value: values! } };
}

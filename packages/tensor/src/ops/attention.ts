import { DTypeError, operatorError, ShapeError } from '../core/errors.js';
import { apply, defineOp, type Op } from '../core/op.js';
import { broadcastShapes, formatShape } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import { add, mul, sub } from './arithmetic.js';
import { sum, sumTo } from './broadcast.js';
import { commonDType, floats } from './checks.js';
import { alignBatched } from './elementwise.js';
import { concat } from './join.js';
import { emitMatmul, matmul } from './matmul.js';
import { sliceAxis } from './slice.js';

interface AttentionAttributes {
  readonly scale: number;
  readonly causal: boolean;
  /** Whether a fourth input says which keys each query may see. */
  readonly masked: boolean;
}

/** Outputs softmax(scale·q·kᵀ + mask)·v and the attention probabilities, which the gradient uses. */
const attentionOp: Op<AttentionAttributes> = defineOp<AttentionAttributes>({
  name: 'attention',
  infer(inputs, { causal, masked }) {
    const [q, k, v, mask] = inputs;
    const dtype = commonDType('attention', [q!, k!, v!], floats);
    const given = `query ${formatShape(q!.shape)}, key ${formatShape(k!.shape)}, value ${formatShape(v!.shape)}`;
    if (inputs.some((x) => x.shape.length < 2)) {
      throw operatorError(ShapeError, 'attention', `expected tensors of rank 2 or more, given ${given}`);
    }
    const [queries, width] = q!.shape.slice(-2) as [number, number];
    const [keys, keyWidth] = k!.shape.slice(-2) as [number, number];
    const [values, valueWidth] = v!.shape.slice(-2) as [number, number];
    if (width !== keyWidth || keys !== values) {
      throw operatorError(
        ShapeError,
        'attention',
        `expected query [..., queries, width], key [..., keys, width] and value [..., keys, valueWidth], given ${given}`,
      );
    }
    if (causal && keys < queries) {
      throw operatorError(ShapeError, 'attention', `causal attention needs at least as many keys as queries, given ${given}`);
    }
    const batch = broadcastShapes('attention', ...[q!, k!, v!].map((x) => x.shape.slice(0, -2)));
    if (masked) {
      if (mask!.dtype !== 'bool') {
        throw operatorError(DTypeError, 'attention', `expected a mask of dtype bool, given ${mask!.dtype}`);
      }
      broadcastShapes('attention', mask!.shape, [...batch, queries, keys]);
    }
    return [
      { dtype, shape: [...batch, queries, valueWidth] },
      { dtype, shape: [...batch, queries, keys] },
    ];
  },
  lower(builder, [q, k, v, mask], { inputs, outputs, attributes: { scale, causal, masked } }) {
    const { dtype } = inputs[0]!;
    const [queries, keys] = outputs[1]!.shape.slice(-2) as [number, number];
    let scores = emitMatmul(builder, dtype, q!, k!, { transposeA: false, transposeB: true, scale });
    if (causal) {
      scores = builder.emit('Add', [scores, builder.constant(dtype, [queries, keys], causalBias(queries, keys))]);
    }
    if (masked) {
      scores = builder.emit('Where', [mask!, scores, builder.scalar(dtype, hidden)]);
    }
    const probabilities = builder.emit('Softmax', [scores], { axis: -1 });
    return [builder.emit('MatMul', [probabilities, v!]), probabilities];
  },
  /** With P the probabilities and dP = g·vᵀ: dS = P∘(dP − rowsum(dP∘P)), where rowsum(dP∘P) = rowsum(g∘out). */
  vjp({ inputs: [q, k, v], outputs: [out, p], cotangents: [g, ofP], needs, attributes: { scale } }) {
    const dP = sumPresent(g && matmul(g, v!, { transposeB: true }), ofP);
    const rowDot =
      g && !ofP && out!.shape.at(-1)! <= p!.shape.at(-1)!
        ? sum(mul(g, out!), -1, { keepDims: true })
        : sum(mul(dP, p!), -1, { keepDims: true });
    const dS = mul(p!, sub(dP, rowDot));
    return [
      needs[0] ? sumTo(matmul(dS, k!, { scale }), q!.shape) : undefined,
      needs[1] ? sumTo(matmul(dS, q!, { scale, transposeA: true }), k!.shape) : undefined,
      needs[2] && g ? sumTo(matmul(p!, g, { transposeA: true }), v!.shape) : undefined,
      undefined,
    ];
  },
  batch: (inputs, batched, attributes) => apply(attentionOp, alignBatched(inputs, batched), attributes),
});

function sumPresent(a: Tensor | undefined, b: Tensor | undefined): Tensor {
  return a && b ? add(a, b) : (a ?? b)!;
}

/** A score so low that its probability is exactly zero, yet finite: a row with nothing visible stays defined. */
const hidden = -1e30;

/** 0 where a query may see a key (the last query sees all keys), `hidden` elsewhere. */
function causalBias(queries: number, keys: number): number[] {
  const bias: number[] = [];
  for (let i = 0; i < queries; i++) {
    for (let j = 0; j < keys; j++) bias.push(j <= i + keys - queries ? 0 : hidden);
  }
  return bias;
}

export interface AttentionOptions {
  /** Position i sees positions up to i; with more keys than queries the last query sees them all. */
  readonly causal?: boolean;
  /** bool, broadcastable to [..., queries, keys]: true where a query may see a key. */
  readonly mask?: Tensor;
  /** Factor on the scores; 1/√width by default. */
  readonly scale?: number;
}

/**
 * Scaled dot-product attention softmax(q·kᵀ/√width)·v over the last two axes, batched over the others.
 * Shapes: query [..., queries, width], key [..., keys, width], value [..., keys, valueWidth]; result
 * [..., queries, valueWidth]. Vaswani et al. 2017 (arXiv:1706.03762), equation 1.
 */
export function attention(q: Tensor, k: Tensor, v: Tensor, options: AttentionOptions = {}): Tensor {
  const { mask, causal = false, scale = 1 / Math.sqrt(q.shape.at(-1) ?? 1) } = options;
  const attributes = { scale, causal, masked: mask !== undefined };
  const attend = (...inputs: readonly Tensor[]): Tensor => apply(attentionOp, inputs, attributes)[0]!;
  if (mask) return attend(q, k, v, mask);
  const blocks = causal && q.rank > 1 && k.rank > 1 && v.rank > 1 ? causalBlocks(q.shape.at(-2)!, k.shape.at(-2)!) : 1;
  if (blocks === 1 || v.shape.at(-2) !== k.shape.at(-2)) return attend(q, k, v);
  const parts = Array.from({ length: blocks }, (_, i) => {
    const [start, end] = [i, i + 1].map((edge) => Math.round((edge * q.shape.at(-2)!) / blocks)) as [number, number];
    const seen = (x: Tensor): Tensor => (i === blocks - 1 ? x : sliceAxis(x, -2, 0, end));
    return attend(sliceAxis(q, -2, start, end), seen(k), seen(v));
  });
  return concat(parts, -2);
}

/** Rows of queries that are worth a pass of their own, and parts at most: more save little and compile longer. */
const blockRows = 64;
const mostBlocks = 8;

/**
 * Parts that causal attention is done in, each over the keys that its last query sees: of b parts, (b + 1)/2b of all scores
 * are computed, and the others, which are hidden, are not.
 */
const causalBlocks = (queries: number, keys: number): number =>
  queries === keys ? Math.min(mostBlocks, Math.max(1, Math.floor(queries / blockRows))) : 1;

import { int, integer, integers, ints, numberOf, type Replacement, type Rewriter, scalar } from './rewriter.js';

/**
 * GroupQueryAttention in operators of the standard: new keys and values are laid over the columns of the cache whose numbers are
 * their positions, and every query reads the columns up to its own. It copies the cache, where ONNX Runtime writes into it.
 */
export const portableCachedAttention: Replacement = (node, rewriter) => {
  const [query, key, value, keys, values, last, , cos, sin] = node.inputs as string[];
  const [output, allKeys, allValues] = node.outputs as [string, string, string];
  const [heads, shared] = [numberOf(node, 'num_heads', 1), numberOf(node, 'kv_num_heads', 1)];
  const { emit } = rewriter;
  const positions = newPositions(query!, last!, rewriter);
  const columns = emit('Range', [integer(rewriter, 0), size(keys!, 2, rewriter), integer(rewriter, 1)]);
  const turned = (x: string, count: number): string => {
    const attributes = { num_heads: int(count), interleaved: int(numberOf(node, 'rotary_interleaved', 0)) };
    return cos ? emit('RotaryEmbedding', [x, cos, sin!, positions], attributes) : x;
  };

  const isNew = emit('Equal', [
    emit('Unsqueeze', [columns, integers(rewriter, 0, 2)]),
    emit('Unsqueeze', [positions, integers(rewriter, 1)]),
  ]);
  layOver(keys!, byHead(turned(key!, shared), shared, rewriter), isNew, allKeys, rewriter);
  layOver(values!, byHead(value!, shared, rewriter), isNew, allValues, rewriter);

  // [batch, shared, heads / shared, length, width]: the heads that read the same keys beside each other.
  const grouped = emit('Reshape', [turned(query!, heads), integers(rewriter, 0, 0, shared, heads / shared, -1)]);
  const queries = emit('Transpose', [grouped], { perm: ints([0, 2, 3, 1, 4]) });
  const transposedKeys = emit('Unsqueeze', [emit('Transpose', [allKeys], { perm: ints([0, 1, 3, 2]) }), integers(rewriter, 2)]);
  const scores = emit('Mul', [emit('MatMul', [queries, transposedKeys]), scalar(rewriter, numberOf(node, 'scale', 1))]);
  const isBefore = emit('LessOrEqual', [columns, emit('Unsqueeze', [positions, integers(rewriter, 2)])]);
  const seen = emit('Unsqueeze', [isBefore, integers(rewriter, 1, 2)]);
  const weights = emit('Softmax', [emit('Where', [seen, scores, scalar(rewriter, -Infinity)])], { axis: int(-1) });
  const mixed = emit('MatMul', [weights, emit('Unsqueeze', [allValues, integers(rewriter, 2)])]);
  emit('Reshape', [emit('Transpose', [mixed], { perm: ints([0, 3, 1, 2, 4]) }), integers(rewriter, 0, 0, -1)], {}, output);
};

/** The size of one axis, as one number. */
function size(x: string, axis: number, { emit }: Rewriter): string {
  return emit('Squeeze', [emit('Shape', [x], { start: int(axis), end: int(axis + 1) })]);
}

/** Positions [batch, length] of new keys whose last one stands at `last` [batch]. */
function newPositions(query: string, last: string, rewriter: Rewriter): string {
  const { emit } = rewriter;
  const one = integer(rewriter, 1);
  const fromLast = emit('Range', [emit('Sub', [one, size(query, 1, rewriter)]), one, one]);
  const int64 = 7; // TensorProto.DataType
  return emit('Add', [emit('Unsqueeze', [emit('Cast', [last], { to: int(int64) }), integers(rewriter, 1)]), fromLast]);
}

/** x [batch, length, heads·width] as [batch, heads, length, width]. */
function byHead(x: string, heads: number, rewriter: Rewriter): string {
  const apart = rewriter.emit('Reshape', [x, integers(rewriter, 0, 0, heads, -1)]);
  return rewriter.emit('Transpose', [apart], { perm: ints([0, 2, 1, 3]) });
}

/** `cache` [batch, heads, columns, width] with x [batch, heads, length, width] where `isNew` [batch, columns, length] says so. */
function layOver(cache: string, x: string, isNew: string, output: string, rewriter: Rewriter): void {
  const { emit } = rewriter;
  const float = 1; // TensorProto.DataType
  const places = emit('Unsqueeze', [emit('Cast', [isNew], { to: int(float) }), integers(rewriter, 1)]);
  const isWritten = emit('Greater', [emit('ReduceMax', [places, integers(rewriter, -1)], { keepdims: int(1) }), scalar(rewriter, 0)]);
  emit('Where', [isWritten, emit('MatMul', [places, x]), cache], {}, output);
}

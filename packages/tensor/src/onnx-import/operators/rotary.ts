import type { Tensor } from '../../core/tensor.js';
import { add, mul, sub } from '../../ops/arithmetic.js';
import { take } from '../../ops/indexing.js';
import { concat, stack } from '../../ops/join.js';
import { slice, sliceAxis } from '../../ops/slice.js';
import { expandDims, reshape, transpose } from '../../ops/structure.js';
import type { NodeCall } from '../node-call.js';
import type { OperatorTable } from '../operator.js';

/**
 * Rotary position embedding of x [batch, heads, positions, width] or [batch, positions, heads·width]: pairs (a, b) of the
 * first `rotary_embedding_dim` elements become (a·cos − b·sin, a·sin + b·cos). Su et al. 2021 (arXiv:2104.09864), equation 34.
 */
function rotaryEmbedding(call: NodeCall): Tensor {
  const given = call.tensor(0);
  if (given.rank === 4) return rotated(call, given);
  const [batch, positions, width] = given.shape as [number, number, number];
  const heads = call.integer('num_heads', 1);
  const apart = transpose(reshape(given, [batch, positions, heads, width / heads]), [0, 2, 1, 3]);
  return reshape(transpose(rotated(call, apart), [0, 2, 1, 3]), given.shape);
}

function rotated(call: NodeCall, x: Tensor): Tensor {
  const width = x.shape[3]!;
  const turning = call.integer('rotary_embedding_dim', 0) || width;
  const [cos, sin] = [1, 2].map((input) => expandDims(angles(call, input, turning / 2), 1));
  const interleaved = call.integer('interleaved', 0) === 1;
  const part = (i: number) => (interleaved ? sliceAxis(x, 3, i, turning, 2) : sliceAxis(x, 3, (i * turning) / 2, ((i + 1) * turning) / 2));
  const [a, b] = [part(0), part(1)];
  const pair = [sub(mul(a, cos!), mul(b, sin!)), add(mul(a, sin!), mul(b, cos!))];
  const turned = interleaved ? reshape(stack(pair, 4), [...x.shape.slice(0, 3), turning]) : concat(pair, 3);
  return turning === width ? turned : concat([turned, sliceAxis(x, 3, turning, width)], 3);
}

/** [batch, positions, half]: the table itself, or its rows at the given positions. */
function angles(call: NodeCall, input: number, half: number): Tensor {
  const table = call.tensor(input);
  const rows = call.has(3) ? take(table, call.tensor(3), 0) : table;
  return slice(rows, [], [rows.shape[0]!, rows.shape[1]!, half]);
}

export const rotaryOperators: OperatorTable = {
  RotaryEmbedding: { trace: rotaryEmbedding },
};

import { apply, defineOp, type Op } from '../core/op.js';
import { broadcastShapes } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import type { GraphBuilder } from '../lowering/builder.js';
import { alignBatched } from '../ops/elementwise.js';
import { commonDType } from '../ops/checks.js';

/* Threefry-2x32 with 20 rounds: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011), §4. */

/** Rotation distances, four rounds and then four others in turn (table 2 of the paper). */
const rotations = [
  [13, 15, 26, 6],
  [17, 29, 16, 24],
] as const;

/** The third word of the key schedule is the exclusive or of the key's two and this constant. */
const parity = 0x1bd11bda;

function emitThreefry(builder: GraphBuilder, key: readonly string[], counter: readonly string[]) {
  const word = (value: number) => builder.scalar('uint32', value);
  const add = (a: string, b: string) => builder.emit('Add', [a, b]);
  const xor = (a: string, b: string) => builder.emit('BitwiseXor', [a, b]);
  // The two halves share no bits, and Add and Mul have faster kernels than BitwiseOr and BitShift.
  const rotate = (x: string, bits: number) =>
    add(builder.emit('Mul', [x, word(2 ** bits)]), builder.emit('BitShift', [x, word(32 - bits)], { direction: 'RIGHT' }));

  const schedule = [key[0]!, key[1]!, xor(xor(key[0]!, key[1]!), word(parity))];
  let x = add(counter[0]!, schedule[0]!);
  let y = add(counter[1]!, schedule[1]!);
  for (let group = 0; group < 5; group++) {
    for (const bits of rotations[group % 2]!) {
      x = add(x, y);
      y = xor(rotate(y, bits), x);
    }
    x = add(x, schedule[(group + 1) % 3]!);
    y = add(y, add(schedule[(group + 2) % 3]!, word(group + 1)));
  }
  return [x, y];
}

const threefryOp: Op = defineOp<object>({
  name: 'threefry',
  infer(inputs) {
    const dtype = commonDType('threefry', inputs, ['uint32']);
    const shape = broadcastShapes('threefry', ...inputs.map((x) => x.shape));
    return [
      { dtype, shape },
      { dtype, shape },
    ];
  },
  lower(builder, [k0, k1, c0, c1], { outputs: [x] }) {
    const words = emitThreefry(builder, [k0!, k1!], [c0!, c1!]);
    // The second word of a key enters the first output only in later rounds, but both outputs have the full shape.
    return words.map((name) => builder.emit('Expand', [name, builder.ints(x!.shape)]));
  },
  batch: (inputs, batched) => apply(threefryOp, alignBatched(inputs, batched), {}),
});

/** Two random words for each pair of counter words under a key of two words; all four uint32, broadcasting. */
export function threefry(key: readonly [Tensor, Tensor], counter: readonly [Tensor, Tensor]): [Tensor, Tensor] {
  return apply(threefryOp, [...key, ...counter], {}) as [Tensor, Tensor];
}

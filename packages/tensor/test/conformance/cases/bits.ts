import { bitwiseAnd, bitwiseOr, bitwiseXor, shiftLeft, shiftRight } from '../../../src/ops/bits.js';
import type { InputSpec, OpCase, Suite } from '../case.js';
import { elementwise } from '../reference.js';

const words: InputSpec = { shape: [2, 3], dtype: 'uint32', draw: { values: [0, 1, 2 ** 32 - 1, 0x80000001, 0x12345678, 0xff00ff] } };
const row: InputSpec = { shape: [3], dtype: 'uint32', draw: { values: [0xf0f0f0f0, 7, 2 ** 31] } };
const distances: InputSpec = { shape: [2, 1], dtype: 'uint32', draw: { values: [0, 31] } };

const ofWords = (name: string, call: OpCase['call'], second: InputSpec, f: (a: number, b: number) => number): OpCase => ({
  name,
  inputs: [words, second],
  call,
  reference: elementwise(((a: number, b: number) => f(a, b) >>> 0) as (...x: number[]) => number),
});

const others = (['uint8', 'uint64'] as const).map(
  (dtype): OpCase => ({
    name: `shiftRight of ${dtype}`,
    inputs: [{ shape: [3], dtype, draw: { values: [5, 255, 64] } }],
    call: (x) => shiftRight(x, 2),
    reference: elementwise((x) => Math.floor(x! / 4)),
  }),
);

export const bitsSuite: Suite = {
  family: 'bits',
  cases: [
    ofWords('bitwiseXor', bitwiseXor, row, (a, b) => a ^ b),
    ofWords('bitwiseAnd', bitwiseAnd, row, (a, b) => a & b),
    ofWords('bitwiseOr', bitwiseOr, row, (a, b) => a | b),
    ofWords('shiftLeft', shiftLeft, distances, (a, b) => a << b),
    ofWords('shiftRight', shiftRight, distances, (a, b) => a >>> b),
    {
      name: 'bitwiseXor of signed integers',
      inputs: [{ shape: [3], dtype: 'int32', draw: { values: [-1, 5, 0] } }],
      call: (x) => bitwiseXor(x, 3),
      reference: elementwise((x) => x! ^ 3),
    },
    ...others,
  ],
  bad: [
    {
      name: 'bitwiseXor of floats',
      inputs: [{ shape: [2] }, { shape: [2] }],
      call: (a, b) => bitwiseXor(a!, b!),
      error: 'DTypeError',
      says: ['float32'],
    },
    {
      name: 'shiftLeft of signed integers',
      inputs: [{ shape: [2], dtype: 'int32' }],
      call: (x) => shiftLeft(x!, 1),
      error: 'DTypeError',
      says: ['int32', 'uint32'],
    },
  ],
};

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { crossEntropy, data, mean, reshape, square, sub, tensor, type Tensor } from '../../src/index.js';

/** Models written by PyTorch and what it computes with them; see fixtures/make_fixtures.py. */
export const fixtureNames = ['mlp', 'cnn', 'encoder', 'attention', 'recurrent'].flatMap((model) => [
  `${model}-torchscript`,
  `${model}-dynamo`,
]);

interface Encoded {
  readonly dtype: 'float32' | 'int64';
  readonly shape: readonly number[];
  readonly base64: string;
}

export interface Fixture {
  readonly inputs: Readonly<Record<string, Encoded>>;
  readonly target: Encoded;
  readonly lossFunction: 'squared' | 'cross_entropy';
  readonly output: Encoded;
  readonly loss: number;
  readonly gradients: Readonly<Record<string, Encoded>>;
  readonly otherFloats: readonly string[];
  readonly fineTuning: Readonly<
    Record<
      'sgd' | 'adam',
      {
        readonly learningRate: number;
        readonly losses: readonly number[];
        readonly parameters: Readonly<Record<string, Encoded>>;
      }
    >
  >;
}

export const pathOf = (file: string): string => fileURLToPath(new URL(`./fixtures/${file}`, import.meta.url));

export const readFixture = (name: string): Fixture => JSON.parse(readFileSync(pathOf(`${name}.json`), 'utf8')) as Fixture;

export function decode({ dtype, base64 }: Encoded): Float32Array | BigInt64Array {
  const { buffer } = Uint8Array.from(Buffer.from(base64, 'base64'));
  return dtype === 'float32' ? new Float32Array(buffer) : new BigInt64Array(buffer);
}

export const toTensor = (encoded: Encoded): Tensor => tensor(decode(encoded), encoded.shape, encoded.dtype);

export const toTensors = (record: Readonly<Record<string, Encoded>>): Record<string, Tensor> =>
  Object.fromEntries(Object.entries(record).map(([name, encoded]) => [name, toTensor(encoded)]));

/** The elements of a float32 tensor. */
export const floatsOf = (x: Tensor): Promise<Float32Array> => data<'float32'>(x);

/** The fixture's loss of a model's output, as PyTorch computes it. */
export function lossOf({ lossFunction }: Fixture, output: Tensor, target: Tensor): Tensor {
  if (lossFunction === 'squared') return mean(square(sub(output, target)));
  return crossEntropy(reshape(output, [-1, output.shape.at(-1)!]), reshape(target, [-1]));
}

/** The largest difference, relative to the largest expected magnitude. */
export function relativeDifference(given: ArrayLike<number>, expected: ArrayLike<number>): number {
  const scale = Math.max(1e-30, ...Array.from(expected, Math.abs));
  return Math.max(0, ...Array.from(expected, (x, i) => Math.abs(given[i]! - x))) / scale;
}

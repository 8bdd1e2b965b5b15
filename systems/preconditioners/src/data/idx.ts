import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PreconditionerError } from '../errors.js';
import type { ClassificationExamples } from '../networks/teacher-examples.js';
import { unpacked } from './gzip.js';

/** An array of bytes from a file in IDX format. */
export interface IdxArray {
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

/** The type code of unsigned bytes, the only one that MNIST and its relatives have. */
const unsignedByte = 0x08;

/**
 * Parses the IDX format of MNIST: two zero bytes, a type code, the number of axes, their extents as big-endian 32-bit integers,
 * then the elements row by row.
 * @param source what the bytes are called in messages
 * @throws {PreconditionerError} `format`
 */
export function parseIdx(bytes: Uint8Array, source = 'IDX file'): IdxArray {
  const [zero, zeroToo, type, axes] = bytes;
  if (zero !== 0 || zeroToo !== 0 || type !== unsignedByte || !axes) {
    const magic = Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
    throw malformed(source, 'an IDX file of unsigned bytes, which begins with 00 00 08', magic || 'an empty file');
  }
  const start = 4 + 4 * axes;
  if (bytes.length < start) throw malformed(source, `the extents of ${axes} axes`, `${bytes.length} bytes in all`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shape = Array.from({ length: axes }, (_, axis) => view.getUint32(4 + 4 * axis));
  const size = shape.reduce((product, extent) => product * extent, 1);
  if (bytes.length - start !== size) throw malformed(source, `${size} elements of ${shape.join(' × ')}`, `${bytes.length - start}`);
  return { shape, data: bytes.subarray(start) };
}

/** Images and labels, each class a share of 1, pixels with mean 0 and variance 1 over the training images. */
export interface ImageData {
  readonly training: ClassificationExamples;
  readonly validation: ClassificationExamples;
}

/**
 * Reads MNIST, or what has its form, from a folder: `train-images-idx3-ubyte`, `train-labels-idx1-ubyte` and the two of `t10k`,
 * each as it is or with `.gz`.
 * @param validationCount how many of the test images to judge on, from the first
 * @throws {PreconditionerError} `format`, `shape`, `empty`
 * @throws Node's own error where a file cannot be read
 */
export async function readImages(folder: string, validationCount: number): Promise<ImageData> {
  const training = await readPart(folder, 'train');
  const test = await readPart(folder, 't10k');
  const classes = 1 + [...training.labels, ...test.labels].reduce((most, label) => Math.max(most, label), 0);
  const { mean, deviation } = momentsOf(training.pixels);
  const examples = ({ pixels, labels, features }: Part, count: number): ClassificationExamples => {
    const probabilities = new Float32Array(count * classes);
    for (let i = 0; i < count; i++) probabilities[i * classes + labels[i]!] = 1;
    const inputs = Float32Array.from(pixels.subarray(0, count * features), (pixel) => (pixel - mean) / deviation);
    return { count, features, classes, inputs, probabilities, entropy: 0 };
  };
  if (test.features !== training.features) {
    throw new PreconditionerError(
      'shape',
      `${folder}: expected images of one size, got ${training.features} pixels for training and ${test.features} for testing`,
    );
  }
  return {
    training: examples(training, training.labels.length),
    validation: examples(test, Math.min(validationCount, test.labels.length)),
  };
}

interface Part {
  readonly pixels: Uint8Array;
  readonly labels: Uint8Array;
  /** Pixels of an image. */
  readonly features: number;
}

async function readPart(folder: string, part: 'train' | 't10k'): Promise<Part> {
  const images = await readIdx(folder, `${part}-images-idx3-ubyte`);
  const labels = await readIdx(folder, `${part}-labels-idx1-ubyte`);
  const [count = 0, ...extents] = images.shape;
  if (count === 0) throw new PreconditionerError('empty', `${folder}, ${part}: expected at least one image, got none`);
  if (labels.shape.length !== 1 || labels.shape[0] !== count) {
    throw new PreconditionerError(
      'shape',
      `${folder}, ${part}: expected a label for each of ${count} images, got labels of ${labels.shape.join(' × ')}`,
    );
  }
  return { pixels: images.data, labels: labels.data, features: extents.reduce((product, extent) => product * extent, 1) };
}

async function readIdx(folder: string, name: string): Promise<IdxArray> {
  const plain = join(folder, name);
  const path = existsSync(plain) ? plain : `${plain}.gz`;
  return parseIdx(unpacked(await readFile(path), path), path);
}

/** Mean and standard deviation of bytes; a deviation of 1 where all are equal. */
function momentsOf(pixels: Uint8Array): { mean: number; deviation: number } {
  let [sum, squares] = [0, 0];
  for (const pixel of pixels) {
    sum += pixel;
    squares += pixel * pixel;
  }
  const mean = sum / pixels.length;
  return { mean, deviation: Math.sqrt(squares / pixels.length - mean * mean) || 1 };
}

function malformed(source: string, expected: string, given: string): PreconditionerError {
  return new PreconditionerError('format', `${source}: expected ${expected}, got ${given}; give the file as it was published`);
}

import { createReadStream } from 'node:fs';
import { type PackedSequences, type TaskSequence, unsupervised } from '../task-sequence.js';
import { TaskError } from '../task-error.js';
import type { DataSetManifest } from './manifest.js';

type Layout = Pick<DataSetManifest, 'dtype' | 'length' | 'padding'> & { readonly vocabulary: { readonly length: number } };

const bytesOf = (dtype: Layout['dtype']): number => (dtype === 'uint16' ? 2 : 4);

/** Bytes of one sequence: its tokens and its targets. */
export const recordBytes = ({ dtype, length }: Layout): number => 2 * length * bytesOf(dtype);

/** One sequence as it stands in the file. */
export function encodeRecord({ tokens, targets }: TaskSequence, layout: Layout): Uint8Array {
  const { dtype, length, padding, vocabulary } = layout;
  const bytes = new Uint8Array(recordBytes(layout));
  const view = new DataView(bytes.buffer);
  const width = bytesOf(dtype);
  const set = (index: number, value: number): void =>
    dtype === 'uint16' ? view.setUint16(index * width, value, true) : view.setUint32(index * width, value, true);
  for (let position = 0; position < length; position++) {
    const target = targets[position] ?? unsupervised;
    set(position, tokens[position] ?? padding);
    set(length + position, target === unsupervised ? vocabulary.length : target);
  }
  return bytes;
}

/**
 * Sequences of a file in batches, read as they are asked for; the last batch may be smaller.
 * @throws {TaskError} `format` for a file that ends within a record or holds a number beyond the vocabulary
 */
export async function* readRecords(path: string, layout: Layout, batchSize: number): AsyncGenerator<PackedSequences> {
  const size = recordBytes(layout);
  let rest: Uint8Array = new Uint8Array(0);
  let record = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: Math.max(2 ** 16, size * batchSize) }) as AsyncIterable<Buffer>) {
    rest = rest.byteLength === 0 ? chunk : Buffer.concat([rest, chunk]);
    while (rest.byteLength >= size * batchSize) {
      yield decodeRecords(path, rest.subarray(0, size * batchSize), layout, record);
      rest = rest.subarray(size * batchSize);
      record += batchSize;
    }
  }
  const complete = Math.floor(rest.byteLength / size);
  if (complete > 0) yield decodeRecords(path, rest.subarray(0, complete * size), layout, record);
  if (rest.byteLength === complete * size) return;
  throw new TaskError(
    'format',
    `${path}: expected records of ${size} bytes, given ${rest.byteLength - complete * size} bytes after record ${record + complete}; the file is incomplete`,
  );
}

function decodeRecords(path: string, bytes: Uint8Array, layout: Layout, firstRecord: number): PackedSequences {
  const { dtype, length, padding, vocabulary } = layout;
  const rows = bytes.byteLength / recordBytes(layout);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const width = bytesOf(dtype);
  const packed = {
    tokens: new Int32Array(rows * length),
    targets: new Int32Array(rows * length).fill(padding),
    weights: new Float32Array(rows * length),
  };
  const read = (index: number, most: number): number => {
    const value = dtype === 'uint16' ? view.getUint16(index * width, true) : view.getUint32(index * width, true);
    if (value <= most) return value;
    const record = firstRecord + Math.floor(index / (2 * length));
    throw new TaskError(
      'format',
      `${path}, record ${record}: expected numbers of at most ${most}, given ${value} at place ${index % (2 * length)}`,
      {
        record,
      },
    );
  };
  for (let row = 0; row < rows; row++) {
    for (let position = 0; position < length; position++) {
      const place = row * length + position;
      packed.tokens[place] = read(2 * row * length + position, vocabulary.length - 1);
      const target = read(2 * row * length + length + position, vocabulary.length);
      if (target === vocabulary.length) continue;
      packed.targets[place] = target;
      packed.weights[place] = 1;
    }
  }
  return packed;
}

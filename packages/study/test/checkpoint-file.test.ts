import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CheckpointArray, type CheckpointContents, readCheckpointFile, writeCheckpointFile } from '../src/checkpoint-file.js';
import { CheckpointError } from '../src/errors.js';
import { nodeFileSystem } from '../src/file-system.js';
import { temporaryDirectory } from './temporary-directory.js';

const write = (path: string, contents: CheckpointContents): void => writeCheckpointFile(nodeFileSystem, path, contents);

/** One array of every element type, with any bits at all in it: NaN payloads and -0 must survive too. */
const anyArray: fc.Arbitrary<CheckpointArray> = fc.oneof(
  fc.float64Array({ maxLength: 9 }).map((data): CheckpointArray => ({ dtype: 'float64', shape: [data.length], data })),
  fc.float32Array({ maxLength: 9 }).map((data): CheckpointArray => ({ dtype: 'float32', shape: [1, data.length], data })),
  fc
    .uint16Array({ maxLength: 9 })
    .chain((data) =>
      fc
        .constantFrom('float16' as const, 'bfloat16' as const, 'uint16' as const)
        .map((dtype): CheckpointArray => ({ dtype, shape: [data.length], data })),
    ),
  fc.bigInt64Array({ maxLength: 5 }).map((data): CheckpointArray => ({ dtype: 'int64', shape: [data.length], data })),
  fc.bigUint64Array({ maxLength: 5 }).map((data): CheckpointArray => ({ dtype: 'uint64', shape: [data.length], data })),
  fc.int32Array({ maxLength: 9 }).map((data): CheckpointArray => ({ dtype: 'int32', shape: [data.length], data })),
  fc.uint32Array({ maxLength: 9 }).map((data): CheckpointArray => ({ dtype: 'uint32', shape: [data.length], data })),
  fc.int16Array({ maxLength: 9 }).map((data): CheckpointArray => ({ dtype: 'int16', shape: [data.length], data })),
  fc.int8Array({ maxLength: 9 }).map((data): CheckpointArray => ({ dtype: 'int8', shape: [data.length], data })),
  fc
    .uint8Array({ maxLength: 9 })
    .chain((data) =>
      fc.constantFrom('uint8' as const, 'bool' as const).map((dtype): CheckpointArray => ({ dtype, shape: [data.length, 1], data })),
    ),
);

const bytesOf = ({ data }: CheckpointArray): Buffer => Buffer.from(data.buffer, data.byteOffset, data.byteLength);

const contents: CheckpointContents = {
  arrays: {
    weights: { dtype: 'float32', shape: [2, 2], data: Float32Array.of(1, -2, 3, 4) },
    ids: { dtype: 'int64', shape: [1], data: BigInt64Array.of(7n) },
  },
  metadata: { step: 3, name: 'ünïcode' },
};

function codeOf(path: string): string {
  try {
    readCheckpointFile(path);
  } catch (error) {
    if (error instanceof CheckpointError) return error.code;
    throw error;
  }
  return 'none';
}

/** A file of the given header and data, as a foreign or damaged writer might leave it. */
function handmade(path: string, header: unknown, data: Uint8Array = new Uint8Array(0)): string {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  writeFileSync(path, Buffer.concat([length, text, data]));
  return path;
}

const metadata = { sha256: '0'.repeat(64), sardonyx: '{}' };

describe('checkpoint file', () => {
  it('gives back any arrays and any state, bit for bit', () => {
    const path = join(temporaryDirectory(), 'c.safetensors');
    const names = fc.string({ unit: 'grapheme' }).filter((name) => name !== '__proto__' && name !== '__metadata__');
    const state = fc.jsonValue({ noUnicodeString: false }).filter((value) => !JSON.stringify(value).includes('__proto__'));
    fc.assert(
      fc.property(fc.dictionary(names, anyArray, { noNullPrototype: true }), state, (arrays, metadata) => {
        write(path, { arrays, metadata: metadata as never });
        const read = readCheckpointFile(path);
        expect(Object.keys(read.arrays).sort()).toEqual(Object.keys(arrays).sort());
        for (const [name, array] of Object.entries(arrays)) {
          const back = read.arrays[name];
          expect(back?.dtype).toBe(array.dtype);
          expect(back?.shape).toEqual(array.shape);
          expect(back?.data.constructor).toBe(array.data.constructor);
          expect(back && bytesOf(back)).toEqual(bytesOf(array));
        }
        expect(Object.is(JSON.stringify(read.metadata), JSON.stringify(metadata))).toBe(true);
      }),
      { seed: 20_250_217, numRuns: 200 },
    );
  });

  it('takes views and shared memory as they are', () => {
    const path = join(temporaryDirectory(), 'c.safetensors');
    const shared = new Float64Array(new SharedArrayBuffer(32));
    shared.set([1, 2, 3, 4]);
    write(path, { arrays: { view: { dtype: 'float64', shape: [2], data: shared.subarray(1, 3) } }, metadata: null });
    expect(readCheckpointFile(path).arrays['view']?.data).toEqual(Float64Array.of(2, 3));
  });

  it('is a safetensors file: header length, JSON header of 8-byte multiple, data end to end', () => {
    const path = join(temporaryDirectory(), 'c.safetensors');
    write(path, contents);
    const bytes = readFileSync(path);
    const length = Number(bytes.readBigUInt64LE());
    expect(length % 8).toBe(0);
    const header = JSON.parse(bytes.toString('utf8', 8, 8 + length)) as Record<string, unknown>;
    expect(header['weights']).toEqual({ dtype: 'F32', shape: [2, 2], data_offsets: [0, 16] });
    expect(header['ids']).toEqual({ dtype: 'I64', shape: [1], data_offsets: [16, 24] });
    expect(bytes.length).toBe(8 + length + 24);
  });

  it('refuses the file cut at every length', () => {
    const path = join(temporaryDirectory(), 'c.safetensors');
    write(path, contents);
    const bytes = readFileSync(path);
    for (let length = 0; length < bytes.length; length++) {
      writeFileSync(path, bytes.subarray(0, length));
      expect(codeOf(path), `cut to ${length} bytes`).toBe('checkpoint-truncated');
    }
  });

  it('refuses the file with any one bit flipped', () => {
    const path = join(temporaryDirectory(), 'c.safetensors');
    write(path, contents);
    const bytes = readFileSync(path);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = Buffer.from(bytes);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      writeFileSync(path, flipped);
      expect(codeOf(path), `bit ${bit}`).not.toBe('none');
    }
  });

  it.each([
    [
      'a header larger than allowed',
      'checkpoint-header',
      (path: string) => (writeFileSync(path, Buffer.from('ffffffffffffff7f00', 'hex')), path),
    ],
    ['a header that is no JSON', 'checkpoint-header', (path: string) => handmade(path, '{"a":')],
    ['a header that is no object', 'checkpoint-header', (path: string) => handmade(path, [])],
    ['no metadata', 'checkpoint-header', (path: string) => handmade(path, {})],
    [
      'an unknown dtype',
      'checkpoint-dtype',
      (path: string) => handmade(path, { __metadata__: metadata, a: { dtype: 'F128', shape: [0], data_offsets: [0, 0] } }),
    ],
    [
      'a negative shape',
      'checkpoint-header',
      (path: string) => handmade(path, { __metadata__: metadata, a: { dtype: 'F32', shape: [-1], data_offsets: [0, 4] } }),
    ],
    [
      'a shape of another size',
      'checkpoint-layout',
      (path: string) =>
        handmade(path, { __metadata__: metadata, a: { dtype: 'F32', shape: [2], data_offsets: [0, 4] } }, new Uint8Array(4)),
    ],
    [
      'a gap between arrays',
      'checkpoint-layout',
      (path: string) => handmade(path, { __metadata__: metadata, a: { dtype: 'U8', shape: [1], data_offsets: [1, 2] } }, new Uint8Array(2)),
    ],
    ['bytes after the data', 'checkpoint-layout', (path: string) => handmade(path, { __metadata__: metadata }, new Uint8Array(1))],
    ['a wrong checksum', 'checkpoint-checksum', (path: string) => handmade(path, { __metadata__: metadata })],
  ])('refuses %s with the code %s', (_, code, make) => {
    const path = make(join(temporaryDirectory(), 'c.safetensors'));
    expect(codeOf(path)).toBe(code);
    expect(() => readCheckpointFile(path)).toThrow(/Remove this file/);
  });

  it.each([
    ['too few elements', { dtype: 'float32', shape: [3], data: Float32Array.of(1) }],
    ['another carrier', { dtype: 'float32', shape: [1], data: Float64Array.of(1) }],
    ['an unknown dtype', { dtype: 'complex64', shape: [1], data: Float32Array.of(1) }],
    ['a fractional shape', { dtype: 'float32', shape: [0.5], data: Float32Array.of() }],
  ])('refuses to write %s', (_, array) => {
    const path = join(temporaryDirectory(), 'c.safetensors');
    expect(() => write(path, { arrays: { a: array as unknown as CheckpointArray }, metadata: {} })).toThrow(CheckpointError);
  });
});

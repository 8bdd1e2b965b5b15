import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  decodeSafetensors,
  encodeSafetensors,
  openSafetensors,
  readSafetensors,
  SafetensorsError,
  writeSafetensors,
  type SafetensorsErrorCode,
  type SafetensorsTensor,
  type SafetensorsTensors,
} from '../src/index.js';
import { bytesPerElement, safetensorsDtypes, tensorOver } from '../src/safetensors-types.js';

const fixturePath = fileURLToPath(new URL('./fixtures/tensors.safetensors', import.meta.url));
const fixture = new Uint8Array(readFileSync(fixturePath));

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'safetensors-'));
});
afterEach(() => rm(directory, { recursive: true }));

/** A file with this header text and so many bytes of data. */
function fileOf(header: string, dataBytes = 0): Uint8Array {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

const tensorArbitrary: fc.Arbitrary<SafetensorsTensor> = fc
  .tuple(fc.constantFrom(...safetensorsDtypes), fc.array(fc.nat({ max: 4 }), { maxLength: 3 }))
  .chain(([dtype, shape]) => {
    const byteLength = shape.reduce((product, size) => product * size, bytesPerElement(dtype));
    return fc.uint8Array({ minLength: byteLength, maxLength: byteLength }).map((bytes) => tensorOver(dtype, shape, bytes));
  });
const tensorsArbitrary: fc.Arbitrary<SafetensorsTensors> = fc.dictionary(
  fc.string({ unit: 'grapheme' }).filter((name) => name !== '__metadata__'),
  tensorArbitrary,
  { maxKeys: 6, noNullPrototype: true },
);
const metadataArbitrary = fc.dictionary(fc.string(), fc.string(), { maxKeys: 3, noNullPrototype: true });

const raw = ({ data }: SafetensorsTensor) => Buffer.from(data.buffer, data.byteOffset, data.byteLength);

/** Equal to the bit, where NaN patterns count too. */
function expectSame(given: SafetensorsTensors, expected: SafetensorsTensors): void {
  expect(Object.keys(given).sort()).toEqual(Object.keys(expected).sort());
  for (const [name, tensor] of Object.entries(expected)) {
    const other = given[name]!;
    expect([other.dtype, other.shape, raw(other).toString('hex')]).toEqual([tensor.dtype, tensor.shape, raw(tensor).toString('hex')]);
    expect(other.data.constructor).toBe(tensor.data.constructor);
  }
}

describe('a file written by Python', () => {
  it('holds every tensor, in memory and from disk', async () => {
    const text = readFileSync(new URL('./fixtures/tensors.json', import.meta.url), 'utf8');
    const expected = JSON.parse(text) as Record<string, { dtype: string; shape: number[]; hex: string }>;
    for (const { tensors, metadata } of [decodeSafetensors(fixture), await readSafetensors(fixturePath)]) {
      expect(metadata).toEqual({ format: 'np', note: 'ключ' });
      expect(Object.keys(tensors).sort()).toEqual(Object.keys(expected).sort());
      for (const [name, tensor] of Object.entries(tensors)) {
        expect({ dtype: tensor.dtype, shape: tensor.shape, hex: raw(tensor).toString('hex') }).toEqual(expected[name]);
      }
    }
  });
});

describe('encodeSafetensors and decodeSafetensors', () => {
  it('return any tensors and metadata unchanged', () => {
    fc.assert(
      fc.property(tensorsArbitrary, metadataArbitrary, (tensors, metadata) => {
        const content = decodeSafetensors(encodeSafetensors(tensors, metadata));
        expectSame(content.tensors, tensors);
        expect(content.metadata).toEqual(metadata);
      }),
      { numRuns: 300, seed: 1 },
    );
  });

  it('align every tensor, so that decoding copies nothing', () => {
    fc.assert(
      fc.property(tensorsArbitrary, (tensors) => {
        const bytes = encodeSafetensors(tensors);
        for (const { data } of Object.values(decodeSafetensors(bytes).tensors)) expect(data.buffer).toBe(bytes.buffer);
      }),
      { numRuns: 100, seed: 2 },
    );
  });

  it('read unaligned tensors and views into larger buffers', () => {
    const header = JSON.stringify({
      a: { dtype: 'U8', shape: [1], data_offsets: [0, 1] },
      b: { dtype: 'F64', shape: [1], data_offsets: [1, 9] },
    });
    const bytes = fileOf(header, 9);
    new DataView(bytes.buffer).setFloat64(bytes.length - 8, 1.25, true);
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    expect(decodeSafetensors(shifted.subarray(3)).tensors['b']!.data).toEqual(Float64Array.of(1.25));
  });

  it('give equal bytes for equal content, in whatever order it was named', () => {
    const a: SafetensorsTensor = { dtype: 'F32', shape: [1], data: Float32Array.of(1) };
    const b: SafetensorsTensor = { dtype: 'I64', shape: [], data: BigInt64Array.of(2n) };
    expect(encodeSafetensors({ a, b })).toEqual(encodeSafetensors({ b, a }));
  });
});

describe('files and lazy reading', () => {
  const large: SafetensorsTensors = {
    big: { dtype: 'F32', shape: [1000, 100], data: new Float32Array(100_000).fill(3) },
    small: { dtype: 'BF16', shape: [3], data: Uint16Array.of(1, 2, 3) },
  };

  it('round-trip, and leave nothing else behind', async () => {
    const path = join(directory, 'model.safetensors');
    await writeSafetensors(path, large, { step: '7' });
    const { tensors, metadata } = await readSafetensors(path);
    expectSame(tensors, large);
    expect(metadata).toEqual({ step: '7' });
    expect(await readdir(directory)).toEqual(['model.safetensors']);
  });

  it('read only the header and the tensors asked for', async () => {
    const path = join(directory, 'model.safetensors');
    await writeSafetensors(path, large);
    const file = await openSafetensors(path);
    const headerBytes = file.bytesRead;
    expect(headerBytes).toBeLessThan(300);
    expect(file.entry('big')).toMatchObject({ dtype: 'F32', shape: [1000, 100] });
    expect((await file.read('small')).data).toEqual(Uint16Array.of(1, 2, 3));
    expect(file.bytesRead).toBe(headerBytes + 6);
    await file.close();
    await expect(file.read('small')).rejects.toMatchObject({ code: 'closed' });
    await expect(file.read('smal')).rejects.toMatchObject({ code: 'unknown-name' });
  });

  it('keep the old file where the new one cannot be written', async () => {
    const path = join(directory, 'model.safetensors');
    await writeSafetensors(path, large);
    const broken = { big: { dtype: 'F32', shape: [2], data: new Float32Array(3) } } as const;
    await expect(writeSafetensors(path, broken)).rejects.toMatchObject({ code: 'size-mismatch' });
    await mkdir(join(directory, 'taken'));
    await expect(writeSafetensors(join(directory, 'taken'), large)).rejects.toThrow();
    expect((await readdir(directory)).sort()).toEqual(['model.safetensors', 'taken']);
    expectSame((await readSafetensors(path)).tensors, large);
  });

  it('report a file that is cut or shrinks', async () => {
    const path = join(directory, 'model.safetensors');
    await writeSafetensors(path, large);
    const file = await openSafetensors(path);
    await truncate(path, 1000);
    await expect(file.read('big')).rejects.toMatchObject({ name: 'SafetensorsError', code: 'truncated' });
    await file.close();
    await expect(openSafetensors(path)).rejects.toMatchObject({ name: 'SafetensorsError', code: 'offsets' });
    await writeFile(path, 'short');
    await expect(openSafetensors(path)).rejects.toMatchObject({ name: 'SafetensorsError', code: 'truncated' });
  });
});

function failure(action: () => unknown): SafetensorsError {
  try {
    action();
  } catch (error) {
    if (error instanceof SafetensorsError) return error;
    throw error;
  }
  throw new Error('expected a SafetensorsError');
}

describe('decodeSafetensors refuses', () => {
  const entry = (begin: number, end: number, shape = [end - begin], dtype = 'U8') => ({ dtype, shape, data_offsets: [begin, end] });
  const cases: [string, string | Record<string, unknown>, number, SafetensorsErrorCode][] = [
    ['an empty header', '', 0, 'header-json'],
    ['a header that is an array', '[]', 0, 'header-json'],
    ['a header with space in front', ' {}', 0, 'header-json'],
    ['JSON that ends early', '{"a":', 0, 'header-json'],
    ['text behind the object', '{} x', 0, 'header-json'],
    [
      'a name twice',
      '{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"\\u0061":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}',
      0,
      'duplicate-name',
    ],
    ['a field twice', '{"a":{"dtype":"U8","dtype":"I8","shape":[0],"data_offsets":[0,0]}}', 0, 'duplicate-name'],
    ['metadata that is no text', { __metadata__: { a: 1 } }, 0, 'header-entry'],
    ['an entry that is a list', { a: [] }, 0, 'header-entry'],
    ['an entry without offsets', { a: { dtype: 'U8', shape: [] } }, 0, 'header-entry'],
    ['offsets in the wrong order', { a: { dtype: 'U8', shape: [1], data_offsets: [1, 0] } }, 1, 'header-entry'],
    ['an unknown dtype', { a: entry(0, 1, [1], 'F8_E4M3') }, 1, 'dtype'],
    ['a dtype of the prototype', { a: entry(0, 1, [1], 'toString') }, 1, 'dtype'],
    ['a negative size', { a: entry(0, 1, [-1, -1]) }, 1, 'shape'],
    ['a fractional size', { a: entry(0, 1, [0.5, 2]) }, 1, 'shape'],
    ['an overflowing shape', { a: entry(0, 1, [2 ** 30, 2 ** 30]) }, 1, 'shape'],
    ['bytes that disagree with the shape', { a: entry(0, 4, [3]) }, 4, 'size-mismatch'],
    ['a gap in front', { a: entry(1, 2) }, 2, 'offsets'],
    ['a gap between', { a: entry(0, 1), b: entry(2, 3) }, 3, 'offsets'],
    ['an overlap', { a: entry(0, 2), b: entry(1, 3) }, 3, 'offsets'],
    ['the same bytes twice', { a: entry(0, 2), b: entry(0, 2) }, 2, 'offsets'],
    ['bytes left over', { a: entry(0, 2) }, 3, 'offsets'],
    ['too few bytes', { a: entry(0, 2) }, 1, 'offsets'],
  ];

  it.each(cases)('%s', (_, header, dataBytes, code) => {
    const text = typeof header === 'string' ? header : JSON.stringify(header);
    const error = failure(() => decodeSafetensors(fileOf(text, dataBytes)));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(/^safetensors, .*: expected .*, given .*; .*\.$/);
  });

  it('a file without room for its length, and lengths beyond file or limit', () => {
    expect(failure(() => decodeSafetensors(new Uint8Array(7))).code).toBe('truncated');
    for (const length of [3n, 100_000_001n, 2n ** 63n, 2n ** 64n - 1n]) {
      const bytes = fileOf('{}');
      new DataView(bytes.buffer).setBigUint64(0, length, true);
      expect(failure(() => decodeSafetensors(bytes)).code).toBe('header-length');
    }
  });

  it('a header above the limit even where the file is longer', async () => {
    const path = join(directory, 'hostile.safetensors');
    const prefix = new Uint8Array(8);
    new DataView(prefix.buffer).setBigUint64(0, 100_000_001n, true);
    await writeFile(path, prefix);
    await truncate(path, 200_000_000);
    await expect(openSafetensors(path)).rejects.toMatchObject({ name: 'SafetensorsError', code: 'header-length' });
  });

  it('text that is not UTF-8', () => {
    const bytes = fileOf('{"a":1}');
    bytes[10] = 0xff;
    expect(failure(() => decodeSafetensors(bytes)).code).toBe('header-json');
  });
});

describe('encodeSafetensors refuses', () => {
  const encode = (tensor: unknown, name = 'a') => failure(() => encodeSafetensors({ [name]: tensor as SafetensorsTensor })).code;

  it('tensors that contradict themselves', () => {
    expect(encode({ dtype: 'F32', shape: [2], data: new Float32Array(3) })).toBe('size-mismatch');
    expect(encode({ dtype: 'F32', shape: [2], data: new Float64Array(1) })).toBe('dtype');
    expect(encode({ dtype: 'F8', shape: [2], data: new Uint8Array(2) })).toBe('dtype');
    expect(encode({ dtype: 'U8', shape: [-2], data: new Uint8Array(2) })).toBe('shape');
    expect(encode({ dtype: 'U8', shape: [2], data: new Uint8Array(2) }, '__metadata__')).toBe('duplicate-name');
  });

  it('metadata that is no text', () => {
    const metadata = { step: 7 } as unknown as Record<string, string>;
    expect(failure(() => encodeSafetensors({}, metadata)).code).toBe('header-entry');
  });
});

describe('damaged bytes', () => {
  it('decode or are refused', () => {
    const changes = fc.array(fc.tuple(fc.nat({ max: fixture.length - 1 }), fc.integer({ min: 1, max: 255 })), { maxLength: 4 });
    let refused = 0;
    fc.assert(
      fc.property(changes, fc.nat({ max: fixture.length }), fc.boolean(), (flips, cut, truncated) => {
        const damaged = fixture.slice(0, truncated ? cut : fixture.length);
        for (const [at, mask] of flips) if (at < damaged.length) damaged[at]! ^= mask;
        try {
          decodeSafetensors(damaged);
        } catch (error) {
          if (!(error instanceof SafetensorsError)) throw error;
          refused += 1;
        }
      }),
      { numRuns: 3000, seed: 3 },
    );
    expect(refused).toBeGreaterThan(1000);
  });
});

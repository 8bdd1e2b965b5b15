import { mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeModel, readOnnxFile, writeOnnxFile, type OnnxModel, type OnnxTensor } from '../../src/onnx/index.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'onnx-'));
});
afterEach(() => rm(directory, { recursive: true }));

function tensor(name: string, count: number): OnnxTensor {
  const values = Float32Array.from({ length: count }, (_, i) => i + name.length);
  return { name, elementType: 'float', dims: [count], data: new Uint8Array(values.buffer) };
}

const graph = (initializers: OnnxTensor[]) => ({ name: 'g', nodes: [], inputs: [], outputs: [], initializers });

const model: OnnxModel = {
  irVersion: 10,
  opsets: [{ domain: '', version: 21 }],
  graph: {
    ...graph([tensor('large', 1500), tensor('small', 3), tensor('larger', 3000)]),
    nodes: [
      {
        opType: 'If',
        inputs: ['c'],
        outputs: ['y'],
        attributes: { then_branch: { kind: 'graph', value: graph([tensor('inner', 700)]) } },
      },
    ],
  },
};

const external = (location: OnnxTensor['location']): OnnxModel => ({
  ...model,
  graph: graph([{ ...tensor('w', 4), data: new Uint8Array(0), ...(location && { location }) }]),
});

describe('writeOnnxFile and readOnnxFile', () => {
  it('round-trip a model in one file', async () => {
    const path = join(directory, 'model.onnx');
    await writeOnnxFile(path, model);
    expect(await readOnnxFile(path)).toEqual(model);
    expect(await readdir(directory)).toEqual(['model.onnx']);
  });

  it('move large initializers out, aligned, and find them again', async () => {
    const path = join(directory, 'model.onnx');
    await writeOnnxFile(path, model, { externalData: { file: 'model.onnx.data', thresholdBytes: 1000, alignment: 4096 } });
    expect(await readdir(directory)).toEqual(['model.onnx', 'model.onnx.data']);
    expect((await stat(path)).size).toBeLessThan(1000);
    expect(await readOnnxFile(path)).toEqual(model);
    const kept = await readOnnxFile(path, { externalData: 'keep' });
    const [large, small, larger] = kept.graph.initializers;
    expect(small!.location).toBeUndefined();
    for (const { location } of [large!, larger!]) expect(location!.offset % 4096).toBe(0);
    expect(larger!.location!.length).toBe(12_000);
    const data = await readFile(join(directory, 'model.onnx.data'));
    const { offset, length } = larger!.location!;
    expect(new Uint8Array(data.subarray(offset, offset + length))).toEqual(model.graph.initializers[2]!.data);
  });

  it('leave zeros between tensors that are far apart', async () => {
    const path = join(directory, 'model.onnx');
    const alignment = 150_000;
    await writeOnnxFile(path, model, { externalData: { file: 'd', thresholdBytes: 1000, alignment } });
    expect(await readOnnxFile(path)).toEqual(model);
    const data = await readFile(join(directory, 'd'));
    const [large, , larger] = model.graph.initializers;
    expect(data.length).toBe(2 * alignment + larger!.data.length);
    expect(data.subarray(large!.data.length, alignment).every((byte) => byte === 0)).toBe(true);
  });

  it('write kept locations unchanged while their file is there', async () => {
    const path = join(directory, 'model.onnx');
    await writeOnnxFile(path, model, { externalData: { file: 'd' } });
    const kept = await readOnnxFile(path, { externalData: 'keep' });
    await writeOnnxFile(join(directory, 'copy.onnx'), kept);
    expect(await readOnnxFile(join(directory, 'copy.onnx'))).toEqual(model);
    await expect(writeOnnxFile(path, kept, { externalData: { file: './d' } })).rejects.toMatchObject({ code: 'external-path' });
    await unlink(join(directory, 'd'));
    await expect(writeOnnxFile(path, kept)).rejects.toMatchObject({ code: 'external-missing' });
  });

  it('report external data that is missing or too short', async () => {
    const path = join(directory, 'model.onnx');
    await writeOnnxFile(path, model, { externalData: { file: 'd' } });
    const { size } = await stat(join(directory, 'd'));
    await truncate(join(directory, 'd'), size - 1);
    await expect(readOnnxFile(path)).rejects.toMatchObject({ name: 'OnnxFormatError', code: 'external-short', given: `${size - 1}` });
    await expect(readOnnxFile(path, { externalData: 'keep' })).rejects.toMatchObject({ code: 'external-short' });
    await unlink(join(directory, 'd'));
    await expect(readOnnxFile(path)).rejects.toMatchObject({ name: 'OnnxFormatError', code: 'external-missing' });
  });

  it.each(['../outside', '/etc/passwd', 'a/../../b', 'C:\\data', '\\\\host\\data', '..\\up', '', 'nul\0'])(
    'refuse to leave the directory for %j',
    async (file) => {
      const path = join(directory, 'model.onnx');
      await writeFile(path, encodeModel(external({ file, offset: 0, length: 16 })));
      await expect(readOnnxFile(path)).rejects.toMatchObject({ name: 'OnnxFormatError', code: 'external-path' });
      await expect(writeOnnxFile(path, model, { externalData: { file } })).rejects.toMatchObject({ code: 'external-path' });
    },
  );

  it('refuse a location whose length disagrees with the dimensions', async () => {
    const path = join(directory, 'model.onnx');
    const bytes = Buffer.from(encodeModel(external({ file: 'd', offset: 0, length: 16 })));
    const lengthEntry = bytes.indexOf('length');
    bytes.write('15', bytes.indexOf('16', lengthEntry));
    await writeFile(path, bytes);
    await expect(readOnnxFile(path)).rejects.toMatchObject({ code: 'size-mismatch' });
  });

  it("refuse a model file beyond protobuf's limit before reading it", async () => {
    const path = join(directory, 'model.onnx');
    await writeFile(path, '');
    await truncate(path, 2 ** 31);
    await expect(readOnnxFile(path)).rejects.toMatchObject({ name: 'OnnxFormatError', code: 'too-large' });
  });

  it('refuse a tensor far larger than its file before making room for it', async () => {
    const path = join(directory, 'model.onnx');
    const huge = { ...tensor('w', 0), dims: [2 ** 40], location: { file: 'd', offset: 0, length: 2 ** 42 } };
    await writeFile(join(directory, 'd'), 'little');
    await writeFile(path, encodeModel({ ...model, graph: graph([huge]) }));
    await expect(readOnnxFile(path)).rejects.toMatchObject({ name: 'OnnxFormatError', code: 'external-short', given: '6' });
  });

  it('refuse a directory in place of external data', async () => {
    const path = join(directory, 'model.onnx');
    await mkdir(join(directory, 'd'));
    await writeFile(path, encodeModel(external({ file: 'd', offset: 0, length: 16 })));
    await expect(readOnnxFile(path)).rejects.toMatchObject({ name: 'OnnxFormatError', code: 'external-missing' });
  });

  it('leave no file behind when the model cannot be encoded', async () => {
    const broken = { ...model, graph: graph([{ ...tensor('w', 4), dims: [5] }]) };
    const options = { externalData: { file: 'd', thresholdBytes: 1e6 } };
    await expect(writeOnnxFile(join(directory, 'model.onnx'), broken, options)).rejects.toMatchObject({ code: 'size-mismatch' });
    expect(await readdir(directory)).toEqual([]);
  });

  it('leave no unfinished file behind when the name is taken by a directory', async () => {
    const path = join(directory, 'model.onnx');
    await mkdir(path);
    await expect(writeOnnxFile(path, model)).rejects.toThrow();
    expect(await readdir(directory)).toEqual(['model.onnx']);
  });

  it('refuse external data whose size disagrees with dims', async () => {
    const broken = { ...model, graph: graph([{ ...tensor('w', 400), dims: [401] }]) };
    const options = { externalData: { file: 'd', thresholdBytes: 1 } };
    await expect(writeOnnxFile(join(directory, 'model.onnx'), broken, options)).rejects.toMatchObject({ code: 'size-mismatch' });
    expect(await readdir(directory)).toEqual([]);
  });
});

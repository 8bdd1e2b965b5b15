import { afterEach, describe, expect, it } from 'vitest';
import { type DType, matmul, RuntimeError, softmax, sum, take, type Tensor, type TensorType, ValueError } from '../../src/index.js';
import { dtypes } from '../../src/core/dtype.js';
import type { Executable } from '../../src/runtime/runtime.js';
import { compileFunction, type Guarded, guarded, guardedOf, numbersOf, type RuntimeRow, runtimes } from './runtimes.js';

const f32 = (...shape: number[]): TensorType => ({ dtype: 'float32', shape });
const identity = (x: Tensor): Tensor[] => [x];

describe.each(runtimes)('$name', (row) => {
  const open: Executable[] = [];
  const guards: Guarded[] = [];
  const compile = async (types: readonly TensorType[], f: (...inputs: Tensor[]) => readonly Tensor[]) => {
    const executable = await compileFunction(row, types, f);
    open.push(executable);
    return executable;
  };
  const input = (type: TensorType, elements: readonly number[]) => keep(guardedOf(type, elements));
  const output = (type: TensorType) => keep(guarded(type));
  const keep = (made: Guarded) => {
    guards.push(made);
    return made.storage;
  };

  // No run of any test may write beside a buffer.
  afterEach(() => {
    expect(guards.splice(0).flatMap((guard) => guard.damage())).toEqual([]);
    for (const executable of open.splice(0)) executable.dispose();
  });

  const patterns: Record<DType, number[]> = {
    float32: [0, -1.5, 2 ** 127, 2 ** -149, Infinity, NaN],
    float64: [0, -1.5, 1e308, 2 ** -1074, -Infinity, NaN],
    float16: [0, 0x3c00, 0x7c00, 0xfc00, 0x0001, 0x7e00],
    int32: [0, -1, 2 ** 31 - 1, -(2 ** 31), 7, -7],
    int64: [0, -1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 7, -7],
    uint32: [0, 1, 2 ** 32 - 1, 2 ** 31, 7, 8],
    uint64: [0, 1, Number.MAX_SAFE_INTEGER, 2 ** 40, 7, 8],
    uint8: [0, 1, 255, 128, 7, 8],
    bool: [0, 1, 1, 0, 1, 0],
  };

  it.each(Object.keys(dtypes) as DType[])('carries %s in and out unchanged', async (dtype) => {
    const type = { dtype, shape: [2, 3] };
    const copy = await compile([type], identity);
    const to = output(type);
    const from = input(type, patterns[dtype]);
    await copy.run([from], [to]);
    expect(numbersOf(to)).toEqual(patterns[dtype]);
    expect(numbersOf(from)).toEqual(patterns[dtype]);
  });

  it.each([[[]], [[0]], [[2, 0, 3]], [[1]], [[1, 1, 1, 1, 1]]])('carries the shape %j', async (shape) => {
    const type = f32(...shape);
    const double = await compile([type], (x) => [x.add(x)]);
    const elements = Array.from({ length: shape.reduce((n, d) => n * d, 1) }, (_, i) => i + 1);
    const to = output(type);
    await double.run([input(type, elements)], [to]);
    expect(numbersOf(to)).toEqual(elements.map((x) => 2 * x));
  });

  it('writes every output into the buffer given, in the order compiled', async () => {
    const run = await compile([f32(2), f32(2)], (x, y) => [x.add(y), x.mul(y), x]);
    const to = [output(f32(2)), output(f32(2)), output(f32(2))];
    const arrays = to.map(({ array }) => array);
    await run.run([input(f32(2), [1, 2]), input(f32(2), [10, 20])], to);
    expect(to.map(numbersOf)).toEqual([
      [11, 22],
      [10, 40],
      [1, 2],
    ]);
    to.forEach(({ array }, i) => expect(array).toBe(arrays[i]));
  });

  it('sees what was written into an input between two runs', async () => {
    const run = await compile([f32(2)], (x) => [x.mul(x)]);
    const from = input(f32(2), [1, 2]);
    const to = output(f32(2));
    await run.run([from], [to]);
    expect(numbersOf(to)).toEqual([1, 4]);
    from.array[0] = 3;
    await run.run([from], [to]);
    expect(numbersOf(to)).toEqual([9, 4]);
  });

  it('refuses other dtypes, shapes and numbers of buffers', async () => {
    const run = await compile([f32(2), f32(2)], (x, y) => [x.add(y)]);
    const [x, y, z] = [input(f32(2), [1, 2]), input(f32(2), [1, 2]), output(f32(2))];
    const refused = async (code: string, text: string, ...args: Parameters<Executable['run']>) => {
      const error = await run.run(...args).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(RuntimeError);
      expect(error).toMatchObject({ code, message: expect.stringContaining(text) as string });
      if (run.runSync) expect(() => run.runSync!(...args)).toThrow(text);
    };
    await refused('arity', 'expected 2 inputs, given 1', [x], [z]);
    await refused('arity', 'expected 1 outputs, given 2', [x, y], [z, z]);
    await refused('type', 'input 1 was compiled for float32[2], given float32[3]', [x, input(f32(3), [1, 2, 3])], [z]);
    await refused('type', 'input 0 was compiled for float32[2], given int32[2]', [input({ dtype: 'int32', shape: [2] }, [1, 2]), y], [z]);
    await refused('type', 'output 0 was compiled for float32[2], given float32[2, 1]', [x, y], [output(f32(2, 1))]);
    await run.run([x, y], [z]);
    expect(numbersOf(z)).toEqual([2, 4]);
  });

  it('refuses a buffer that was released', async () => {
    const run = await compile([f32(2)], (x) => [x.add(x)]);
    const [x, z] = [input(f32(2), [1, 2]), output(f32(2))];
    await run.run([x], [z]);
    x.release();
    x.release();
    await expect(run.run([x], [z])).rejects.toThrow(ValueError);
    await expect(run.run([x], [z])).rejects.toMatchObject({ code: 'released' });
  });

  it('refuses to run once disposed, and to be disposed while running', async () => {
    const run = await compileFunction(row, [f32(64, 64)], (x) => [matmul(x, x)]);
    const [x, z] = [input(f32(64, 64), [1]), output(f32(64, 64))];
    const running = run.run([x], [z]);
    expect(() => run.dispose()).toThrow(expect.objectContaining({ code: 'session-in-use' }));
    await running;
    expect(numbersOf(z)[0]).toBe(1);
    run.dispose();
    run.dispose();
    await expect(run.run([x], [z])).rejects.toMatchObject({ code: 'session-disposed' });
    if (run.runSync) expect(() => run.runSync!([x], [z])).toThrow(RuntimeError);
  });

  it('takes two runs at a time', async () => {
    const run = await compile([f32(64, 64)], (x) => [matmul(x, x)]);
    const eye = (scale: number) => Array.from({ length: 64 * 64 }, (_, i) => (i % 65 === 0 ? scale : 0));
    const to = [output(f32(64, 64)), output(f32(64, 64))];
    await Promise.all([2, 3].map((scale, i) => run.run([input(f32(64, 64), eye(scale))], [to[i]!])));
    expect(to.map((storage) => numbersOf(storage)[65])).toEqual([4, 9]);
  });

  it('throws what ONNX Runtime says of a failed run, and goes on', async () => {
    const index: TensorType = { dtype: 'int64', shape: [1] };
    const run = await compile([f32(4), index], (x, i) => [take(x, i)]);
    const [x, z] = [input(f32(4), [1, 2, 3, 4]), output(f32(1))];
    const error = await run.run([x, input(index, [9])], [z]).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RuntimeError);
    expect(error).toMatchObject({ code: expect.stringMatching(/^ort/) as string, message: expect.stringMatching(/idx=9/) as string });
    await run.run([x, input(index, [2])], [z]);
    expect(numbersOf(z)).toEqual([3]);
  });

  it('throws what ONNX Runtime says of a model it cannot read', async () => {
    await expect(row.open().compile(new Uint8Array([1, 2, 3]), [], [])).rejects.toMatchObject({
      name: 'RuntimeError',
      code: expect.stringMatching(/^ort/) as string,
    });
  });

  it('gives the same bits in twenty runs', async () => {
    const type = f32(96, 96);
    const run = await compile([type], (x) => [softmax(matmul(x, x)), sum(x)]);
    const from = input(
      type,
      Array.from({ length: 96 * 96 }, (_, i) => Math.sin(i * i)),
    );
    const seen = new Set<string>();
    for (let i = 0; i < 20; i++) {
      const to = [output(type), output(f32())];
      await run.run([from], to);
      seen.add(to.map(({ array }) => Buffer.from(array.buffer).toString('latin1')).join());
    }
    expect(seen.size).toBe(1);
  });

  it('counts its sessions down to where it started', async () => {
    const before = row.open().live.sessions;
    const run = await compileFunction(row, [f32(2)], (x) => [x.add(x)]);
    expect(row.open().live.sessions).toBe(before + 1);
    run.dispose();
    expect(row.open().live.sessions).toBe(before);
  });

  it.runIf(row.runsElsewhere)('leaves the event loop free during a long run', async () => {
    const type = f32(768, 768);
    const run = await compile([type], (x) => [matmul(matmul(matmul(matmul(x, x), x), x), x)]);
    const [from, to] = [output(type), output(type)];
    await run.run([from], [to]);
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    const start = performance.now();
    await run.run([from], [to]);
    const milliseconds = performance.now() - start;
    clearInterval(timer);
    // Four products of 0.9 GFLOP take 30 ms or more on one core, so tens of ticks; a blocked loop ticks once at most.
    expect(milliseconds).toBeGreaterThan(10);
    expect(ticks).toBeGreaterThan(2);
  });
});

export type { RuntimeRow };

import { describe, expect, it } from 'vitest';
import { take, type Tensor, type TensorType, ValueError } from '../../src/index.js';
import type { Placement } from '../../src/runtime/pace.js';
import { Program } from '../../src/runtime/program.js';
import { Stream } from '../../src/runtime/stream.js';
import { Value } from '../../src/runtime/value.js';
import { compileFunction, numbersOf, runtimes } from './runtimes.js';

const vector: TensorType = { dtype: 'float32', shape: [2] };
const index: TensorType = { dtype: 'int64', shape: [1] };
const [cApi] = runtimes;
const runtime = cApi!.open();

const program = async (types: TensorType[], f: (...inputs: Tensor[]) => Tensor[]): Promise<Program> => {
  const compiling = compileFunction(cApi!, types, f);
  return new Program(runtime, compiling, (await compiling).outputs);
};

function valueOf(type: TensorType, elements: readonly number[]): Value {
  const storage = runtime.allocate(type);
  elements.forEach((x, i) => {
    storage.array[i] = type.dtype === 'int64' ? BigInt(x) : x;
  });
  return Value.of(storage);
}

const read = async (value: Value): Promise<number[]> => {
  await value.ready();
  return numbersOf({ array: value.view() });
};

/* What a caller sees may not depend on where a run happens. */
describe.each<Placement>(['calling-thread', 'other-thread', 'measured'])('runs placed %s', (placement) => {
  it('happen where they were placed', async () => {
    const double = await program([vector], (x) => [x.add(x)]);
    const [y] = new Stream(placement).submit(double, [valueOf(vector, [1, 2])]);
    if (placement !== 'measured') expect(y!.isReady).toBe(placement === 'calling-thread');
    expect(await read(y!)).toEqual([2, 4]);
    double.dispose();
  });

  it('happen in the order they were asked for', async () => {
    const stream = new Stream(placement);
    const double = await program([vector], (x) => [x.add(x)]);
    let value = valueOf(vector, [1, 3]);
    for (let i = 0; i < 10; i++) [value] = stream.submit(double, [value]) as [Value];
    expect(await read(value)).toEqual([1024, 3072]);
    await stream.idle();
    double.dispose();
  });

  it('show their error at their outputs and those that depend on them, and later runs work', async () => {
    const stream = new Stream(placement);
    const pick = await program([vector, index], (x, i) => [take(x, i)]);
    const double = await program([{ dtype: 'float32', shape: [1] }], (x) => [x.add(x)]);
    const x = valueOf(vector, [5, 6]);
    const [wrong] = stream.submit(pick, [x, valueOf(index, [7])]);
    const [doubled] = stream.submit(double, [wrong!]);
    const [right] = stream.submit(pick, [x, valueOf(index, [1])]);
    await expect(wrong!.ready()).rejects.toMatchObject({ name: 'RuntimeError', code: expect.stringMatching(/^ort/) as string });
    await expect(doubled!.ready()).rejects.toThrow(/idx=7/);
    expect(await read(right!)).toEqual([6]);
    pick.dispose();
    double.dispose();
  });

  it('of a model that did not compile fail all alike', async () => {
    const stream = new Stream(placement);
    const broken = new Program(runtime, runtime.compile(new Uint8Array([9]), [vector], [vector]), [vector]);
    const outputs = [1, 2].flatMap(() => stream.submit(broken, [valueOf(vector, [1, 2])]));
    for (const output of outputs) await expect(output.ready()).rejects.toMatchObject({ name: 'RuntimeError' });
    await stream.idle();
    broken.dispose();
  });

  it('refuse values given up at once', async () => {
    const stream = new Stream(placement);
    const double = await program([vector], (x) => [x.add(x)]);
    const x = valueOf(vector, [1, 2]);
    x.dispose();
    expect(() => stream.submit(double, [x])).toThrow(ValueError);
    const y = valueOf(vector, [1, 2]);
    const [z] = stream.submit(double, [y], { donated: [true], name: 'step' });
    expect(() => stream.submit(double, [y])).toThrow(/donated to step/);
    expect(() => y.view()).toThrow(ValueError);
    expect(await read(z!)).toEqual([2, 4]);
    double.dispose();
  });

  it('keep what they need when it is given up meanwhile', async () => {
    const stream = new Stream(placement);
    const double = await program([vector], (x) => [x.add(x)]);
    const x = valueOf(vector, [1, 2]);
    const [y] = stream.submit(double, [x]);
    x.dispose();
    const [z] = stream.submit(double, [y!]);
    y!.dispose();
    expect(await read(z!)).toEqual([4, 8]);
    await expect(y!.ready().then(() => y!.view())).rejects.toMatchObject({ code: 'released' });
    double.dispose();
  });

  it('use a donated buffer again, once, and only when no earlier run needs it', async () => {
    const stream = new Stream(placement);
    const sum = await program([vector, vector], (x, y) => [x.add(y)]);
    const x = valueOf(vector, [1, 2]);
    const buffer = x.view();
    const one = valueOf(vector, [1, 1]);
    const [early] = stream.submit(sum, [x, one]);
    const [first] = stream.submit(sum, [x, one], { donated: [true, false] });
    const [second] = stream.submit(sum, [first!, one], { donated: [true, false] });
    expect(await read(early!)).toEqual([2, 3]);
    expect(await read(second!)).toEqual([3, 4]);
    expect(second!.view()).toBe(buffer);
    const both = valueOf(vector, [1, 2]);
    expect(() => stream.submit(sum, [both, both], { donated: [true, true] })).toThrow(/donated twice/);
    expect(numbersOf({ array: both.view() })).toEqual([1, 2]);
    sum.dispose();
  });

  it('may be in progress when their program is disposed, which later ones are refused', async () => {
    const stream = new Stream(placement);
    const sessions = runtime.live.sessions;
    const double = await program([vector], (x) => [x.add(x)]);
    const [y] = stream.submit(double, [valueOf(vector, [1, 2])]);
    const [z] = stream.submit(double, [y!]);
    double.dispose();
    expect(() => stream.submit(double, [y!])).toThrow(expect.objectContaining({ code: 'disposed' }));
    expect(await read(z!)).toEqual([4, 8]);
    await stream.idle();
    expect(runtime.live.sessions).toBe(sessions);
  });
});

it('a loop of short runs, each awaited, lets the event loop have its turns', async () => {
  const stream = new Stream();
  const double = await program([vector], (x) => [x.add(x)]);
  const x = valueOf(vector, [1, 2]);
  let ticks = 0;
  const timer = setInterval(() => ticks++, 1);
  const start = performance.now();
  while (performance.now() - start < 200) {
    const [y] = stream.submit(double, [x]);
    await y!.ready();
    y!.dispose();
  }
  clearInterval(timer);
  // A turn every 8 ms makes 25 on a quiet machine; without turns, promises alone would keep the timer waiting to the end.
  expect(ticks).toBeGreaterThan(2);
  double.dispose();
});

import { describe, expect, it } from 'vitest';
import { cachedAttention, type Tensor, type TensorType } from '../../src/index.js';
import { Program } from '../../src/runtime/program.js';
import { Stream } from '../../src/runtime/stream.js';
import { Value } from '../../src/runtime/value.js';
import { compileFunction, runtimes } from './runtimes.js';

const [heads, width, capacity] = [2, 8, 6];
const row: TensorType = { dtype: 'float32', shape: [1, 1, heads * width] };
const cache: TensorType = { dtype: 'float32', shape: [1, heads, capacity, width] };
const position: TensorType = { dtype: 'int32', shape: [1] };

const attend = (x: Tensor, keys: Tensor, values: Tensor, at: Tensor): Tensor[] => {
  const { output, cache: next } = cachedAttention(x, x, x, { key: keys, value: values }, at, { heads });
  return [output, next.key, next.value];
};

/** What five steps give on a runtime, with the caches updated in place or copied. */
async function decode(runtimeRow: (typeof runtimes)[number], inPlace: boolean): Promise<number[]> {
  const runtime = runtimeRow.open();
  const compiling = compileFunction(runtimeRow, [row, cache, cache, position], attend as (...inputs: Tensor[]) => Tensor[]);
  const program = new Program(runtime, compiling, (await compiling).outputs, inPlace ? [undefined, 1, 2] : []);
  const stream = new Stream();
  const valueOf = (type: TensorType, element: (i: number) => number): Value => {
    const storage = runtime.allocate(type);
    for (let i = 0; i < storage.array.length; i++) storage.array[i] = element(i);
    return Value.of(storage);
  };
  let [keys, values] = [valueOf(cache, () => 0), valueOf(cache, () => 0)];
  const seen: number[] = [];
  for (let step = 0; step < 5; step++) {
    const inputs = [valueOf(row, (i) => Math.sin(i * 7 + step)), keys, values, valueOf(position, () => step)];
    const [output, nextKeys, nextValues] = stream.submit(program, inputs, { donated: [false, true, true, false] });
    await output!.ready();
    seen.push(...Array.from(output!.view() as Float32Array));
    [keys, values] = [nextKeys!, nextValues!];
  }
  program.dispose();
  return seen;
}

describe.each(runtimes)('$name', (runtimeRow) => {
  it('updates a cache in place to the same results', async () => {
    const copied = await decode(runtimeRow, false);
    expect(await decode(runtimeRow, true)).toEqual(copied);
    expect(new Set(copied).size).toBeGreaterThan(40);
  });
});

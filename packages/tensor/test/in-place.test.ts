import { describe, expect, test } from 'vitest';
import {
  add,
  cachedAttention,
  type CachedKeysAndValues,
  evaluate,
  jit,
  liveObjects,
  random,
  tensor,
  type Tensor,
  zeros,
} from '../src/index.js';

const [heads, width, capacity] = [2, 8, 16];
const empty = (): Promise<CachedKeysAndValues> =>
  evaluate({ key: zeros([1, heads, capacity, width]), value: zeros([1, heads, capacity, width]) });
const row = (seed: number) => evaluate(random.normal(random.key(seed), [1, 1, heads * width]));
const at = (position: number) => tensor(new Int32Array([position]), [1]);
const attend = (x: Tensor, cache: CachedKeysAndValues, position: Tensor) => cachedAttention(x, x, x, cache, position, { heads });

/** The buffer a tensor's elements are in. */
const bufferOf = (x: Tensor): unknown => (x.origin as unknown as { value: { view(): { buffer: unknown } } }).value.view().buffer;

async function decode(step: typeof attend, steps: number): Promise<{ outputs: number[][]; buffers: Set<unknown> }> {
  let cache = await empty();
  const outputs: number[][] = [];
  const buffers = new Set<unknown>();
  for (let i = 0; i < steps; i++) {
    const result = step(await row(i), cache, at(i));
    cache = result.cache;
    outputs.push(Array.from((await result.output.data()) as Float32Array));
    buffers.add(bufferOf(cache.key)).add(bufferOf(cache.value));
  }
  return { outputs, buffers };
}

describe('a cache that is donated', () => {
  test('stays in its two buffers, and gives what a copied one gives', async () => {
    const inPlace = await decode(jit(attend, { donate: [1] }), 10);
    const copied = await decode(jit(attend), 10);
    expect(inPlace.buffers.size).toBe(2);
    expect(copied.buffers.size).toBeGreaterThan(2);
    expect(inPlace.outputs).toEqual(copied.outputs);
  });

  test('has no value afterwards', async () => {
    const cache = await empty();
    const { output } = jit(attend, { donate: [1] })(await row(0), cache, at(0));
    await output.data();
    await expect(cache.key.data()).rejects.toMatchObject({ code: 'released' });
  });

  test('is copied where something else reads it, or only half of it is returned', async () => {
    const reading = jit(
      (x: Tensor, cache: CachedKeysAndValues, position: Tensor) => ({ ...attend(x, cache, position), before: add(cache.key, 0) }),
      {
        donate: [1],
      },
    );
    const first = attend(await row(1), await empty(), at(0)).cache;
    const before = Array.from((await (await evaluate(first)).key.data()) as Float32Array);
    const both = reading(await row(2), first, at(1));
    expect(Array.from((await both.before.data()) as Float32Array)).toEqual(before);
    expect(Array.from((await both.cache.key.data()) as Float32Array)).not.toEqual(before);

    const half = jit(
      (x: Tensor, cache: CachedKeysAndValues, position: Tensor) => {
        const { output, cache: next } = attend(x, cache, position);
        return { output, key: next.key };
      },
      { donate: [1] },
    );
    const whole = attend(await row(2), (await evaluate(attend(await row(1), await empty(), at(0)))).cache, at(1));
    const again = half(await row(2), (await evaluate(attend(await row(1), await empty(), at(0)))).cache, at(1));
    expect(await again.output.data()).toEqual(await whole.output.data());
  });

  test('is copied under checkNumerics, which runs again on what was given', async () => {
    const { outputs, buffers } = await decode(jit(attend, { donate: [1], checkNumerics: true }), 4);
    expect(outputs).toEqual((await decode(jit(attend), 4)).outputs);
    expect(buffers.size).toBeGreaterThan(2);
  });

  test('goes back to where it came from when its run fails', async () => {
    const step = jit(attend, { donate: [1] });
    const [x, first, beyond] = [await row(0), at(0), at(capacity)];
    const round = async () => {
      const failed = step(x, await empty(), beyond);
      await expect(failed.output.data()).rejects.toThrow();
      const result = step(x, await empty(), first);
      await result.output.data();
      for (const made of [result.output, result.cache.key, result.cache.value]) made.dispose();
    };
    for (let i = 0; i < 3; i++) await round();
    const { values } = liveObjects();
    for (let i = 0; i < 5; i++) await round();
    expect(liveObjects().values).toBe(values);
    step.dispose();
  });

  test('goes through runs that were asked for before the last one ended', async () => {
    const step = jit(attend, { donate: [1] });
    const rows = await Promise.all(Array.from({ length: 10 }, (_, i) => row(i)));
    let cache = await empty();
    const pending = rows.map((x, i) => {
      const result = step(x, cache, at(i));
      cache = result.cache;
      return result.output;
    });
    const outputs = await Promise.all(pending.map(async (x) => Array.from((await x.data()) as Float32Array)));
    expect(outputs).toEqual((await decode(jit(attend), 10)).outputs);
  });
});

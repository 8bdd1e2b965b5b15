import { describe, expect, it } from 'vitest';
import { type ChildOptions, runChild } from './child.js';

/** The runtime for browsers is chosen as a bundler does, by the condition; WebAssembly is in Node too. */
const on = (runtime: string, ...nodeOptions: string[]): ChildOptions =>
  runtime === 'web'
    ? { nodeOptions: ['--conditions=browser', ...nodeOptions] }
    : { environment: { SARDONYX_RUNTIME: runtime }, nodeOptions };

/* Each in a process of its own: a mistake in lifetimes is a crash, and its exit code is what is looked at. */
describe('lifetimes', () => {
  it.each(['c-api', 'node-binding', 'web'])('hold through random programs on %s', async (runtime) => {
    const { code, signal, stdout, stderr } = await runChild("await import('./test/runtime/fixtures/lifetime-fuzz.mjs')", on(runtime));
    expect({ code, signal, stderr }).toEqual({ code: 0, signal: null, stderr: '' });
    const seen = JSON.parse(stdout) as Record<string, number>;
    // The programs went everywhere they could go.
    for (const kind of ['read', 'call', 'donate', 'dispose', 'compile', 'lazy', 'fail', 'refuse']) {
      expect(seen[kind], kind).toBeGreaterThan(20);
    }
  });

  it.each(['c-api', 'web'])('are those of the collector for what nobody released on %s', async (runtime) => {
    const { code, stdout, stderr } = await runChild("await import('./test/runtime/fixtures/abandoned.mjs')", on(runtime, '--expose-gc'));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { before, during, after } = JSON.parse(stdout) as Record<string, { sessions: number; values: number }>;
    expect(during!.sessions - before!.sessions).toBe(20);
    expect(during!.values - before!.values).toBeGreaterThanOrEqual(200);
    expect(after).toEqual(before);
  });

  it.each(['c-api', 'web'])('do not make memory grow with the number of steps on %s', async (runtime) => {
    const { code, stdout, stderr } = await runChild("await import('./test/runtime/fixtures/steps.mjs')", on(runtime, '--expose-gc'));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { live, residentBytes } = JSON.parse(stdout) as { live: number[]; residentBytes: number[] };
    // Native values: the two sets of state buffers, the batch, and what waits in the pool; the same after every step.
    expect(new Set(live).size).toBe(1);
    // A step moves 0.5 MiB of state and makes a loss: leaking either a buffer or a value a step would add 400 MiB or
    // more than 100 kB of values; 16 MiB is the young generation, which V8 may keep in use.
    expect(residentBytes.at(-1)! - residentBytes[0]!).toBeLessThan(16 << 20);
  });

  it('keep the library, however early the collector comes', async () => {
    const script = "import { tensor } from '@sardonyx/tensor'; console.log(await tensor([1, 2]).add(1).data())";
    const { code, signal, stdout } = await runChild(script, on('c-api', '--stress-scavenge=5'));
    expect({ code, signal, stdout }).toEqual({ code: 0, signal: null, stdout: 'Float32Array(2) [ 2, 3 ]\n' });
  });

  it('leave one plan of memory to a compiled function, and nothing of its first run', async () => {
    const script = `
      import { concat, jit, sin, sum, tensor } from '@sardonyx/tensor';
      const x = tensor(new Float32Array(1 << 21).fill(1), [1 << 21]);
      // Twelve waves of 8 MiB that have to be there together, and what they are joined to: 192 MiB.
      const waves = jit((x) => sum(sin(concat(Array.from({ length: 12 }, (_, i) => sin(x.mul(i))), 0))));
      const before = process.memoryUsage().rss;
      for (let i = 0; i < 3; i++) await waves(x).item();
      console.log((process.memoryUsage().rss - before) / 2 ** 20);`;
    const { code, stdout } = await runChild(script, { environment: { SARDONYX_RUNTIME: 'c-api' } });
    expect(code).toBe(0);
    // With the memory of the first run beside the plan it is twice that.
    expect(Number(stdout)).toBeGreaterThan(150);
    expect(Number(stdout)).toBeLessThan(300);
  });

  it.each(['1', '2'])('allow %s threads, with the same result', async (threads) => {
    const script = `
      import { tensor, matmul, softmax, runtimeInfo } from '@sardonyx/tensor';
      const x = tensor(Float32Array.from({ length: 128 * 128 }, (_, i) => Math.sin(i * i)), [128, 128]);
      const sums = new Set();
      for (let i = 0; i < 20; i++) sums.add(Buffer.from((await softmax(matmul(x, x)).data()).buffer).toString('base64'));
      console.log(JSON.stringify({ threads: runtimeInfo().threads, variants: sums.size, first: (await matmul(x, x).data())[5] }));`;
    const { code, stdout } = await runChild(script, { environment: { SARDONYX_THREADS: threads } });
    expect(code).toBe(0);
    const answer = JSON.parse(stdout) as { first: number };
    expect(answer).toMatchObject({ threads: Number(threads), variants: 1 });
    const x = (i: number) => Math.fround(Math.sin(i * i));
    let expected = 0;
    for (let k = 0; k < 128; k++) expected += x(k) * x(128 * k + 5);
    // 128 products of order one summed in float32: 128 · 2⁻²⁴ = 8e-6.
    expect(Math.abs(answer.first - expected)).toBeLessThan(1e-5);
  });
});

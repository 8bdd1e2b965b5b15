import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { evaluate, grad, jit, relu, runtimeInfo, sum, take, tensor, type Tensor } from '../../src/index.js';
import { currentRuntime } from '../../src/runtime/current.js';
import type { Value } from '../../src/runtime/value.js';
import { Storage } from '../../src/runtime/storage.js';
import { runChild } from './child.js';
import { compileFunction, runtimes } from './runtimes.js';

const valueOf = (x: Tensor) => (x.origin as { value: Value }).value;

/* I/O binding on the CPU: outputs are in memory that ONNX Runtime owns, as they would be on a GPU. */
describe('values kept on the device', () => {
  const x = tensor([
    [1, -2],
    [3, -4],
  ]);

  it('are fetched by data()', async () => {
    const f = jit((x: Tensor) => [relu(x), x.cast('int64'), sum(x)] as const, { keepOnDevice: true });
    const [y, whole, total] = f(x);
    await evaluate([y, whole, total]);
    expect(valueOf(y).isOnHost).toBe(false);
    expect(() => valueOf(y).view()).toThrow(expect.objectContaining({ code: 'on-device' }));
    expect([...(await y.data())]).toEqual([1, 0, 3, 0]);
    expect([...(await whole.data())]).toEqual([1n, -2n, 3n, -4n]);
    expect(await total.item()).toBe(-2);
    expect([...(await y.data())]).toEqual([1, 0, 3, 0]);
  });

  it('go from run to run, and to and from functions on the host', async () => {
    const before = currentRuntime().live.values;
    const step = jit((x: Tensor) => x.add(x), { keepOnDevice: true, donate: [0] });
    const onHost = jit((x: Tensor) => x.add(1));
    let state = onHost(tensor([1, 2]));
    for (let i = 0; i < 10; i++) state = step(state);
    const back = onHost(state);
    expect([...(await back.data())]).toEqual([2049, 3073]);
    expect([...(await state.data())]).toEqual([2048, 3072]);
    expect([...(await state.mul(2).data())]).toEqual([4096, 6144]);
    state.dispose();
    back.dispose();
    await expect(state.data()).rejects.toMatchObject({ code: 'released' });
    // Ten states were made on the device and none is left; the host's few are kept in its pool.
    expect(currentRuntime().live.values - before).toBeLessThan(8);
  });

  it('replace the one computed into the same place before', async () => {
    const type = { dtype: 'float32', shape: [2] } as const;
    const row = { ...runtimes[0]!, open: currentRuntime, options: { keepOnDevice: true } };
    const run = await compileFunction(row, [type], (x) => [x.add(x)]);
    const [from, to] = [currentRuntime().allocate(type), Storage.onDevice(type)];
    from.array[0] = 1;
    from.array[1] = 2;
    await run.run([from], [to]);
    const before = currentRuntime().live.values;
    for (let i = 0; i < 5; i++) await run.run([from], [to]);
    expect(currentRuntime().live.values).toBe(before);
    expect([...(await to.read())]).toEqual([2, 4]);
    await expect(run.run([from], [from])).rejects.toMatchObject({ code: 'place' });
    to.release();
    await expect(to.read()).rejects.toMatchObject({ code: 'released' });
    run.dispose();
  });

  it('may be empty or a scalar', async () => {
    const f = jit((x: Tensor) => x.mul(2), { keepOnDevice: true });
    expect([...(await f(tensor(new Float32Array(0), [0, 3])).data())]).toEqual([]);
    expect([...(await f(tensor(4)).data())]).toEqual([8]);
  });

  it('report a failed run, and go on', async () => {
    const f = jit((x: Tensor, i: Tensor) => take(x, i), { keepOnDevice: true });
    await expect(f(x, tensor([7], [1], 'int64')).data()).rejects.toMatchObject({ name: 'RuntimeError' });
    expect([...(await f(x, tensor([1], [1], 'int64')).data())]).toEqual([3, -4]);
  });
});

const providerScript = `
  import { jit, relu, tensor, grad, sum, evaluate, matmul } from '@sardonyx/tensor';
  const options = { providers: ['WebGPU'], keepOnDevice: process.argv[1] === 'keep' };
  const x = tensor([[1, -2], [3, -4]]);
  try {
    const f = jit((x) => grad((x) => sum(relu(matmul(x, x)).mul(x)))(x), options);
    const g = jit((x) => x.add(x), options);
    const y = g(f(x));
    console.log(JSON.stringify({ result: [...await y.data()], names: [...await f(x).data()] }));
  } catch (error) {
    console.log(JSON.stringify({ code: error.code, message: error.message }));
  }`;

describe('an execution provider', () => {
  it.each(['CoreML', 'CUDA'].filter((name) => !runtimeInfo().providers.includes(name)))(
    'that this build lacks is refused by name, with those it has: %s',
    async (name) => {
      const f = jit((x: Tensor) => x.add(x), { providers: [name] });
      await expect(f(tensor([1])).data()).rejects.toMatchObject({
        code: 'provider-unavailable',
        message: expect.stringMatching(new RegExp(`^provider ${name}.*available are .*CPU`)) as string,
      });
    },
  );

  // In a process of its own: drivers start threads and may end the process they fail in.
  const vulkan = '/usr/lib/chromium';
  const environments = [
    { where: 'without a driver', environment: { VK_ICD_FILENAMES: '/nonexistent.json' }, computes: false },
    {
      where: 'on a software driver',
      environment: { VK_ICD_FILENAMES: `${vulkan}/vk_swiftshader_icd.json`, LD_LIBRARY_PATH: vulkan },
      computes: true,
    },
  ];
  describe.runIf(runtimeInfo().providers.includes('WebGPU') && process.platform === 'linux')('WebGPU', () => {
    it.each(environments.filter(({ computes }) => !computes || existsSync(`${vulkan}/libvk_swiftshader.so`)))(
      '$where',
      async ({ environment, computes }) => {
        for (const mode of ['keep', 'copy']) {
          const { stdout, code } = await runChild(providerScript, { environment, args: [mode] });
          expect(code).toBe(0);
          const answer = JSON.parse(stdout) as { result?: number[]; code?: string; message?: string };
          if (!computes) {
            expect(answer).toMatchObject({ code: 'provider-unavailable', message: expect.stringMatching(/^provider WebGPU: /) as string });
            continue;
          }
          const expected = await evaluate(
            jit((x: Tensor) => grad((x: Tensor) => sum(relu(x.matmul(x)).mul(x)))(x).mul(2))(
              tensor([
                [1, -2],
                [3, -4],
              ]),
            ),
          );
          expect(answer).toMatchObject({ result: [...(await expected.data())] });
        }
      },
    );
  });
});

import { decodeSafetensors, encodeSafetensors, type SafetensorsTensor } from '@sardonyx/data';
import { fromArrays, type NamedArray, toArrays } from '@sardonyx/tensor';
import { expect, test } from 'vitest';
import { optimizers } from '../packages/optim/test/optimizers.js';
import { after, elements, gradientsOf, model, start } from '../packages/optim/test/runs.js';

/** Dtypes of parameters and their state, and their names in safetensors. */
const names = { float32: 'F32', float64: 'F64', int32: 'I32' } as const;
type StateDType = keyof typeof names;
const dtypes = Object.fromEntries(Object.entries(names).map(([dtype, name]) => [name, dtype as StateDType]));

const stored = (arrays: Record<string, NamedArray>): Record<string, SafetensorsTensor> =>
  Object.fromEntries(
    Object.entries(arrays).map(([path, { dtype, shape, data }]) => [
      path,
      { dtype: names[dtype as StateDType], shape, data } as SafetensorsTensor,
    ]),
  );

const loaded = (tensors: Readonly<Record<string, SafetensorsTensor>>): Record<string, NamedArray> =>
  Object.fromEntries(
    Object.entries(tensors).map(([path, { dtype, shape, data }]) => [path, { dtype: dtypes[dtype]!, shape, data: data as Float32Array }]),
  );

test.each(optimizers)('$name resumes bit for bit from the bytes of safetensors', async ({ make }) => {
  const gradients = await gradientsOf([2, 3, 4, 5]);
  const whole = await after(make(0.1), model(1), gradients);
  const half = await after(make(0.1), model(1), gradients.slice(0, 2));
  const { tensors } = decodeSafetensors(encodeSafetensors(stored(await toArrays(half)), {}));
  const restored = fromArrays(await start(make(0.1), model(9)), loaded(tensors));
  expect(await elements(await after(make(0.1), model(9), gradients.slice(2), restored))).toEqual(await elements(whole));
});

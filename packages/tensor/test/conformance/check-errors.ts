import { expect } from 'vitest';
import { TensorError } from '../../src/index.js';
import type { BadCase } from './case.js';
import { drawInputs, seeded } from './draw.js';
import { toTensor } from './host.js';

/** A wrong call throws while tracing, with the operator, what is wrong and the caller's own line in the message. */
export function checkError({ name, inputs, call, error, says }: BadCase): void {
  const tensors = drawInputs(inputs, seeded(name)).map(toTensor);
  const thrown = errorOf(() => call(...tensors));
  expect(thrown.name).toBe(error);
  const operator = name.split(' ')[0]!;
  expect(thrown.message.startsWith(`${operator}: `), `"${thrown.message}" names ${operator} first`).toBe(true);
  for (const text of says) expect(thrown.message).toContain(text);
  expect(thrown.message).toMatch(/\n {4}at .*conformance\/cases\/[\w-]+\.ts:\d+:\d+$/);
}

function errorOf(body: () => unknown): TensorError {
  try {
    body();
  } catch (error) {
    if (error instanceof TensorError) return error;
    throw error;
  }
  return expect.fail('the call was accepted');
}

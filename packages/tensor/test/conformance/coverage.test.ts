import { expect, test, vi } from 'vitest';
import { topologicalOrder } from '../../src/core/graph.js';
import type { Op } from '../../src/core/op.js';
import { add, grad, sum, type Tensor } from '../../src/index.js';
import type { OpCase } from './case.js';
import { suites } from './cases/index.js';
import { drawInputs, seeded } from './draw.js';
import { isFloatDType, toTensor } from './host.js';
import { tensorsOf } from './tensors-of.js';

const defined = vi.hoisted(() => new Set<string>());

vi.mock('../../src/core/op.js', async (importOriginal) => {
  const original = await importOriginal<typeof import('../../src/core/op.js')>();
  const defineOp = (op: Op): Op => {
    defined.add(op.name);
    return original.defineOp(op);
  };
  return { ...original, defineOp };
});

/** Operators that no case can call, and the tests that hold them. */
const testedElsewhere = new Map([
  ['threefry', 'random/threefry.test.ts'],
  ['keyWords', 'random/threefry.test.ts'],
  ['counters', 'random/threefry.test.ts'],
  ['joinWords', 'random/threefry.test.ts'],
  ['rows', 'random/discrete.test.ts'],
  ['checkpoint', 'transforms.test.ts'],
  ['waitFor', 'transforms.test.ts'],
  ['mark', 'transforms.test.ts'],
]);

/** The outputs of a case and their gradients, as graphs. */
function graphsOf({ name, inputs, call, gradient }: OpCase): readonly Tensor[] {
  const given = drawInputs(inputs, seeded(name)).map(toTensor);
  const outputs = tensorsOf(call(...given));
  const sources = gradient ?? given.flatMap((x, i) => (isFloatDType(x.dtype) ? [i] : []));
  if (sources.length === 0) return outputs;
  const total = (chosen: readonly Tensor[]): Tensor =>
    tensorsOf(call(...given.map((x, i) => chosen[sources.indexOf(i)] ?? x)))
      .filter(({ dtype }) => isFloatDType(dtype))
      .map((output) => sum(output))
      .reduce((a, b) => add(a, b));
  return [...outputs, ...grad(total)(sources.map((i) => given[i]!))];
}

test('every operator has a case', () => {
  const used = new Set<string>();
  for (const testCase of suites.flatMap(({ cases }) => cases)) {
    for (const { op } of topologicalOrder(graphsOf(testCase))) used.add(op.name);
  }
  expect([...defined].filter((name) => !used.has(name) && !testedElsewhere.has(name))).toEqual([]);
});

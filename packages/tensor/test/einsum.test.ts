import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { einsum, grad, sum, type Tensor } from '../src/index.js';
import { topologicalOrder } from '../src/core/graph.js';
import { einsumByLoops } from './einsum-reference.js';
import { expectClose } from './conformance/check-value.js';
import { drawInput, seeded } from './conformance/draw.js';
import { toHost, toTensor } from './conformance/host.js';

const letters = 'abcdef';

/** Random equations: up to four operands of up to four axes over six labels, sizes 0 to 3, any output. */
const problem = fc
  .record({
    sizes: fc.array(fc.oneof({ weight: 1, arbitrary: fc.constant(0) }, { weight: 12, arbitrary: fc.integer({ min: 1, max: 3 }) }), {
      minLength: 6,
      maxLength: 6,
    }),
    terms: fc.array(fc.array(fc.nat({ max: 5 }), { maxLength: 4 }), { minLength: 1, maxLength: 4 }),
    shrink: fc.array(fc.nat({ max: 9 }), { minLength: 16, maxLength: 16 }),
    leading: fc.option(fc.array(fc.tuple(fc.nat({ max: 2 }), fc.nat({ max: 3 })), { minLength: 4, maxLength: 4 }), { freq: 2 }),
    outputOrder: fc.shuffledSubarray([0, 1, 2, 3, 4, 5]),
    implicit: fc.boolean(),
  })
  .map(({ sizes, terms, shrink, leading, outputOrder, implicit }) => {
    // One axis in ten is of size 1 and broadcasts; an ellipsis covers up to two axes of sizes 2 and 3.
    const shapes = terms.map((labels, i) => {
      const own = labels.map((label, axis) =>
        shrink[4 * i + axis] === 0 && labels.indexOf(label) === labels.lastIndexOf(label) ? 1 : sizes[label]!,
      );
      const [covered, ones] = leading?.[i] ?? [0, 0];
      const batch = [2, 3].slice(2 - covered).map((n, axis) => ((ones >> axis) & 1 ? 1 : n));
      return [...batch, ...own];
    });
    const dots = leading ? '...' : '';
    const left = terms.map((labels) => dots + labels.map((label) => letters[label]).join('')).join(',');
    const used = new Set(terms.flat());
    const right = outputOrder
      .filter((label) => used.has(label))
      .map((label) => letters[label])
      .join('');
    return { equation: implicit ? left : `${left}->${dots}${right}`, shapes };
  });

describe('einsum', () => {
  test('random equations give what plain loops give', () =>
    fc.assert(
      fc.asyncProperty(problem, async ({ equation, shapes }) => {
        const random = seeded(equation);
        const inputs = shapes.map((shape) => drawInput({ shape, draw: 'normal' }, random, 'float64'));
        const actual = await toHost(einsum(equation, ...inputs.map(toTensor)));
        // Sums of up to 3⁴ products of normal numbers: terms of the order of 100, hence eight times the usual tolerance.
        expectClose(actual, einsumByLoops(equation, inputs), 1.6e-5, equation);
      }),
      { seed: 20250313, numRuns: 250 },
    ));

  const operatorsOf = (equation: string, ...shapes: number[][]) => {
    const operands = shapes.map((shape) => toTensor(drawInput({ shape }, seeded(equation), 'float32')));
    return topologicalOrder([einsum(equation, ...operands)])
      .filter((node) => node.op.name !== 'reshape')
      .map((node) => node.op.name);
  };

  test.each([
    ['ij,jk->ik', [2, 3], [3, 4]],
    ['ji,kj->ik', [3, 2], [4, 3]],
    ['ij,kj->ki', [2, 3], [4, 3]],
    ['bsi,io->bso', [2, 3, 4], [4, 5]],
    ['bsi,bso->io', [2, 3, 4], [2, 3, 5]],
    ['bhqd,bhkd->bhqk', [2, 3, 4, 5], [2, 3, 6, 5]],
    ['bhqk,bhkd->bhqd', [2, 3, 4, 6], [2, 3, 6, 5]],
    ['i,i->', [3], [3]],
  ] as [string, number[], number[]][])('%s is one matrix product and nothing else', (equation, a, b) => {
    expect(operatorsOf(equation, a, b)).toEqual(['matmul']);
  });

  test('outer products and scaling are plain multiplications', () => {
    expect(operatorsOf('i,j->ij', [3], [4])).toEqual(['mul']);
    expect(operatorsOf('bij,b->bij', [2, 3, 4], [2])).toEqual(['mul']);
  });

  test('the cheapest order of three operands is taken', () => {
    // (ab)c takes 100·2·100 + 100·100·1 products, a(bc) 2·100·1 + 100·2·1.
    const operands = [
      [100, 2],
      [2, 100],
      [100, 1],
    ].map((shape) => toTensor(drawInput({ shape }, seeded('chain'), 'float32')));
    const products = topologicalOrder([einsum('ij,jk,kl->il', ...operands)]).filter((node) => node.op.name === 'matmul');
    expect(products.map((node) => node.outputs[0]!.size)).toEqual([2, 100]);
  });

  test('integers are multiplied as integers', async () => {
    const inputs = [
      [2, 3],
      [4, 3],
    ].map((shape) => drawInput({ shape, dtype: 'int64' }, seeded('integers')));
    expectClose(await toHost(einsum('ij,kj->ik', ...inputs.map(toTensor))), einsumByLoops('ij,kj->ik', inputs));
  });

  test('gradients are einsums with operand and output exchanged', async () => {
    const [a, b, c] = [
      [2, 3, 4],
      [4, 3, 2],
      [2, 2],
    ].map((shape, i) => drawInput({ shape }, seeded(`gradient ${i}`), 'float64'));
    const loss = (x: Tensor) => sum(einsum('bij,jib,bk->bk', x, toTensor(b!), toTensor(c!)).mul(toTensor(c!)));
    const actual = await toHost(grad(loss)(toTensor(a!)));
    expectClose(actual, einsumByLoops('jib,bk,bk->bij', [b!, c!, c!]), 1e-5);
  });
});

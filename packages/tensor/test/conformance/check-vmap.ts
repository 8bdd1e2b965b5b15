import * as engine from '../../src/index.js';
import type { Tensor } from '../../src/index.js';
import type { HostArray, OpCase } from './case.js';
import { expectClose } from './check-value.js';
import { drawInput, seeded } from './draw.js';
import { toHost, toTensor } from './host.js';
import { tensorsOf } from './tensors-of.js';

type Vmap = (f: OpCase['call'], options: { in: (number | null)[] }) => (...inputs: Tensor[]) => Tensor | readonly Tensor[];

const vmap = Reflect.get(engine, 'vmap') as Vmap | undefined;

/** Whether this build of the engine batches functions at all. */
export const hasVmap = vmap !== undefined;

const batchSize = 3;

/** The batch rule against a loop over examples, for every choice of inputs that carry the batch. */
export async function checkVmap(testCase: OpCase): Promise<void> {
  const count = testCase.inputs.length;
  for (let choice = 1; choice < 2 ** count; choice++) {
    const batched = testCase.inputs.map((_, i) => Boolean(choice & (1 << i)));
    await compareWithLoop(testCase, batched);
  }
}

async function compareWithLoop(testCase: OpCase, batched: readonly boolean[]): Promise<void> {
  const random = seeded(`${testCase.name} vmap`);
  const examples = testCase.inputs.map((spec, i) => Array.from({ length: batched[i] ? batchSize : 1 }, () => drawInput(spec, random)));
  const stacked = examples.map((list, i) => toTensor(batched[i] ? stack(list) : list[0]!));
  const inAxes = batched.map((isBatched) => (isBatched ? 0 : null));
  const actual = await Promise.all(tensorsOf(vmap!(testCase.call, { in: inAxes })(...stacked)).map(toHost));

  const loop: HostArray[][] = [];
  for (let b = 0; b < batchSize; b++) {
    const inputs = examples.map((list, i) => toTensor(list[batched[i] ? b : 0]!));
    loop.push(await Promise.all(tensorsOf(testCase.call(...inputs)).map(toHost)));
  }
  actual.forEach((output, i) => {
    const what = `output ${i} with ${batched.map((b) => (b ? 'batched' : 'shared')).join(', ')} inputs`;
    expectClose(output, stack(loop.map((outputs) => outputs[i]!)), testCase.tolerance, what);
  });
}

function stack(list: readonly HostArray[]): HostArray {
  const { dtype, shape } = list[0]!;
  return { dtype, shape: [list.length, ...shape], data: list.flatMap(({ data }) => data) };
}

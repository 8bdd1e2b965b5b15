import { parseArgs } from 'node:util';
import { evaluate, jit, DTypeError, RuntimeError } from '../src/index.js';
import { currentRuntime } from '../src/runtime/current.js';
import type { DType } from '../src/index.js';
import { dtypes } from '../src/core/dtype.js';
import type { OpCase } from '../test/conformance/case.js';
import { suites } from '../test/conformance/cases/index.js';
import { tensorsOf } from '../test/conformance/tensors-of.js';
import { drawInputs, seeded } from '../test/conformance/draw.js';
import { toTensor } from '../test/conformance/host.js';

/*
 * The conformance cases as a table, one row a case or operator, one column a dtype:
 *   speed    microseconds a compiled call takes, inputs in memory and outputs awaited;
 *   support  yes, no (the kernel is missing in this runtime), or – (the operator refuses the dtype).
 *
 * npx tsc -p packages/tensor/bench && node packages/tensor/bench/dist/bench/conformance.js --mode speed|support
 */

const columns = Object.keys(dtypes) as DType[];
const { mode, only } = parseArgs({
  options: { mode: { type: 'string', default: 'speed' }, only: { type: 'string', default: '' } },
}).values;
const chosen = suites.flatMap(({ cases }) => cases).filter(({ name }) => name.includes(only));

const inputsOf = (testCase: OpCase, dtype: DType) =>
  drawInputs(
    testCase.inputs.map((spec) => ((spec.dtype ?? 'float32') === 'float32' ? { ...spec, dtype } : spec)),
    seeded(testCase.name),
  ).map(toTensor);

async function microseconds(testCase: OpCase, dtype: DType): Promise<string> {
  const inputs = inputsOf(testCase, dtype);
  const compiled = jit((...xs: typeof inputs) => [...tensorsOf(testCase.call(...xs))]);
  const run = () => evaluate(compiled(...inputs));
  await run();
  const rounds: number[] = [];
  for (let round = 0; round < 5; round++) {
    const start = performance.now();
    for (let i = 0; i < 40; i++) await run();
    rounds.push(((performance.now() - start) / 40) * 1000);
  }
  compiled.dispose();
  return Math.min(...rounds).toFixed(1);
}

/** What happens to one case in one dtype, `–` where the operator itself refuses it. */
async function attempt(measure: () => Promise<string>): Promise<string> {
  try {
    return await measure();
  } catch (error) {
    if (error instanceof DTypeError) return '–';
    if (error instanceof RuntimeError) return 'no';
    throw error;
  }
}

async function speedRow(testCase: OpCase): Promise<string[]> {
  const times = columns.map((dtype) => () => attempt(() => microseconds(testCase, dtype)));
  return [testCase.name, ...(await inTurn(times))];
}

async function supportRow(operator: string, cases: readonly OpCase[]): Promise<string[]> {
  const verdicts = columns.map((dtype) => async () => {
    const each = await inTurn(
      cases.map(
        (testCase) => () =>
          attempt(async () => {
            await evaluate([...tensorsOf(testCase.call(...inputsOf(testCase, dtype)))]);
            return 'yes';
          }),
      ),
    );
    return each.includes('no') ? 'no' : each.includes('yes') ? 'yes' : '–';
  });
  return [operator, ...(await inTurn(verdicts))];
}

async function inTurn<T>(jobs: readonly (() => Promise<T>)[]): Promise<T[]> {
  const results: T[] = [];
  for (const job of jobs) results.push(await job());
  return results;
}

const print = ([name, ...cells]: readonly string[]) => console.log(name!.padEnd(48) + cells.map((cell) => cell.padStart(9)).join(''));

const { name, version, threads } = currentRuntime();
console.log(`${mode} on ${name} ${version}, ${threads} threads`);
print(['', ...columns]);
if (mode === 'support') {
  const byOperator = new Map<string, OpCase[]>();
  for (const testCase of chosen) {
    const operator = testCase.name.split(' ')[0]!;
    byOperator.set(operator, [...(byOperator.get(operator) ?? []), testCase]);
  }
  for (const [operator, cases] of byOperator) print(await supportRow(operator, cases));
} else {
  for (const testCase of chosen) print(await speedRow(testCase));
}

import { formatType } from '../core/errors.js';
import { sameShape } from '../core/shape.js';
import { Tensor } from '../core/tensor.js';
import { OnnxImportError, type OnnxImportErrorCode } from './errors.js';
import type { NamedTensors, OnnxPort } from './import-onnx.js';

const list = (names: readonly string[]): string => names.map((name) => JSON.stringify(name)).join(', ') || 'none';

const describe = ({ name, dtype, shape }: OnnxPort): string =>
  `${JSON.stringify(name)} ${dtype}${shape ? `[${shape.map((n) => n ?? '?').join(', ')}]` : ''}`;

/** Every name that is expected must be given, and no other. */
function expectNames(what: 'input' | 'parameter', expected: readonly string[], given: NamedTensors, remedy: string): void {
  const fail = (kind: 'missing' | 'unknown', name: string) => {
    const code: OnnxImportErrorCode = `${kind}-${what}`;
    const expectation = kind === 'missing' ? `${what} ${JSON.stringify(name)} is missing` : `there is no ${what} ${JSON.stringify(name)}`;
    throw new OnnxImportError(code, `${expectation}: expected ${list(expected)}, given ${list(Object.keys(given))}; ${remedy}`);
  };
  for (const name of expected) if (!(given[name] instanceof Tensor)) fail('missing', name);
  for (const name of Object.keys(given)) if (!expected.includes(name)) fail('unknown', name);
}

/** Checks names, dtypes and shapes of the inputs; a symbol stands for one size throughout. */
export function bindInputs(inputs: readonly OnnxPort[], given: NamedTensors): void {
  expectNames(
    'input',
    inputs.map(({ name }) => name),
    given,
    'pass a tensor for each input by name',
  );
  const bound = new Map<string, { size: number; by: string }>();
  for (const input of inputs) {
    const value = given[input.name]!;
    if (value.dtype !== input.dtype) {
      throw new OnnxImportError(
        'input-dtype',
        `input ${JSON.stringify(input.name)}: expected ${describe(input)}, given ${formatType(value.dtype, value.shape)}; convert it with cast(x, '${input.dtype}')`,
      );
    }
    const problem = shapeProblem(input, value, bound);
    if (problem) {
      throw new OnnxImportError(
        'input-shape',
        `input ${JSON.stringify(input.name)}: expected ${describe(input)}, given ${formatType(value.dtype, value.shape)}: ${problem}; reshape it, or export the model with that axis dynamic`,
      );
    }
  }
}

function shapeProblem(input: OnnxPort, { shape }: Tensor, bound: Map<string, { size: number; by: string }>): string | undefined {
  if (!input.shape) return undefined;
  if (input.shape.length !== shape.length) return `its rank is ${shape.length}, not ${input.shape.length}`;
  for (const [axis, wanted] of input.shape.entries()) {
    const size = shape[axis]!;
    if (typeof wanted === 'number' && wanted !== size) return `axis ${axis} has size ${size}, not ${wanted}`;
    if (typeof wanted !== 'string') continue;
    const known = bound.get(wanted);
    if (known && known.size !== size) return `axis ${axis} (${wanted}) has size ${size}, but ${known.by} makes it ${known.size}`;
    bound.set(wanted, known ?? { size, by: JSON.stringify(input.name) });
  }
  return undefined;
}

/** Checks that the parameters have the names, dtypes and shapes of the stored ones. */
export function checkParameters(stored: NamedTensors, given: NamedTensors): void {
  expectNames('parameter', Object.keys(stored), given, 'pass `parameters` of the imported model or tensors under its names');
  for (const [name, { dtype, shape }] of Object.entries(stored)) {
    const value = given[name]!;
    if (value.dtype === dtype && sameShape(value.shape, shape)) continue;
    throw new OnnxImportError(
      'parameter-type',
      `parameter ${JSON.stringify(name)}: expected ${formatType(dtype, shape)}, given ${formatType(value.dtype, value.shape)}; give it the stored type`,
    );
  }
}

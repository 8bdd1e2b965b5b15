import type { DType } from '../core/dtype.js';
import type { GraphBuilder } from './builder.js';

/** A value in the graph being built, or a number of the expression's dtype. */
export type Operand = string | number;

export type Expressions = ReturnType<typeof expressions>;

/** Short names for the ONNX operators that compositions are written with; numbers become constants of `dtype`. */
export function expressions(builder: GraphBuilder, dtype: DType) {
  const operand = (x: Operand) => (typeof x === 'number' ? builder.scalar(dtype, x) : x);
  const of =
    (opType: string) =>
    (...operands: Operand[]): string =>
      builder.emit(opType, operands.map(operand));
  const mul = of('Mul');
  const add = of('Add');
  return {
    dtype,
    add,
    mul,
    sub: of('Sub'),
    div: of('Div'),
    neg: of('Neg'),
    abs: of('Abs'),
    sign: of('Sign'),
    exp: of('Exp'),
    log: of('Log'),
    sqrt: of('Sqrt'),
    tanh: of('Tanh'),
    erf: of('Erf'),
    max: of('Max'),
    min: of('Min'),
    less: of('Less'),
    equal: of('Equal'),
    where: of('Where'),
    /** Σ coefficients[i]·xⁱ by Horner's rule. */
    polynomial: (coefficients: readonly number[], x: string): string =>
      coefficients.slice(0, -1).reduceRight<Operand>((value, c) => add(mul(value, x), c), coefficients.at(-1)!) as string,
  };
}

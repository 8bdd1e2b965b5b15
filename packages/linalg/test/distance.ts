import { expect } from 'vitest';
import { identity, LinalgError, type LinalgErrorCode, type Matrix, maximumNorm, multiply, precisionOf, subtract } from '@sardonyx/linalg';

/** `max |aᵢⱼ − bᵢⱼ|`. */
export const distance = (a: Matrix, b: Matrix): number => maximumNorm(subtract(a, b));

/** `max |QᵀQ − I|`. */
export const lossOfOrthogonality = (q: Matrix): number =>
  distance(multiply(q, q, { transposeLeft: true }), identity(q.columns, precisionOf(q)));

/** The error that a call throws. */
export function thrownBy(call: () => unknown, code: LinalgErrorCode): LinalgError {
  try {
    call();
  } catch (error) {
    expect(error).toBeInstanceOf(LinalgError);
    expect((error as LinalgError).code).toBe(code);
    return error as LinalgError;
  }
  throw new Error(`expected a LinalgError ${code}, nothing was thrown`);
}

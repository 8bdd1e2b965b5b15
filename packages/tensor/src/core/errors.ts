import type { DType } from './dtype.js';

/** Base of every error the engine throws on purpose; `code` is stable and safe to test for. */
export class TensorError extends Error {
  constructor(
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** An operator was given shapes or attributes it cannot take. Thrown while tracing. */
export class ShapeError extends TensorError {}
/** An operator was given element types it cannot take, or a mixture. Thrown while tracing. */
export class DTypeError extends TensorError {}
/** A value was read where none exists: while tracing, after release, after donation. */
export class ValueError extends TensorError {}
/** ONNX Runtime refused a model or failed in a run. */
export class RuntimeError extends TensorError {}
/** A function compiled with `checkNumerics` made NaN or infinity. */
export class NumericalError extends TensorError {
  constructor(
    message: string,
    /** The operator that made it first; `undefined` where an argument or a captured tensor brought it in. */
    readonly operator: string | undefined,
    /** `file:line:column` of the caller's code that applied the operator; empty where unknown. */
    readonly line: string,
    readonly nanCount: number,
    readonly infinityCount: number,
  ) {
    super('non-finite', message);
  }
}
/** Something the engine does not do (an operator without gradient, an unknown ONNX operator). */
export class UnsupportedError extends TensorError {}

export const formatType = (dtype: DType, shape: readonly number[]): string => `${dtype}[${shape.join(', ')}]`;

/** Source and built files of this package: frames inside are not the caller's. */
const packageRoot = withoutScheme(new URL(/* @vite-ignore: a folder, no file to bundle */ '../', import.meta.url).href);

function withoutScheme(place: string): string {
  return place.startsWith('file://') ? decodeURIComponent(place.slice(7)) : place;
}

/**
 * The caller's own line: the first stack frame outside this package, as `file:line:column`.
 * Empty where the stack tells nothing.
 */
export function callerLine(stack: string | undefined): string {
  const frames = (stack ?? '').split('\n').slice(1);
  for (const frame of frames) {
    const place = /\(?((?:file:\/\/)?[^()\s]+:\d+:\d+)\)?\s*$/.exec(frame)?.[1];
    if (!place || place.startsWith('node:')) continue;
    const path = withoutScheme(place);
    if (!path.startsWith(packageRoot)) return path;
  }
  return '';
}

/** `operator: what was expected, what was given (at the caller's line)`. */
export function operatorError(
  Kind: typeof ShapeError | typeof DTypeError | typeof UnsupportedError,
  operator: string,
  message: string,
): TensorError {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 64;
  const line = callerLine(new Error().stack);
  Error.stackTraceLimit = limit;
  const code = Kind === ShapeError ? 'shape' : Kind === DTypeError ? 'dtype' : 'unsupported';
  return new Kind(code, `${operator}: ${message}${line ? `\n    at ${line}` : ''}`);
}

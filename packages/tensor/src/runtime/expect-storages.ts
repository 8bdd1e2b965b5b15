import { formatType, RuntimeError, ValueError } from '../core/errors.js';
import { sameShape } from '../core/shape.js';
import type { TensorType } from '../core/tensor.js';
import type { Storage } from './storage.js';

/**
 * Checks, before native code sees them, that a run's buffers are what its model was compiled for.
 * Throws RuntimeError `arity` or `type`, ValueError `released`.
 */
export function expectStorages(what: 'input' | 'output', storages: readonly Storage[], types: readonly TensorType[]): void {
  if (storages.length !== types.length) {
    throw new RuntimeError('arity', `run: expected ${types.length} ${what}s, given ${storages.length}`);
  }
  for (let i = 0; i < storages.length; i++) {
    const storage = storages[i]!;
    const type = types[i]!;
    if (storage.dtype !== type.dtype || !sameShape(storage.shape, type.shape)) {
      throw new RuntimeError(
        'type',
        `run: ${what} ${i} was compiled for ${formatType(type.dtype, type.shape)}, given ${formatType(storage.dtype, storage.shape)}`,
      );
    }
    if (storage.isReleased) {
      throw new ValueError('released', `run: ${what} ${i} was released; allocate another buffer`);
    }
  }
}

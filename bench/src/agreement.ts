/** A scalar that every contender must arrive at: a loss, or a projection of a result. */
export interface Checkpoint {
  readonly name: string;
  readonly value: number;
}

/** Two contenders that arrived at different values. */
export interface Disagreement {
  readonly checkpoint: string;
  readonly contender: string;
  readonly value: number;
  readonly reference: string;
  readonly referenceValue: number;
}

/**
 * Float32 implementations that sum in different orders part by about 1e-5 within ten steps; a wrong epsilon, a missing
 * bias or a transposed weight moves a loss of order one by more than this.
 */
export const agreementTolerance = 1e-3;

/**
 * Compares every contender's checkpoints with those of the first contender that has them. The tolerance is absolute up
 * to magnitude `1` for every checkpoint, absolute throughout for losses, relative above `1` for the others.
 */
export function disagreements(results: readonly { contender: string; checkpoints: readonly Checkpoint[] }[]): Disagreement[] {
  const references = new Map<string, { contender: string; value: number }>();
  const found: Disagreement[] = [];
  for (const { contender, checkpoints } of results) {
    for (const { name, value } of checkpoints) {
      const reference = references.get(name);
      if (reference === undefined) {
        references.set(name, { contender, value });
        continue;
      }
      const scale = name.startsWith('loss') ? 1 : Math.max(1, Math.abs(value), Math.abs(reference.value));
      if (!(Math.abs(value - reference.value) <= agreementTolerance * scale)) {
        found.push({ checkpoint: name, contender, value, reference: reference.contender, referenceValue: reference.value });
      }
    }
  }
  return found;
}

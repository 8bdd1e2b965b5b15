import { randomKey } from '@sardonyx/data';

/** The three disjoint parts of a task's problems. */
export const splits = ['train', 'validation', 'test'] as const;
export type Split = (typeof splits)[number];

/** The key of the hash; the same for every seed, so that runs of different seeds hold out the same problems. */
const splitSeed = 0x5eed;

/**
 * The part that a problem belongs to, decided by a keyed 64-bit hash of its canonical form: the lowest `heldOut` of the
 * hash values are the test, the next `heldOut` the validation.
 *
 * Held-out problems are absent from training exactly, not just probably: the split is a function of the canonical form,
 * a training problem is only ever drawn if this function says `train`, and problems that count as the same have one
 * canonical form. A collision of the hash puts two different problems in one part, never one problem in two.
 *
 * @param canonical what equal problems share, such as the text of a question up to renaming
 * @param heldOut share of the problems in each of validation and test, from 0 to 0.5
 */
export function splitOf(canonical: string, heldOut: number): Split {
  const [high, low] = randomKey(splitSeed, canonical);
  const fraction = (high * 2 ** 21 + (low >>> 11)) / 2 ** 53;
  if (fraction < heldOut) return 'test';
  return fraction < 2 * heldOut ? 'validation' : 'train';
}

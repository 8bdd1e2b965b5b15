/**
 * What training sees over time: each stage holds from its share of the steps on. The first begins at 0, and shares rise.
 */
export type Curriculum<T> = readonly { readonly from: number; readonly value: T }[];

/** The stage of a step, counted from 0, out of `steps`. */
export function stageAt<T>(curriculum: Curriculum<T>, step: number, steps: number): T {
  let stage: T | undefined;
  for (const { from, value } of curriculum) if (step >= from * steps) stage = value;
  if (stage === undefined) throw new RangeError(`curriculum: expected a first stage from 0, given ${curriculum[0]?.from ?? 'no stages'}`);
  return stage;
}

/**
 * Values spread over the steps: each of `values` but the last ends at its share in `until`.
 * @throws {RangeError} where the shares are not one fewer than the values, or do not rise between 0 and 1
 */
export function curriculum<T>(values: readonly T[], until: readonly number[]): Curriculum<T> {
  const shares = [0, ...until];
  const rises = shares.every((share, i) => share >= 0 && share < 1 && (i === 0 || share > shares[i - 1]!));
  if (values.length !== shares.length || (until.length > 0 && !rises)) {
    throw new RangeError(
      `curriculum: expected ${values.length - 1} rising shares above 0 and below 1 for ${values.length} stages, given ${until.join(', ') || 'none'}`,
    );
  }
  return values.map((value, i) => ({ from: shares[i]!, value }));
}

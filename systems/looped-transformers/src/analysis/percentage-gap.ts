import { AnalysisError } from './analysis-error.js';

/** The three models of a comparison, by any measure: accuracy, or perplexity, where less is better. */
export interface GapMeasures {
  /** (k⊗L). */
  readonly looped: number;
  /** (k⊗1): the same parameters. */
  readonly isoParameter: number;
  /** (kL⊗1): the same depth. */
  readonly isoFlop: number;
}

/**
 * %Gap: how much of what more parameters bring is brought by looping alone,
 *
 *   100 · (looped − isoParameter) / (isoFlop − isoParameter)
 *
 * (arXiv:2502.17416, section 3). 0 where looping does nothing, over 100 where it beats the deeper model. Give measures as
 * they are: where the two baselines are close, rounded ones change it by tens of points.
 * @throws {AnalysisError} `no-gap` where the baselines are equal
 */
export function percentageGap({ looped, isoParameter, isoFlop }: GapMeasures): number {
  if (isoFlop === isoParameter) {
    const given = `${isoFlop} for both`;
    throw new AnalysisError('no-gap', 'percentage gap', 'baselines that differ', given, 'compare models that differ');
  }
  return (100 * (looped - isoParameter)) / (isoFlop - isoParameter);
}

/**
 * The least and the greatest %Gap of measures that were rounded: each may be off by up to `error`.
 * @throws {AnalysisError} `no-gap` where the baselines may be equal
 */
export function percentageGapRange({ looped, isoParameter, isoFlop }: GapMeasures, error: number): readonly [number, number] {
  if (Math.abs(isoFlop - isoParameter) <= 2 * error) {
    const given = `${isoFlop} and ${isoParameter}, rounded by up to ${error}`;
    throw new AnalysisError('no-gap', 'percentage gap', 'baselines that differ', given, 'give more digits');
  }
  // Monotone in each measure while the baselines keep their order, so the extremes are at corners.
  const signs = [-error, error];
  const corners = signs.flatMap((a) =>
    signs.flatMap((b) => signs.map((c) => percentageGap({ looped: looped + a, isoParameter: isoParameter + b, isoFlop: isoFlop + c }))),
  );
  return [Math.min(...corners), Math.max(...corners)];
}

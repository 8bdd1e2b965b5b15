import { RandomStream } from '@sardonyx/data';
import { AnalysisError } from './analysis-error.js';
import { leastSquaresLine, type Point } from './least-squares-line.js';

/** An accuracy, in whatever unit, of a model that applies `depth` layers. */
export interface DepthPoint {
  readonly depth: number;
  readonly accuracy: number;
}

/** An estimate and where it would lie in repetitions with the given confidence. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** accuracy = α · ln(depth) + β (arXiv:2502.17416, section 3.3). */
export interface ScalingLaw {
  /** Accuracy gained by e times the depth. */
  readonly alpha: Estimate;
  readonly beta: Estimate;
  readonly rSquared: number;
}

export interface BootstrapOptions {
  readonly seed: number;
  /** 2000 by default. */
  readonly replicates?: number;
  /** Share of the replicates that an interval holds; 0.95 by default. */
  readonly confidence?: number;
}

/**
 * Fits accuracy = α · ln(depth) + β by least squares. Intervals are percentiles over fits to points drawn with replacement
 * (Efron 1979); draws of one depth only, which have no line, are drawn again. With few points they are rough.
 * @throws {AnalysisError} `too-few-points`, `invalid-argument`
 */
export function fitScalingLaw(points: readonly DepthPoint[], options: BootstrapOptions): ScalingLaw {
  const logarithmic = inLogDepth(points);
  const { slope, intercept, rSquared } = leastSquaresLine(logarithmic);
  const lines = bootstrapLines(logarithmic, options, 'scaling law');
  return {
    alpha: estimate(
      slope,
      lines.map((line) => line.slope),
      options,
    ),
    beta: estimate(
      intercept,
      lines.map((line) => line.intercept),
      options,
    ),
    rSquared,
  };
}

/**
 * α_looped / α_base: above 1 where depth by looping pays more than depth by layers. Both sets of points are drawn anew,
 * independently, for the interval; where α_base may be near 0 the interval is wide or has no meaning.
 * @throws {AnalysisError} `too-few-points`, `invalid-argument`; `no-gap` where α_base is 0
 */
export function slopeRatio(looped: readonly DepthPoint[], base: readonly DepthPoint[], options: BootstrapOptions): Estimate {
  const [ofLooped, ofBase] = [inLogDepth(looped), inLogDepth(base)];
  const denominator = leastSquaresLine(ofBase).slope;
  if (denominator === 0) {
    throw new AnalysisError('no-gap', 'ratio of slopes', 'a base whose accuracy changes with depth', 'slope 0', 'measure more depths');
  }
  const numerators = bootstrapLines(ofLooped, options, 'slope of looped models');
  const denominators = bootstrapLines(ofBase, options, 'slope of base models');
  const ratios = numerators.map(({ slope }, i) => slope / denominators[i]!.slope);
  return estimate(leastSquaresLine(ofLooped).slope / denominator, ratios, options);
}

function inLogDepth(points: readonly DepthPoint[]): Point[] {
  return points.map(({ depth, accuracy }) => {
    if (depth > 0) return { x: Math.log(depth), y: accuracy };
    throw new AnalysisError('invalid-argument', 'scaling law', 'positive depths', String(depth), 'leave the point out');
  });
}

function bootstrapLines(points: readonly Point[], { seed, replicates = 2000 }: BootstrapOptions, name: string) {
  if (!Number.isInteger(replicates) || replicates < 1) {
    throw new AnalysisError('invalid-argument', 'replicates', 'a positive integer', String(replicates), 'take 2000, say');
  }
  const stream = new RandomStream(seed, `bootstrap of the ${name}`);
  const draw = (): Point[] => points.map(() => points[stream.integer(points.length)]!);
  return Array.from({ length: replicates }, () => {
    let drawn = draw();
    while (drawn.every(({ x }) => x === drawn[0]!.x)) drawn = draw();
    return leastSquaresLine(drawn);
  });
}

function estimate(value: number, replicates: readonly number[], { confidence = 0.95 }: BootstrapOptions): Estimate {
  if (!(confidence > 0 && confidence < 1)) {
    throw new AnalysisError('invalid-argument', 'confidence', 'a number between 0 and 1', String(confidence), 'take 0.95, say');
  }
  const sorted = [...replicates].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))]!;
  return { value, low: at((1 - confidence) / 2), high: at((1 + confidence) / 2) };
}

import { type Line, leastSquaresLine } from './least-squares-line.js';

/** One model, or one checkpoint of it, on a group of tasks. */
export interface IsoplotPoint {
  /** Points of one series share a line: a model over its training, or a family of models. */
  readonly series: string;
  readonly perplexity: number;
  readonly accuracy: number;
}

/** accuracy = slope · ln(perplexity) + intercept over the perplexities that the series has. */
export interface IsoplotLine extends Line {
  readonly series: string;
  readonly leastLogPerplexity: number;
  readonly greatestLogPerplexity: number;
}

/**
 * Accuracy against log-perplexity, a least-squares line a series (arXiv:2502.17416, Figure 3): at one perplexity, which
 * models reason better?
 * @throws {AnalysisError} `too-few-points` where a series has less than two perplexities
 */
export function isoplotLines(points: readonly IsoplotPoint[]): IsoplotLine[] {
  const series = [...new Set(points.map((point) => point.series))];
  return series.map((name) => {
    const own = points.filter((point) => point.series === name).map((p) => ({ x: Math.log(p.perplexity), y: p.accuracy }));
    const logs = own.map(({ x }) => x);
    return {
      series: name,
      ...leastSquaresLine(own),
      leastLogPerplexity: Math.min(...logs),
      greatestLogPerplexity: Math.max(...logs),
    };
  });
}

/**
 * How far the first line lies above the second, in units of accuracy, averaged over the log-perplexities that both have;
 * undefined where they have none in common.
 */
export function meanAdvantage(first: IsoplotLine, second: IsoplotLine): number | undefined {
  const low = Math.max(first.leastLogPerplexity, second.leastLogPerplexity);
  const high = Math.min(first.greatestLogPerplexity, second.greatestLogPerplexity);
  if (low > high) return undefined;
  // The difference of two lines is a line: its mean over an interval is its value in the middle.
  const middle = (low + high) / 2;
  return (first.slope - second.slope) * middle + first.intercept - second.intercept;
}

import type { RandomStream } from '@sardonyx/data';

/** How the loops of a training step are drawn. */
export type LoopSampling =
  | { readonly kind: 'uniform'; readonly most: number }
  | { readonly kind: 'poissonLogNormal'; readonly mean: number; readonly deviation?: number };

/**
 * Loops of one step: uniform on 1 … most, or 1 + Poisson(e^τ) with τ normal, of deviation 0.5 by default, so that e^τ has
 * the mean `mean` − 1 (Geiping et al. 2025, arXiv:2502.05171, §3.3).
 */
export function sampledLoops(stream: RandomStream, sampling: LoopSampling): number {
  if (sampling.kind === 'uniform') return 1 + stream.integer(sampling.most);
  const { mean, deviation = 0.5 } = sampling;
  if (mean <= 1) return 1;
  const rate = Math.exp(Math.log(mean - 1) - deviation ** 2 / 2 + deviation * stream.normal());
  return 1 + poisson(stream, rate);
}

/** Arrivals within a unit of time whose gaps are exponential. */
function poisson(stream: RandomStream, rate: number): number {
  let [count, time] = [0, 0];
  for (;;) {
    time -= Math.log(1 - stream.uniform()) / rate;
    if (time > 1) return count;
    count += 1;
  }
}

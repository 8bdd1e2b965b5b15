import { add, cast, cos, div, full, minimum, mul, sqrt, sum, type Tensor, treeLeaves, treeMap } from '@sardonyx/tensor';
export const cosineWithWarmup = (peak: number, warmup: number, steps: number, floor = 0.1) => (step: Tensor): Tensor => {
  const t = cast(step, 'float32');
  const cosine = add(mul(add(cos(mul(div(t, steps), Math.PI)), 1), (1 - floor) / 2), floor);
  return mul(mul(minimum(div(t, warmup), full([], 1)), cosine), peak);
};
export function clipByGlobalNorm<G>(gradients: G, limit: number): { clipped: G; norm: Tensor } {
  const norm = sqrt(treeLeaves(gradients).map((g) => sum(mul(g, g))).reduce((a, b) => add(a, b)));
  const factor = minimum(div(limit, add(norm, 1e-6)), full([], 1));
  return { clipped: treeMap((g) => mul(g, factor), gradients), norm };
}

import { RandomStream, type RandomStreamState } from '@sardonyx/data';
import { ModelError } from '../model/model-error.js';

/**
 * How many loops each training step applies.
 * - `fixed`: always the same number, as in arXiv:2502.17416.
 * - `uniform`: 1 … `maximum` with equal probability.
 * - `poissonLogNormal`: L = 1 + Poisson(e^τ) with τ ~ N(log(mean − 1) − σ²/2, σ²), so that L is `mean` on average, often
 *   less and now and then much more (arXiv:2502.05171; σ there is 0.5). Numbers above `maximum`, four times the
 *   mean by default, become `maximum`.
 */
export type LoopSampling =
  | { readonly kind: 'fixed'; readonly loops: number }
  | { readonly kind: 'uniform'; readonly maximum: number }
  | { readonly kind: 'poissonLogNormal'; readonly mean: number; readonly deviation?: number; readonly maximum?: number };

/**
 * Draws numbers of loops from a stream of their own, so that the data of a run are the same whatever its loops.
 *
 * Give the number to the compiled step as a plain argument, `step(state, batch, loops)`: what is not a tensor is a constant of
 * a compiled variant, so `jit` keeps one compiled step for each number that occurs, at most `maximum` of them. Parameters
 * and optimizer state pass from one to the other, as they do not depend on the loops.
 */
export class LoopSampler {
  /** The largest number there can be. */
  readonly maximum: number;
  private readonly stream: RandomStream;

  /** Throws ModelError `option` for numbers that are none of loops. */
  constructor(
    private readonly sampling: LoopSampling,
    seed: number,
  ) {
    this.maximum = checkedMaximum(sampling);
    this.stream = new RandomStream(seed, 'numbers of loops');
  }

  /** The next step's number of loops. */
  next(): number {
    switch (this.sampling.kind) {
      case 'fixed':
        return this.sampling.loops;
      case 'uniform':
        return 1 + this.stream.integer(this.sampling.maximum);
      case 'poissonLogNormal': {
        const { mean, deviation = 0.5 } = this.sampling;
        const logRate = Math.log(mean - 1) - deviation ** 2 / 2 + deviation * this.stream.normal();
        return 1 + poisson(logRate, this.stream.uniform(), this.maximum - 1);
      }
    }
  }

  /** Where the draws stand; survives JSON. */
  state(): RandomStreamState {
    return this.stream.state();
  }

  /** Continues exactly where `state` was taken. Throws DataOrderError `state-mismatch` where it is of another seed. */
  restore(state: RandomStreamState): void {
    this.stream.restore(state);
  }
}

/** The Poisson variable of rate e^logRate at a uniform point of [0, 1), cut off at `maximum`: its distribution function inverted. */
function poisson(logRate: number, uniform: number, maximum: number): number {
  let logProbability = -Math.exp(logRate);
  let below = Math.exp(logProbability);
  let count = 0;
  while (uniform >= below && count < maximum) {
    count++;
    logProbability += logRate - Math.log(count);
    below += Math.exp(logProbability);
  }
  return count;
}

function checkedMaximum(sampling: LoopSampling): number {
  if (sampling.kind === 'fixed') return count('loops', sampling.loops);
  if (sampling.kind === 'uniform') return count('maximum', sampling.maximum);
  const { mean, deviation = 0.5, maximum = Math.ceil(4 * mean) } = sampling;
  if (!(mean > 1 && Number.isFinite(mean))) {
    throw new ModelError('option', `the mean number of loops must be above 1, given ${mean}; use fixed loops for 1`);
  }
  if (!(deviation >= 0 && Number.isFinite(deviation))) {
    throw new ModelError('option', `the deviation of the log-normal must be 0 or more, given ${deviation}`);
  }
  return count('maximum', maximum);
}

function count(name: string, value: number): number {
  if (Number.isInteger(value) && value >= 1) return value;
  throw new ModelError('option', `${name} of the sampled loops must be a positive integer, given ${value}`);
}

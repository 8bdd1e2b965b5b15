import type { Floats } from '@sardonyx/linalg';
import { AdaptiveMethod } from '../adaptive-method.js';
import { type BoundReport, RegretMeter } from '../bounds/regret-meter.js';
import { setNorm, steepestDirection } from '../norms.js';
import type { PreconditionerSet } from '../preconditioner-set.js';
import { addScaled, scaledBy } from '../reductions.js';
import { RunningAverage } from '../running-average.js';
import type { OnlineLosses } from './online-losses.js';

/** How an online run goes; without `domainRadius` there is no projection. */
export interface OnlineRunOptions {
  readonly set: PreconditionerSet;
  readonly losses: OnlineLosses;
  readonly rounds: number;
  readonly domainRadius?: number;
  /** Default `√2` times the radius, as the theorem asks. */
  readonly learningRate?: number;
  readonly epsilon: number;
  readonly beta2?: number;
  /** The comparator; by default the best of a linear sequence in hindsight, or a point that further passes find. */
  readonly star?: Floats;
  /** First iterate; zero by default. */
  readonly start?: Floats;
  readonly pause?: () => Promise<void>;
}

interface Visit {
  readonly x: Floats;
  readonly next: Floats;
  readonly gradient: Floats;
}

/** Runs a method against losses and reports its regret beside the bounds. The run is repeated to meter it against its comparator. */
export async function runOnline(
  options: OnlineRunOptions,
): Promise<{ readonly reports: BoundReport[]; readonly visits: readonly Visit[] }> {
  const { set, losses, domainRadius, epsilon, beta2 = 1 } = options;
  const learningRate = options.learningRate ?? Math.SQRT2 * (domainRadius ?? 1);
  const make = (): AdaptiveMethod =>
    new AdaptiveMethod({
      set,
      learningRate,
      epsilon,
      ...(beta2 < 1 && { accumulation: 'weighted', beta2 }),
      ...(domainRadius !== undefined && { domainRadius }),
    });
  const visits = await play(make(), options);
  const star = options.star ?? comparator(options, visits, make());
  const meter = new RegretMeter({ set, star, learningRate, epsilon, beta2, ...(domainRadius !== undefined && { domainRadius }) });
  const method = make();
  for (const [round, { x, next, gradient }] of visits.entries()) {
    method.update(x, gradient);
    const at = round % losses.rounds;
    meter.observe({ x, next, gradient, loss: losses.loss(at, x), starLoss: losses.loss(at, star), preconditioner: method.preconditioner });
    await options.pause?.();
  }
  return { reports: meter.report(), visits };
}

async function play(method: AdaptiveMethod, { losses, rounds, start, pause }: OnlineRunOptions): Promise<Visit[]> {
  const visits: Visit[] = [];
  let x: Floats = start ?? new Float64Array(losses.rows * losses.columns);
  for (let round = 0; round < rounds; round++) {
    const gradient = losses.gradient(round % losses.rounds, x);
    const next = method.update(x, gradient);
    visits.push({ x, next, gradient });
    x = next;
    await pause?.();
  }
  return visits;
}

/** Any point of the domain may be compared with; one with low loss makes the comparison sharp. */
function comparator({ set, losses, domainRadius }: OnlineRunOptions, visits: readonly Visit[], method: AdaptiveMethod): Floats {
  if (losses.name === 'adversarial linear') {
    const sum = visits.reduce((total: Floats, { gradient }) => addScaled(total, gradient, 1), new Float64Array(set.dimension));
    return scaledBy(steepestDirection(set, sum), -(domainRadius ?? 1));
  }
  let x: Floats = visits.at(-1)!.next;
  const average = new RunningAverage();
  for (let pass = 0; pass < 5; pass++) {
    for (let round = 0; round < Math.min(losses.rounds, visits.length); round++) {
      x = method.update(pass + round === 0 ? inside(set, x, domainRadius) : x, losses.gradient(round, x));
      if (pass === 4) average.add(x);
    }
  }
  return inside(set, average.value, domainRadius);
}

/** Shrinks what rounding left outside. */
function inside(set: PreconditionerSet, x: Floats, radius: number | undefined): Floats {
  const norm = setNorm(set, x);
  return radius === undefined || norm <= radius ? x : scaledBy(x, radius / norm);
}

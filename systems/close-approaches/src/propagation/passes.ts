import type { Ias15 } from '../dynamics/ias15.js';
import { rootBetween } from '../encounters/root-between.js';
import { type EphemerisBody, ephemerisBodies } from '../planets/solar-system.js';
import { batchSize, type FollowedBody, integratorWith, SolarSystem } from './propagation.js';

/** A least distance of a followed body from a planet. */
export interface Pass {
  /** Place among the bodies given. */
  readonly body: number;
  /** JD (TDB). */
  readonly time: number;
  /** Of the centres, au. */
  readonly distance: number;
  /** Relative to the planet, au/d. */
  readonly speed: number;
}

export interface PassSearch {
  readonly planet: EphemerisBody;
  /** JD (TDB), ascending: minima between are found. */
  readonly from: number;
  readonly to: number;
  /** Largest distance that counts, au. */
  readonly within: number;
  readonly system?: SolarSystem;
}

/** Parts of an IAS15 step at whose ends the distance is seen to fall or rise. */
const looks = 8;
/** Days to which a minimum is found: 26 m at 30 km/s. */
const timeTolerance = 1e-8;

/**
 * All minima of distance of massless bodies from a planet by IAS15 under Sun, planets, Moon and Pluto, from states at `epoch`, which
 * may lie before, within or after the times searched. By body, then time.
 * @throws {PropagationError} as `propagate`
 */
export function passesOf(bodies: readonly FollowedBody[], epoch: number, search: PassSearch): Pass[] {
  const massive = (search.system ?? new SolarSystem()).at(epoch);
  const planet = 1 + ephemerisBodies.indexOf(search.planet);
  const found: Pass[] = [];
  for (let first = 0; first < bodies.length; first += batchSize) {
    const batch = bodies.slice(first, first + batchSize);
    // Forwards to the end where it comes after the epoch, backwards to the beginning where it comes before.
    for (const goal of [...(search.to > epoch ? [search.to] : []), ...(search.from < epoch ? [search.from] : [])]) {
      const integrator = integratorWith(massive, batch);
      const step = new SearchedStep(integrator, epoch, planet);
      const places = batch.map((_, k) => massive.gm.length + 1 + k);
      integrator.integrateTo(goal - epoch, () => {
        for (const { place, ...pass } of step.minima(places, search)) found.push({ body: first + place - places[0]!, ...pass });
        return false;
      });
    }
  }
  return found.sort((a, b) => a.body - b.body || a.time - b.time);
}

interface Relative {
  readonly distance: number;
  readonly speed: number;
  /** Position times velocity: half the rate of the squared distance. */
  readonly rate: number;
}

/** The last step of an integrator, in which distances from one body are looked at. */
class SearchedStep {
  readonly #positions: Float64Array;
  readonly #velocities: Float64Array;

  constructor(
    private readonly integrator: Ias15,
    private readonly epoch: number,
    private readonly other: number,
  ) {
    this.#positions = new Float64Array(integrator.positions.length);
    this.#velocities = new Float64Array(integrator.positions.length);
  }

  /** Minima of the bodies at `places` within the step. */
  minima(places: readonly number[], { from, to, within }: PassSearch): (Omit<Pass, 'body'> & { readonly place: number })[] {
    const { lastStep } = this.integrator;
    if (Math.max(this.#timeAt(0), this.#timeAt(1)) < from || Math.min(this.#timeAt(0), this.#timeAt(1)) > to) return [];
    this.#lookAt(0);
    const near = places.filter((place) => {
      const { distance, speed } = this.#relative(place);
      // Attraction does not double a speed over a step that the same attraction has made short.
      return distance < within + 2 * speed * Math.abs(lastStep);
    });
    return near.flatMap((place) =>
      this.#turns(place).flatMap((fraction) => {
        this.#lookAt(fraction);
        const [{ distance, speed }, time] = [this.#relative(place), this.#timeAt(fraction)];
        return distance < within && time >= from && time <= to ? [{ place, time, distance, speed }] : [];
      }),
    );
  }

  /** Shares of the step at which a distance falls no more, in time's own direction. */
  #turns(place: number): number[] {
    const { lastStep } = this.integrator;
    const turns: number[] = [];
    let last = this.#rateAt(place, 0);
    for (let look = 1; look <= looks; look++) {
      const rate = this.#rateAt(place, look / looks);
      const [earlier, later] = lastStep > 0 ? [last, rate] : [rate, last];
      if (earlier < 0 && later >= 0) {
        const rateOf = (share: number): number => this.#rateAt(place, share);
        turns.push(rootBetween(rateOf, (look - 1) / looks, last, look / looks, rate, timeTolerance / Math.abs(lastStep)));
      }
      last = rate;
    }
    return turns;
  }

  #timeAt(fraction: number): number {
    const { time, lastStep } = this.integrator;
    return this.epoch + time - (1 - fraction) * lastStep;
  }

  #lookAt(fraction: number): void {
    this.integrator.interpolate(fraction, this.#positions, this.#velocities);
  }

  #rateAt(place: number, fraction: number): number {
    this.#lookAt(fraction);
    return this.#relative(place).rate;
  }

  #relative(place: number): Relative {
    let [r2, v2, rate] = [0, 0, 0];
    for (let k = 0; k < 3; k++) {
      const x = this.#positions[3 * place + k]! - this.#positions[3 * this.other + k]!;
      const v = this.#velocities[3 * place + k]! - this.#velocities[3 * this.other + k]!;
      r2 += x * x;
      v2 += v * v;
      rate += x * v;
    }
    return { distance: Math.sqrt(r2), speed: Math.sqrt(v2), rate };
  }
}

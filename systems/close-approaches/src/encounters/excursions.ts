import { stateSize } from '../dynamics/massive-bodies.js';
import { type EncounterEvent, eventFlags } from './encounter-event.js';
import { eventOfExcursion } from './excursion-event.js';
import { copyOf, emptyExcursion, excursionOfRow, excursionRow, type OpenExcursion, openExcursionSize } from './open-excursion.js';
import { approachRate, type RelativePath, squaredDistance } from './relative-path.js';
import { rootBetween } from './root-between.js';
import type { StepTime } from './step-time.js';

/** A particle that met a planet's surface: time in days after the step's start, and where it was. */
export interface Impact {
  readonly planet: number;
  readonly time: number;
  readonly relative: Float64Array;
  readonly heliocentric: Float64Array;
}

/** An excursion begins this share below the critical squared distance, so that roundings at its end do not begin another one. */
const openingShare = 1 - 1e-12;
/** Precision of times of minima and crossings, days. */
const timeTolerance = 1e-9;
/** Minima nearer than this share of a step to the last one are the same one. */
const sameMinimum = 1e-8;

/**
 * Follows the distances between particles and planets through pieces of time and tells each continuous excursion below a planet's
 * critical distance once, when it ends. What is under way is kept between the pieces; it can be saved and taken up again.
 */
export class Excursions {
  /** Events ended since they were last taken away, in the order of their ends. */
  events: EncounterEvent[] = [];
  readonly #critical: Float64Array;
  readonly #radii: Float64Array;
  readonly #open = new Map<number, OpenExcursion>();

  /** `criticalDistances` and `radii` in au by planet; where no critical distance is set (0), only impacts are told. */
  constructor(criticalDistances: ArrayLike<number>, radii: ArrayLike<number>) {
    this.#critical = Float64Array.from(criticalDistances);
    this.#radii = Float64Array.from(radii);
  }

  /** Whether an excursion of this pair is under way. */
  isOpen(particle: number, planet: number): boolean {
    return this.#open.has(keyOf(particle, planet));
  }

  /**
   * Follows a pair from `from` to `to` (days after the step's start) by the signs of ρ·w on `intervals` parts. `flags` go into the
   * event when a minimum lies here; `refined`, if given, is the path on which minima are sought again. Returns the impact that ends it.
   */
  follow(
    particle: number,
    planet: number,
    path: RelativePath,
    from: number,
    to: number,
    intervals: number,
    time: StepTime,
    flags = 0,
    refined?: RelativePath,
  ): Impact | undefined {
    const piece: Piece = { particle, planet, path, time, flags, refined, low: Math.min(from, to), high: Math.max(from, to) };
    path.moveTo(from);
    let [a, squaredA, rateA] = [from, squaredDistance(path), signedRate(path, time)];
    const open = this.#open.get(keyOf(particle, planet));
    if (open?.isFalling && rateA >= 0) this.#minimum(open, a, squaredA, piece);
    for (let k = 1; k <= intervals; k++) {
      const b = k === intervals ? to : from + ((to - from) * k) / intervals;
      path.moveTo(b);
      const [squaredB, rateB] = [squaredDistance(path), signedRate(path, time)];
      const impact = this.#interval(piece, a, squaredA, rateA, b, squaredB, rateB);
      if (impact) return impact;
      [a, squaredA, rateA] = [b, squaredB, rateB];
    }
    const after = this.#open.get(keyOf(particle, planet));
    if (after) after.isFalling = rateA < 0;
    return undefined;
  }

  /** Ends all excursions under way, of one particle or of all: it was removed, or the run is over. */
  close(time: StepTime, fraction: number, particle?: number): void {
    for (const [key, open] of [...this.#open].toSorted(([a], [b]) => a - b)) {
      const [id, planet] = pairOf(key);
      if (particle !== undefined && id !== particle) continue;
      open.flags |= eventFlags.openAtEnd;
      this.#end(key, id, planet, time, time.index + fraction);
    }
  }

  /** The excursions under way, `openExcursionSize` numbers each, by particle and planet. */
  save(): Float64Array {
    const table = new Float64Array(openExcursionSize * this.#open.size);
    [...this.#open]
      .toSorted(([a], [b]) => a - b)
      .forEach(([key, open], index) => {
        table.set(excursionRow(...pairOf(key), open), openExcursionSize * index);
      });
    return table;
  }

  /** What `save` gives; nothing is under way then. */
  take(): Float64Array {
    const table = this.save();
    this.#open.clear();
    return table;
  }

  /** Takes up what `save` gave, beside what is under way already. */
  restore(table: Float64Array): void {
    for (let offset = 0; offset < table.length; offset += openExcursionSize) {
      const { particle, planet, open } = excursionOfRow(table.subarray(offset, offset + openExcursionSize));
      this.#open.set(keyOf(particle, planet), open);
    }
  }

  /** What is known of one particle now; `undo` returns to it, events told since then included. For steps that are tried and rejected. */
  checkpoint(particle: number): () => void {
    const count = this.events.length;
    const kept: [number, OpenExcursion][] = [];
    for (let planet = 0; planet < this.#critical.length; planet++) {
      const open = this.#open.get(keyOf(particle, planet));
      if (open) kept.push([keyOf(particle, planet), copyOf(open)]);
    }
    return () => {
      this.events.length = count;
      for (let planet = 0; planet < this.#critical.length; planet++) this.#open.delete(keyOf(particle, planet));
      for (const [key, open] of kept) this.#open.set(key, open);
    };
  }

  /** One interval: cut where the rate changes its sign, so that the distance only falls or only rises on each part. */
  #interval(piece: Piece, a: number, squaredA: number, rateA: number, b: number, squaredB: number, rateB: number): Impact | undefined {
    const { path, time } = piece;
    if (rateA < 0 === rateB < 0) return this.#part(piece, a, squaredA, b, squaredB, rateA < 0);
    const rate = (t: number): number => {
      path.moveTo(t);
      return signedRate(path, time);
    };
    const turn = rootBetween(rate, a, rateA, b, rateB, timeTolerance);
    path.moveTo(turn);
    const squared = squaredDistance(path);
    const impact = this.#part(piece, a, squaredA, turn, squared, rateA < 0);
    if (impact) return impact;
    const open = this.#open.get(keyOf(piece.particle, piece.planet));
    if (open && rateA < 0) this.#minimum(open, turn, squared, piece, Math.abs(b - a));
    return this.#part(piece, turn, squared, b, squaredB, rateA >= 0);
  }

  /** A part on which the distance only falls or only rises. */
  #part(piece: Piece, a: number, squaredA: number, b: number, squaredB: number, isFalling: boolean): Impact | undefined {
    const key = keyOf(piece.particle, piece.planet);
    const critical = this.#critical[piece.planet]!;
    const radius = this.#radii[piece.planet]!;
    const critical2 = critical * critical;
    let open = this.#open.get(key);
    if (critical > 0 && !open) {
      const isInside = squaredA < critical2 * openingShare;
      if (isInside || squaredB < critical2 * openingShare) {
        const entered = isInside ? a : this.#crossing(piece, critical2, a, squaredA, b, squaredB);
        open = emptyExcursion(piece.time.index + entered / piece.time.unit, isInside);
        this.#open.set(key, open);
        if (isInside) this.#note(open, piece.path, a, squaredA, piece);
      }
    }
    if (isFalling && squaredB < radius * radius) return this.#impact(piece, a, squaredA, b, squaredB);
    if (!open) return undefined;
    if (squaredB < open.squared) this.#note(open, piece.path, b, squaredB, piece);
    if (squaredB >= critical2) {
      const left = isFalling ? a : this.#crossing(piece, critical2, a, squaredA, b, squaredB);
      this.#end(key, piece.particle, piece.planet, piece.time, piece.time.index + left / piece.time.unit);
    }
    return undefined;
  }

  /** The time between a and b at which the squared distance is `level`. */
  #crossing({ path }: Piece, level: number, a: number, squaredA: number, b: number, squaredB: number): number {
    const excess = (t: number): number => {
      path.moveTo(t);
      return squaredDistance(path) - level;
    };
    if (squaredA - level > 0 === squaredB - level > 0) return a;
    return rootBetween(excess, a, squaredA - level, b, squaredB - level, timeTolerance);
  }

  #impact(piece: Piece, a: number, squaredA: number, b: number, squaredB: number): Impact {
    const { path, planet, time, particle } = piece;
    const radius = this.#radii[planet]!;
    const moment = this.#crossing(piece, radius * radius, a, squaredA, b, squaredB);
    path.moveTo(moment);
    const heliocentric = heliocentricPlanet(path, moment, time);
    for (let k = 0; k < stateSize; k++) heliocentric[k] = heliocentric[k]! + path.relative[k]!;
    const open = this.#open.get(keyOf(particle, planet));
    if (open) {
      this.#note(open, path, moment, squaredDistance(path), piece);
      open.flags |= eventFlags.impact;
      open.minima++;
      this.#end(keyOf(particle, planet), particle, planet, time, time.index + moment / time.unit);
    }
    return { planet, time: moment, relative: path.relative.slice(), heliocentric };
  }

  /** Counts a minimum; on the refined path where there is one. */
  #minimum(open: OpenExcursion, at: number, squared: number, piece: Piece, width = 0): void {
    const { path, refined, time } = piece;
    const moment = time.index + at / time.unit;
    if (Math.abs(moment - open.lastMinimum) < sameMinimum) return;
    open.minima++;
    open.lastMinimum = moment;
    if (!refined || width === 0) {
      path.moveTo(at);
      if (squared <= open.squared) this.#note(open, path, at, squared, piece);
      return;
    }
    const [low, high] = [Math.max(piece.low, at - width), Math.min(piece.high, at + width)];
    const rate = (t: number): number => {
      refined.moveTo(t);
      return approachRate(refined);
    };
    const [rateLow, rateHigh] = [rate(low), rate(high)];
    const best = rateLow < 0 === rateHigh < 0 ? (rateLow < 0 ? high : low) : rootBetween(rate, low, rateLow, high, rateHigh, timeTolerance);
    refined.moveTo(best);
    // The interpolated value is no distance that the bodies have: what the motion gives replaces it.
    const exact = squaredDistance(refined);
    if (moment === open.step + open.fraction || exact < open.squared) this.#note(open, refined, best, exact, piece);
  }

  #note(open: OpenExcursion, path: RelativePath, at: number, squared: number, { time, flags }: Piece): void {
    const fraction = at / time.unit;
    open.step = time.index;
    open.fraction = fraction;
    open.squared = squared;
    open.relative.set(path.relative);
    open.planet.set(heliocentricPlanet(path, at, time));
    open.flags = (open.flags & ~(eventFlags.integrated | eventFlags.unrefined)) | flags;
  }

  #end(key: number, particle: number, planet: number, time: StepTime, left: number): void {
    const open = this.#open.get(key)!;
    this.#open.delete(key);
    const critical = this.#critical[planet]!;
    if (open.squared >= critical * critical) return;
    this.events.push(eventOfExcursion(open, particle, planet, time, left));
  }
}
/** One piece of motion of one pair. */
interface Piece {
  readonly particle: number;
  readonly planet: number;
  readonly path: RelativePath;
  readonly time: StepTime;
  readonly flags: number;
  readonly refined: RelativePath | undefined;
  readonly low: number;
  readonly high: number;
}

const planetsPerParticle = 16;
const keyOf = (particle: number, planet: number): number => planetsPerParticle * particle + planet;
const pairOf = (key: number): [number, number] => [Math.floor(key / planetsPerParticle), key % planetsPerParticle];

/** ρ·w with the sign that it has in the direction of the step. */
const signedRate = (path: RelativePath, time: StepTime): number => (time.planets.h < 0 ? -approachRate(path) : approachRate(path));

/** Heliocentric state of a path's planet: V and the star's recoil, which runs from its value before the arcs to the one after. */
function heliocentricPlanet(path: RelativePath, at: number, { planets }: StepTime): Float64Array {
  const { h, shiftBefore, shiftAfter } = planets;
  const state = path.planet.slice();
  const fraction = at / h;
  for (let k = 0; k < 3; k++) state[3 + k] = state[3 + k]! + (2 / h) * (shiftBefore[k]! * (1 - fraction) + shiftAfter[k]! * fraction);
  return state;
}

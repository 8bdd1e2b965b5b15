import { stateSize } from '../dynamics/massive-bodies.js';
import { changeover, type ChangeoverShape } from './changeover.js';
import type { PieceForces } from './encounter-piece.js';
import type { PlanetAnnuli } from './planet-annuli.js';
import type { PlanetStep } from './planet-steps.js';
import { hillFactors, isNear, keplerTimeScale, safePericentre } from './switching.js';

/**
 * How attractions of near planets are handed to the integration:
 *
 * - `reversible` (default): whole, decided by a test that is the same in both directions of time (TRACE);
 * - `changeover`: by a smooth weight of the distance (MERCURY);
 * - `none`: never; encounters are detected, but kicks do it all.
 */
export type HybridKind = 'reversible' | 'changeover' | 'none';

export interface HybridOptions {
  readonly kind?: HybridKind;
  /** Hill radii inside which an attraction is integrated, 3 by default: of the planet's present distance, or of its mean one for `changeover`. */
  readonly hillRadii?: number;
  /** η_p: the pericentre switch acts where a step is longer than this times the motion's time scale; 1 by default, 0 for never. */
  readonly pericentre?: number;
  readonly shape?: ChangeoverShape;
}

/** Bit of the pericentre switch among those of the planets, 1 << planet. */
export const pericentreFlag = 1 << 15;

/** The first distance beyond the changeover at which a pair is taken into the integration, where its weight is 0 throughout. */
const changeoverMargin = 1.1;
/** The changeover is at least this many steps of the planet's motion wide. */
const changeoverSteps = 0.4;

/** Decides for one particle and step which attractions are integrated. Flags are bits, one a planet, and `pericentreFlag`. */
export class HybridSwitch {
  readonly kind: HybridKind;
  /** Hill radii over the planet's distance, times their number. */
  readonly #factors: Float64Array;
  /** Changeover distances, au, fixed for a run. */
  readonly #fixed: Float64Array;
  readonly #pericentre: number;
  readonly #shape: ChangeoverShape;
  readonly #known = new Map<number, PieceForces>();

  constructor(
    planets: PlanetStep,
    annuli: PlanetAnnuli,
    { kind = 'reversible', hillRadii = 3, pericentre = 1, shape = 'c2' }: HybridOptions = {},
  ) {
    this.kind = kind;
    this.#pericentre = pericentre;
    this.#factors = hillFactors(planets.gm, planets.starGm).map((factor) => hillRadii * factor);
    this.#fixed = this.#factors.map((factor, planet) => {
      const a = 0.5 * (annuli.inner[planet]! + annuli.outer[planet]!);
      return Math.max(factor * a, changeoverSteps * Math.abs(planets.h) * Math.sqrt(planets.starGm / a));
    });
    this.#shape = shape;
  }

  /** The greatest (or least) distance at which each planet is switched while the annuli hold, au. */
  distances(annuli: PlanetAnnuli, which: 'greatest' | 'least'): Float64Array {
    const edges = which === 'greatest' ? annuli.outer : annuli.inner;
    return this.#factors.map((factor, planet) =>
      this.kind === 'changeover' ? changeoverMargin * this.#fixed[planet]! : factor * edges[planet]!,
    );
  }

  /** A heliocentric distance beyond which the pericentre switch never acts on a bound orbit, au. */
  pericentreReach(planets: PlanetStep): number {
    return this.#pericentre > 0 ? safePericentre(planets.starGm, planets.h / this.#pericentre) : 0;
  }

  /** Flags of a state at a node: of the planets whose bits are set in `among`, and of the pericentre switch if its bit is. */
  flags(planets: PlanetStep, nodes: Float64Array, state: Float64Array, offset: number, among: number): number {
    let flags = 0;
    for (let planet = 0; planet < this.#factors.length; planet++) {
      if (((among >> planet) & 1) === 0) continue;
      const p = stateSize * planet;
      const r2 = nodes[p]! * nodes[p]! + nodes[p + 1]! * nodes[p + 1]! + nodes[p + 2]! * nodes[p + 2]!;
      const limit = this.kind === 'changeover' ? changeoverMargin * this.#fixed[planet]! : this.#factors[planet]! * Math.sqrt(r2);
      if (isNear(state, offset, nodes, p, limit, planets.h)) flags |= 1 << planet;
    }
    if ((among & pericentreFlag) !== 0 && Math.abs(planets.h) > this.#pericentre * keplerTimeScale(state, offset, planets.starGm)) {
      if (this.#pericentre > 0) flags |= pericentreFlag;
    }
    return flags;
  }

  /** What a set of flags means for a step. */
  forces(flags: number): PieceForces {
    const known = this.#known.get(flags);
    if (known) return known;
    const isWhole = (flags & pericentreFlag) !== 0;
    const planets = Array.from(this.#factors, (_, planet) => planet).filter((planet) => isWhole || (flags >> planet) & 1);
    const kickWeight: PieceForces['kickWeight'] =
      this.kind === 'changeover'
        ? (planet, distance) => changeover(distance, this.#fixed[planet]!, this.#shape)
        : (planet) => ((flags >> planet) & 1 ? 0 : 1);
    const forces: PieceForces = { planets, isWhole, kickWeight };
    this.#known.set(flags, forces);
    return forces;
  }
}

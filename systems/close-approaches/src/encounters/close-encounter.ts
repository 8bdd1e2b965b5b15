import { stateSize } from '../dynamics/massive-bodies.js';
import { EncounterPiece } from './encounter-piece.js';
import { eventFlags } from './encounter-event.js';
import { Excursions, type Impact } from './excursions.js';
import type { StepTime } from './step-time.js';
import { type HybridSwitch, pericentreFlag } from './hybrid-switch.js';
import type { ParticleForce } from './particle-kick.js';
import { approachRate, type RelativePath } from './relative-path.js';

/** How a particle's step ended: at the next node, on a planet, or at the star's limit. */
export type EncounterEnd = { readonly kind: 'node' } | { readonly kind: 'impact'; readonly impact: Impact } | SunEnd;
interface SunEnd {
  readonly kind: 'sun';
  /** Days after the step's start. */
  readonly time: number;
  /** Q and V there. */
  readonly state: Float64Array;
}

/** Parts of an integration step on which the sign of ρ·w is looked at; these steps are shorter than the motion's time scale. */
const intervals = 4;
/** Steps whose gap is wider than this many lengths of the relative path need no look. */
const clearGap = 2;

const atNode: EncounterEnd = { kind: 'node' };

/** Takes single particles through steps with integrated encounters and follows all their distances there. */
export class CloseEncounter {
  readonly #switch: HybridSwitch;
  readonly #excursions: Excursions;
  readonly #impacts: Excursions;
  readonly #critical: Float64Array;
  readonly #sunLimit: number;
  readonly #piece: EncounterPiece;
  readonly #paths: RelativePath[];
  readonly #starPath: RelativePath;
  #end: EncounterEnd = atNode;

  /** `critical` and `radii` in au by planet, `sunLimit` in au. */
  constructor(
    hybrid: HybridSwitch,
    excursions: Excursions,
    {
      critical,
      radii,
      sunLimit,
      force,
    }: { critical: Float64Array; radii: Float64Array; sunLimit: number; force: ParticleForce | undefined },
  ) {
    this.#switch = hybrid;
    this.#excursions = excursions;
    this.#impacts = new Excursions(new Float64Array(radii.length), radii);
    this.#critical = critical;
    this.#sunLimit = sunLimit;
    this.#piece = new EncounterPiece(force);
    this.#paths = Array.from(radii, (_, planet) => this.#piece.path(planet));
    this.#starPath = this.#piece.starPath();
  }

  /**
   * One step of a particle from the node state at `offset` of `start`, to `out`. The flags are those at the start, or, where there
   * are none, those that `flags` has from the end of the plain step; if the end of the step raises others, the step is done again with
   * them. Returns the flags that it was done with.
   */
  step(
    particle: number,
    start: Float64Array,
    offset: number,
    flags: number,
    time: StepTime,
    out: Float64Array,
  ): { flags: number; end: EncounterEnd } {
    const all = (1 << this.#critical.length) - 1 + pericentreFlag;
    const undo = this.#excursions.checkpoint(particle);
    let end = this.#attempt(particle, start, offset, flags, time, out);
    if (end.kind !== 'node') return { flags, end };
    const raised = this.#switch.flags(time.planets, time.planets.next, out, 0, all) & ~flags;
    if (raised === 0) return { flags, end };
    undo();
    end = this.#attempt(particle, start, offset, flags | raised, time, out);
    return { flags: flags | raised, end };
  }

  #attempt(particle: number, start: Float64Array, offset: number, flags: number, time: StepTime, out: Float64Array): EncounterEnd {
    for (let k = 0; k < stateSize; k++) out[k] = start[offset + k]!;
    this.#end = atNode;
    const forces = this.#switch.forces(flags);
    this.#piece.step(time.planets, forces, out, (from, to) => this.#observe(particle, flags, from, to, time));
    return this.#end;
  }

  #observe(particle: number, flags: number, from: number, to: number, time: StepTime): boolean {
    for (let planet = 0; planet < this.#paths.length; planet++) {
      const path = this.#paths[planet]!;
      const isIntegrated = (flags & ((1 << planet) | pericentreFlag)) !== 0;
      const critical = this.#critical[planet]!;
      if (critical === 0 && !isIntegrated) continue;
      if (!this.#excursions.isOpen(particle, planet) && isClear(path, critical, from, to)) continue;
      const excursions = critical > 0 ? this.#excursions : this.#impacts;
      const impact = excursions.follow(particle, planet, path, from, to, intervals, time, isIntegrated ? eventFlags.integrated : 0);
      if (!impact) continue;
      this.#end = { kind: 'impact', impact };
      return true;
    }
    return this.#reachesSun(from, to);
  }

  /** Whether the particle gets below the limit about the star: at the end of a piece or between falling and rising. */
  #reachesSun(from: number, to: number): boolean {
    const path = this.#starPath;
    path.moveTo(from);
    const isFalling = approachRate(path) * (to - from) < 0;
    let time = to;
    path.moveTo(to);
    if (isFalling && approachRate(path) * (to - from) > 0) {
      // Between them, where both tangents say; a piece is short against the passage.
      for (let k = 1; k < intervals; k++) {
        path.moveTo(from + ((to - from) * k) / intervals);
        if (approachRate(path) * (to - from) > 0) break;
        time = from + ((to - from) * k) / intervals;
      }
      path.moveTo(time);
    }
    const [x, y, z] = path.relative as unknown as [number, number, number];
    if (x * x + y * y + z * z >= this.#sunLimit * this.#sunLimit) return false;
    this.#end = { kind: 'sun', time, state: path.relative.slice() };
    return true;
  }
}

/** Whether a pair's distance stays above `limit` in a piece: it is farther than the path is long, by a wide margin. */
function isClear(path: RelativePath, limit: number, from: number, to: number): boolean {
  path.moveTo(from);
  const s = path.relative;
  const [x, y, z, vx, vy, vz] = [s[0]!, s[1]!, s[2]!, s[3]!, s[4]!, s[5]!];
  path.moveTo(to);
  const change = Math.sqrt((s[3]! - vx) * (s[3]! - vx) + (s[4]! - vy) * (s[4]! - vy) + (s[5]! - vz) * (s[5]! - vz));
  const length = (Math.sqrt(vx * vx + vy * vy + vz * vz) + change) * Math.abs(to - from);
  return Math.sqrt(x * x + y * y + z * z) > limit + clearGap * length;
}

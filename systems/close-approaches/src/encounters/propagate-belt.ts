import { j2000 } from '../constants.js';
import { type MassiveBodies, stateSize } from '../dynamics/massive-bodies.js';
import { type PlanetName, planetNames, planets as knownPlanets } from '../planets/bodies.js';
import { type BeltStepper, type ExtraAcceleration, type Particles, particlesOf, ReferenceBeltStepper } from './belt-stepper.js';
import { bPlaneOf, emptyBPlane } from './b-plane.js';
import { CloseEncounter, type EncounterEnd } from './close-encounter.js';
import type { EncounterEvent } from './encounter-event.js';
import { compareEvents } from './encounter-event.js';
import { Excursions, type Impact, type StepTime } from './excursions.js';
import { type HybridOptions, HybridSwitch, pericentreFlag } from './hybrid-switch.js';
import { PlanetAnnuli } from './planet-annuli.js';
import { democratic, PlanetSteps, starRecoil } from './planet-steps.js';
import { compareRemovals, defaultRemovalLimits, type Removal, removalReason, type RemovalLimits } from './removal.js';
import { SafeSteps } from './safe-steps.js';
import { type Detector, StepDetector } from './step-detector.js';

/** Distances of the centres below which an encounter counts, 5 Hill radii, au; of the Earth exactly 0.05. */
export const defaultCriticalDistances: Readonly<Partial<Record<PlanetName, number>>> = {
  mercury: 0.007_38,
  venus: 0.0338,
  earth: 0.05,
  mars: 0.0362,
};

export interface BeltPropagationOptions {
  /** Length of a step, days. */
  readonly step: number;
  /** JD (TDB) of step 0; J2000.0 by default. */
  readonly epoch?: number;
  readonly detector?: Detector;
  /** Critical distances in au of the planets to watch, by name. */
  readonly criticalDistances?: Readonly<Partial<Record<PlanetName, number>>>;
  readonly hybrid?: HybridOptions;
  readonly limits?: RemovalLimits;
  /** Names of the planets, in the order of the bodies given; Mercury to Neptune by default. */
  readonly planets?: readonly PlanetName[];
  /** What does the plain steps; the scalar reference by default. */
  readonly stepper?: BeltStepper;
  /** Acceleration beside gravity. The stepper must have it too; `bound` (au/d²) is never exceeded. */
  readonly extra?: { readonly acceleration: ExtraAcceleration; readonly bound: number };
  /** Told of every integrated step: particle, step and flags. */
  readonly onSwitch?: (particle: number, step: number, flags: number) => void;
  /** Whether pairs are let off by proof; true by default. Results are the same, only later. */
  readonly letOff?: boolean;
}

/** What a stretch of steps brought, each list in its order for files: it depends on neither batches nor workers. */
export interface BeltRecords {
  readonly events: EncounterEvent[];
  readonly removals: Removal[];
}

/** All that another run needs to go on with the same bits. */
export interface BeltSnapshot {
  readonly step: number;
  /** Q and V of the planets at the node. */
  readonly planets: Float64Array;
  readonly ids: Uint32Array;
  /** Q and V of the particles, 6 numbers each. */
  readonly states: Float64Array;
  /** Excursions under way (`Excursions.save`). */
  readonly excursions: Float64Array;
}

/**
 * Particles without mass among planets, step after step, with their encounters. A particle's history depends on nothing but its own
 * state and the planets', which no particle touches.
 */
export class BeltPropagation {
  readonly particles: Particles;
  readonly planets: PlanetSteps;
  /** Steps done. */
  stepIndex = 0;
  readonly #epoch: number;
  readonly #options: BeltPropagationOptions;
  readonly #names: readonly PlanetName[];
  readonly #limits: RemovalLimits;
  readonly #stepper: BeltStepper;
  readonly #critical: Float64Array;
  readonly #excursions: Excursions;
  readonly #annuli: PlanetAnnuli;
  readonly #switch: HybridSwitch;
  readonly #detector: StepDetector;
  readonly #encounter: CloseEncounter;
  readonly #reach: Float64Array;
  readonly #safe: SafeSteps;
  /** The step from which a particle has to be looked at again, by its place. */
  readonly #safeUntil: Float64Array;
  readonly #near: Uint32Array;
  readonly #nearPairs: Uint32Array;
  readonly #before: Float64Array;
  readonly #after = new Float64Array(stateSize);
  readonly #steps: Int32Array;
  readonly #doomed: number[] = [];
  #removals: Removal[] = [];

  /** `planets` and `particles` (6 numbers each) are relative to the Sun, ecliptic J2000, au and au/d. Ids count from `firstId`. */
  constructor(planets: MassiveBodies, particles: ArrayLike<number>, options: BeltPropagationOptions, firstId = 0) {
    this.#options = options;
    this.#epoch = options.epoch ?? j2000;
    this.#names = options.planets ?? planetNames;
    this.#limits = options.limits ?? defaultRemovalLimits;
    this.planets = new PlanetSteps(democratic(planets), options.step);
    this.particles = particlesOf(particles, this.planets, firstId);
    const extra = options.extra?.acceleration;
    this.#stepper = options.stepper ?? new ReferenceBeltStepper(extra);
    const critical = options.criticalDistances ?? defaultCriticalDistances;
    this.#critical = Float64Array.from(this.#names, (name) => critical[name] ?? 0);
    const radii = Float64Array.from(this.#names, (name) => knownPlanets.find((planet) => planet.name === name)!.radius);
    this.#excursions = new Excursions(this.#critical, radii);
    this.#annuli = new PlanetAnnuli(this.planets);
    this.#switch = new HybridSwitch(this.planets, this.#annuli, options.hybrid);
    this.#detector = new StepDetector(options.detector ?? 'quintic', this.#excursions, this.#critical, extra);
    this.#encounter = new CloseEncounter(this.#switch, this.#excursions, {
      critical: this.#critical,
      radii,
      sunLimit: this.#limits.sun,
      extra,
    });
    this.#reach = new Float64Array(this.#names.length);
    this.#drawReach();
    this.#safe = new SafeSteps(this.planets, this.#annuli, this.#reach, this.#switch.distances(this.#annuli, 'least'), {
      star: Math.max(this.#limits.sun, this.#switch.pericentreReach(this.planets)),
      far: Math.min(this.#limits.escape, this.#limits.far),
      extra: options.extra?.bound ?? 0,
    });
    const count = this.particles.count;
    this.#safeUntil = new Float64Array(count);
    this.#near = new Uint32Array(count);
    this.#nearPairs = new Uint32Array(count);
    this.#before = new Float64Array(stateSize * count);
    this.#steps = new Int32Array(this.#names.length + 1);
  }

  /** Goes on from what `snapshot` gave. `planets` tells the masses, `options` must be those of the run. */
  static resume(planets: MassiveBodies, snapshot: BeltSnapshot, options: BeltPropagationOptions): BeltPropagation {
    const run = new BeltPropagation(planets, snapshot.states, options);
    run.stepIndex = snapshot.step;
    run.planets.restart(snapshot.planets);
    run.particles.id.set(snapshot.ids);
    const { x, y, z, vx, vy, vz } = run.particles;
    [x, y, z, vx, vy, vz].forEach((column, k) => column.forEach((_, i) => (column[i] = snapshot.states[stateSize * i + k]!)));
    run.#redraw();
    run.#excursions.restore(snapshot.excursions);
    return run;
  }

  /** `count` steps. */
  advance(count: number): BeltRecords {
    for (let step = 0; step < count; step++) this.#advanceOne();
    return this.#take();
  }

  /** Ends the run: tells the excursions that are under way, as far as they got. */
  finish(): BeltRecords {
    this.#excursions.close(this.#time(), 0);
    return this.#take();
  }

  snapshot(): BeltSnapshot {
    const states = new Float64Array(stateSize * this.particles.count);
    for (let i = 0; i < this.particles.count; i++) this.#load(i, states, stateSize * i);
    return {
      step: this.stepIndex,
      planets: this.planets.node.slice(),
      ids: this.particles.id.slice(0, this.particles.count),
      states,
      excursions: this.#excursions.save(),
    };
  }

  /** Heliocentric states of the particles, 6 numbers each. */
  heliocentric(): Float64Array {
    const { states } = this.snapshot();
    for (let k = 3; k < stateSize; k++) {
      const recoil = starRecoil(this.planets, this.planets.node, k - 3);
      for (let p = k; p < states.length; p += stateSize) states[p] = states[p]! + recoil;
    }
    return states;
  }

  #advanceOne(): void {
    if (!this.#annuli.stillHolds(this.planets)) this.#redraw();
    const near = this.#findNear();
    this.#stepper.step(this.planets, this.particles);
    const time = this.#time();
    for (let n = 0; n < near; n++) this.#finishStep(this.#near[n]!, this.#nearPairs[n]!, stateSize * n, time);
    // From the back, so that the last particle, which takes a place, has been dealt with.
    for (const i of this.#doomed.toSorted((a, b) => b - a)) this.#drop(i);
    this.#doomed.length = 0;
    this.planets.advance();
    this.stepIndex++;
  }

  /** Lists the particles that are not proved to be safe in this step, keeps their states, and notes which pairs are meant. */
  #findNear(): number {
    const { count } = this.particles;
    const index = this.stepIndex;
    let near = 0;
    for (let i = 0; i < count; i++) {
      if (this.#safeUntil[i]! > index) continue;
      this.#load(i, this.#before, stateSize * near);
      const pairs = this.#nearPairsOf(i, stateSize * near);
      if (pairs === 0) continue;
      this.#near[near] = i;
      this.#nearPairs[near] = pairs;
      near++;
    }
    return near;
  }

  #nearPairsOf(i: number, offset: number): number {
    const steps = this.#steps;
    const planets = this.#names.length;
    if (this.#options.letOff === false) return (1 << planets) - 1 + pericentreFlag;
    this.#safe.write(this.#before, offset, this.planets.node, steps, 0);
    let [pairs, fewest] = [0, Infinity];
    for (let pair = 0; pair <= planets; pair++) {
      if (steps[pair] === 0) pairs |= pair === planets ? pericentreFlag : 1 << pair;
      fewest = Math.min(fewest, steps[pair]!);
    }
    // The cubic of two distant bodies can dip below any distance: it is asked at every step.
    if (this.#detector.kind === 'cubic') {
      this.#critical.forEach((critical, planet) => (pairs |= critical > 0 ? 1 << planet : 0));
      fewest = 0;
    }
    this.#safeUntil[i] = this.stepIndex + Math.max(1, fewest);
    return pairs;
  }

  /** What the plain step of a near particle left open: its switched attractions, its encounters, its end. */
  #finishStep(i: number, pairs: number, offset: number, time: StepTime): void {
    const id = this.particles.id[i]!;
    const { planets } = this;
    this.#stepper.load(planets, this.particles, i, this.#after);
    const flags =
      this.#switch.flags(planets, planets.node, this.#before, offset, pairs) ||
      this.#switch.flags(planets, planets.next, this.#after, 0, pairs);
    if (flags !== 0) this.#safeUntil[i] = this.stepIndex + 1;
    if (flags !== 0 && this.#switch.kind !== 'none') {
      const { end, flags: done } = this.#encounter.step(id, this.#before, offset, flags, time, this.#after);
      this.#options.onSwitch?.(id, this.stepIndex, done);
      if (end.kind !== 'node') {
        this.#endLife(i, end, time);
        return;
      }
      this.#stepper.store(planets, this.particles, i, this.#after);
    } else {
      const watched = flags === 0 ? pairs : -1;
      for (let planet = 0; planet < this.#critical.length; planet++) {
        if (this.#critical[planet] === 0 || ((watched >> planet) & 1) === 0) continue;
        const impact = this.#detector.follow(id, planet, this.#before, offset, this.#after, time);
        if (!impact) continue;
        this.#endLife(i, { kind: 'impact', impact }, time);
        return;
      }
    }
    const reason = removalReason(this.#after, planets.starGm, this.#limits);
    if (reason) this.#remove(i, { reason, fraction: 1, heliocentric: this.#heliocentricOf(this.#after, 1) });
  }

  #endLife(i: number, end: Exclude<EncounterEnd, { kind: 'node' }>, { planets }: StepTime): void {
    if (end.kind === 'sun') {
      const fraction = end.time / planets.h;
      this.#remove(i, { reason: 'sun', fraction, heliocentric: this.#heliocentricOf(end.state, fraction) });
      return;
    }
    const { planet, time, relative, heliocentric } = end.impact;
    this.#remove(i, {
      reason: 'impact',
      planet: this.#names[planet]!,
      fraction: time / planets.h,
      heliocentric: [...heliocentric],
      ...impactOf(end.impact, planets.gm[planet]!, heliocentric, relative),
    });
  }

  #remove(i: number, removal: Omit<Removal, 'particle' | 'step' | 'jd'>): void {
    const particle = this.particles.id[i]!;
    const jd = this.#epoch + (this.stepIndex + removal.fraction) * this.planets.h;
    this.#removals.push({ ...removal, particle, step: this.stepIndex, jd });
    this.#excursions.close(this.#time(), removal.fraction, particle);
    this.#doomed.push(i);
  }

  /** Takes particle `i` out: the last one takes its place. */
  #drop(i: number): void {
    const { particles } = this;
    const last = --particles.count;
    const { id, x, y, z, vx, vy, vz } = particles;
    for (const column of [id, x, y, z, vx, vy, vz, this.#safeUntil]) column[i] = column[last]!;
  }

  #heliocentricOf(state: Float64Array, fraction: number): number[] {
    const { h, shiftBefore, shiftAfter } = this.planets;
    return Array.from(state, (value, k) =>
      k < 3 ? value : value + (2 / h) * (shiftBefore[k - 3]! * (1 - fraction) + shiftAfter[k - 3]! * fraction),
    );
  }

  #load(i: number, out: Float64Array, offset: number): void {
    this.#stepper.load(this.planets, this.particles, i, out, offset);
  }

  /** The reach of each planet: its critical distance or its switching distance, whichever is greater. */
  #drawReach(): void {
    const switching = this.#switch.distances(this.#annuli, 'greatest');
    switching.forEach((distance, planet) => (this.#reach[planet] = Math.max(distance, this.#critical[planet]!)));
  }

  /** New bounds of the planets' motion: all promises end. */
  #redraw(): void {
    this.#annuli.redraw(this.planets);
    this.#drawReach();
    this.#safe.redraw(this.#switch.distances(this.#annuli, 'least'));
    this.#safeUntil.fill(0);
  }

  #time(): StepTime {
    return { index: this.stepIndex, epoch: this.#epoch, planets: this.planets };
  }

  #take(): BeltRecords {
    const events = this.#excursions.events.toSorted(compareEvents);
    const removals = this.#removals.toSorted(compareRemovals);
    this.#excursions.events = [];
    this.#removals = [];
    return { events, removals };
  }
}

function impactOf(
  _impact: Impact,
  gm: number,
  heliocentric: Float64Array,
  relative: Float64Array,
): { impactSpeed: number; impactParameter: number } {
  const planetVelocity = [3, 4, 5].map((k) => heliocentric[k]! - relative[k]!);
  const plane = emptyBPlane();
  bPlaneOf(relative, gm, planetVelocity, plane);
  const [vx, vy, vz] = [relative[3]!, relative[4]!, relative[5]!];
  return { impactSpeed: Math.sqrt(vx * vx + vy * vy + vz * vz), impactParameter: plane.b };
}

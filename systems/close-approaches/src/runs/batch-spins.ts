import type { BeltSnapshot } from '../belt/belt-run.js';
import { driftComponent } from '../belt/particle-table.js';
import { type MassiveBodies, stateSize } from '../dynamics/massive-bodies.js';
import { starRecoil } from '../encounters/planet-steps.js';
import { type DriftRules, semiMajorAxisAt, spinAtLook, spinSize } from './particle-spins.js';

/** What the spins of a batch's particles follow from, by their places, removed ones included. */
export interface SpinSetup {
  readonly rules: DriftRules;
  /** Longest steps between two looks at them. */
  readonly lookSteps: number;
  /** m. */
  readonly diameter: Float64Array;
  /** `spinSize` numbers each, at the start. */
  readonly atStart: Float64Array;
}

/** Spins of the particles of a batch, and their drifts, which are constant between two looks. */
export class BatchSpins {
  /** `spinSize` numbers a particle. */
  readonly rows: Float64Array;
  readonly #setup: SpinSetup;
  readonly #firstId: number;
  readonly #bodies: MassiveBodies;

  /** At the start, or as a snapshot has them for the particles `known.ids`. */
  constructor(
    setup: SpinSetup,
    firstId: number,
    bodies: MassiveBodies,
    known?: { readonly ids: Uint32Array; readonly spins: Float64Array },
  ) {
    [this.#setup, this.#firstId, this.#bodies] = [setup, firstId, bodies];
    this.rows = setup.atStart.slice();
    known?.ids.forEach((id, row) => this.rows.set(known.spins.subarray(spinSize * row, spinSize * (row + 1)), spinSize * (id - firstId)));
  }

  /** da/dt by place, au/d. */
  get drift(): Float64Array {
    return Float64Array.from(this.#setup.diameter, (_, place) => this.rows[spinSize * place + 2]!);
  }

  /** Longest steps from `steps` to the next look. */
  stepsToLook(steps: number): number {
    return this.#setup.lookSteps - (steps % this.#setup.lookSteps);
  }

  /** Whether a look follows the longest step `steps`. */
  isDue(steps: number): boolean {
    return steps % this.#setup.lookSteps === 0;
  }

  /**
   * Turns the spins of a snapshot's live particles (levels other than `removed`) and gives back the snapshot with
   * the drifts that follow; undefined where no drift changes.
   */
  lookAt(snapshot: BeltSnapshot, removed: number): BeltSnapshot | undefined {
    const { rules, lookSteps, diameter } = this.#setup;
    const recoil = [0, 1, 2].map((k) => starRecoil(this.#bodies, snapshot.planets, k));
    const count = diameter.length;
    const values = snapshot.values.slice();
    const state = new Float64Array(stateSize);
    let isChanged = false;
    for (let place = 0; place < count; place++) {
      if (snapshot.groups.levels[place] === removed) continue;
      for (let k = 0; k < stateSize; k++) state[k] = values[k * count + place]!;
      const particle = { id: this.#firstId + place, diameter: diameter[place]!, semiMajorAxis: semiMajorAxisAt(state, 0, recoil) };
      const before = this.rows.subarray(spinSize * place, spinSize * (place + 1));
      const now = spinAtLook(before, snapshot.steps / lookSteps, particle, rules);
      isChanged ||= now !== before;
      this.rows.set(now, spinSize * place);
      values[driftComponent * count + place] = now[2]!;
    }
    return isChanged ? { ...snapshot, values } : undefined;
  }
}

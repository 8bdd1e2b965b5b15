import type { Kernel } from '@sardonyx/parallel';
import type { BeltOptions } from '../belt/belt-options.js';
import { type BeltRecords, BeltRun, type BeltSnapshot } from '../belt/belt-run.js';
import { column, type ParticleTable, particleTable, tableOfStates } from '../belt/particle-table.js';
import { type MassiveBodies, stateSize } from '../dynamics/massive-bodies.js';
import type { EncounterEvent } from '../encounters/encounter-event.js';
import type { Removal } from '../encounters/removal.js';
import { BatchSpins, type SpinSetup } from './batch-spins.js';
import { spinSize } from './particle-spins.js';

/** Where the live particles of a batch, or of a whole run, stand after a step. */
export interface BeltState {
  readonly step: number;
  /** Q and V of the planets at the node. */
  readonly planets: Float64Array;
  readonly ids: Uint32Array;
  /** Q and V of the particles at the node, 6 numbers each. */
  readonly states: Float64Array;
  /** Which step each takes, and for how many reviews it could have taken a longer one (`StepGroups`). */
  readonly levels: Uint8Array;
  readonly waited: Uint16Array;
  /** Spins and the drifts that follow from them, `spinSize` numbers each; none where drifts are given and stay. */
  readonly spins: Float64Array;
  /** Excursions under way (`Excursions.save`). */
  readonly excursions: Float64Array;
}

/** What of a run's options all its batches share. */
export type BatchOptions = Required<
  Pick<
    BeltOptions,
    'epoch' | 'detector' | 'criticalDistances' | 'longestStep' | 'levels' | 'rule' | 'stepsPerReview' | 'forces' | 'planets'
  >
>;

/** What a batch of particles is to do; it can be sent to another thread. */
export interface BeltBatch {
  /** Sun and planets at step 0. */
  readonly bodies: MassiveBodies;
  readonly options: BatchOptions;
  readonly firstId: number;
  /** Heliocentric states at step 0, 6 numbers a particle, or where the batch stands. */
  readonly from: Float64Array | BeltState;
  /** da/dt of each particle of the batch, au/d, from `firstId` on, removed ones included; that of its spin where it has one. */
  readonly drift: Float64Array;
  readonly spins?: SpinSetup | undefined;
  readonly steps: number;
  /** Whether excursions under way are told at the end. */
  readonly isLast: boolean;
}

export interface BeltBatchResult {
  readonly events: readonly EncounterEvent[];
  readonly removals: readonly Removal[];
  readonly state: BeltState;
}

/** Longest steps between two turns of the calling thread. */
const stepsPerTurn = 64;

/** Moves a batch of particles through a stretch of time. */
export const beltBatch: Kernel<BeltBatch, BeltBatchResult> = {
  module: import.meta.url,
  name: 'beltBatch',
  async run(batch, { pause }) {
    const { bodies, options, firstId, from, drift, spins, steps, isLast } = batch;
    const given: BeltOptions = { ...options, firstId };
    const turning = spins && new BatchSpins(spins, firstId, bodies, from instanceof Float64Array ? undefined : from);
    let run =
      from instanceof Float64Array
        ? new BeltRun(bodies, startOf(from, drift), given)
        : BeltRun.resume(bodies, snapshotOf(from, firstId, turning?.drift ?? drift, options.levels), given);
    const records: BeltRecords[] = [];
    for (let done = 0; done < steps; ) {
      const count = Math.min(stepsPerTurn, steps - done, turning?.stepsToLook(run.steps) ?? Infinity);
      records.push(await run.advance(count));
      done += count;
      const turned = turning?.isDue(run.steps) ? turning.lookAt(run.snapshot(), options.levels) : undefined;
      if (turned) run = BeltRun.resume(bodies, turned, given);
      await pause();
    }
    const state = stateOf(run.snapshot(), firstId, options.levels, turning?.rows);
    if (isLast) records.push(run.finish());
    return { events: records.flatMap(({ events }) => events), removals: records.flatMap(({ removals }) => removals), state };
  },
};

function startOf(states: Float64Array, drift: Float64Array): ParticleTable {
  const table = tableOfStates(states);
  column(table, 'drift').set(drift);
  return table;
}

/** The live particles of a snapshot: removed ones have a level beyond the last. `spins` are of all, by place. */
function stateOf(
  { steps, planets, values, groups, excursions }: BeltSnapshot,
  firstId: number,
  removed: number,
  spins: Float64Array = new Float64Array(0),
): BeltState {
  const count = groups.levels.length;
  const alive = Array.from(groups.levels.keys()).filter((place) => groups.levels[place] !== removed);
  const states = alive.flatMap((place) => Array.from({ length: stateSize }, (_, k) => values[k * count + place]!));
  return {
    step: steps,
    planets,
    ids: Uint32Array.from(alive, (place) => firstId + place),
    states: Float64Array.from(states),
    levels: Uint8Array.from(alive, (place) => groups.levels[place]!),
    waited: Uint16Array.from(alive, (place) => groups.waited[place]!),
    spins: Float64Array.from(alive.flatMap((place) => [...spins.subarray(spinSize * place, spinSize * (place + 1))])),
    excursions,
  };
}

function snapshotOf(state: BeltState, firstId: number, drift: Float64Array, removed: number): BeltSnapshot {
  const table = particleTable(drift.length);
  const levels = new Uint8Array(drift.length).fill(removed);
  const waited = new Uint16Array(drift.length);
  column(table, 'drift').set(drift);
  state.ids.forEach((id, row) => {
    const place = id - firstId;
    [levels[place], waited[place]] = [state.levels[row]!, state.waited[row]!];
    for (let k = 0; k < stateSize; k++) table.values[k * table.stride + place] = state.states[stateSize * row + k]!;
  });
  const { step: steps, planets, excursions } = state;
  return { steps, planets, values: table.values, groups: { levels, waited }, excursions };
}

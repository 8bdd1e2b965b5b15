import { instantiate, memoryOf, pageBytes, runsCompiledKernels, workspaceStart } from '../kernels/web-assembly.js';
import { stateSize } from '../dynamics/massive-bodies.js';
import type { SafeSteps } from '../encounters/safe-steps.js';
import { advanceBelt } from './belt-step.js';
import { components, type ParticleTable } from './particle-table.js';
import { trackRow, trackStride } from './planet-track.js';
import { oblatenessStrength, relativityStrength } from '../dynamics/sun-field.js';

/** `webassembly`: SIMD kernels compiled from AssemblyScript. `typescript`: the same, bit for bit, in plain loops. */
export type BeltKernel = 'webassembly' | 'typescript';

/** How much a memory holds. */
export interface BeltExtent {
  readonly particles: number;
  readonly planets: number;
  /** Rows of the planets' track. */
  readonly rows: number;
}

/** What another thread needs to work on the same particles. */
export interface BeltMemoryHandle {
  readonly kernel: BeltKernel;
  readonly extent: BeltExtent;
  /** A `WebAssembly.Memory` for compiled kernels, else its buffer alone. */
  readonly memory: object;
}

/** Steps of one length that particles take together; their track and the planets' G·m are in the memory. */
export interface BeltAdvance {
  /** G·m of the Sun, au³/d². */
  readonly mu: number;
  readonly firstRow: number;
  readonly rowsPerStep: number;
  readonly steps: number;
  /** Days. */
  readonly h: number;
  /** Bits of `forceBits`. */
  readonly forces: number;
}

const one = Float64Array.BYTES_PER_ELEMENT;
/** Most pages of shared memory, as the shared module declares. */
const mostPages = 16_384;
/** Instances that one memory may ever have, and the bytes that each may write for itself. */
const [mostInstances, scratchBytes] = [1024, 4608];
/** Where in those a table of proofs and what is proved begin, after what `advance` writes. */
const [proofTable, proofResult] = [3520, 4416];
/** Places in the first of these: instances made, and spans taken. */
const counters = { instances: 0, taken: 1 } as const;

/** Whether memory can be shared between threads here: in Node, and on pages that are cross-origin isolated. */
export const sharesMemory = (): boolean => typeof SharedArrayBuffer === 'function';

type CompiledKernel = (...values: readonly number[]) => void;

/**
 * Particles, the planets' track and their G·m in one memory, and the kernel that moves the particles there. Any thread that is
 * given the handle sees the same particles.
 */
export class BeltMemory {
  readonly table: ParticleTable;
  readonly track: Float64Array;
  readonly gm: Float64Array;
  /** Name of each particle, whatever its place. */
  readonly ids: Float64Array;
  /** The planets' node (counted from the start) until which each particle is proved to meet nothing. */
  readonly safeUntil: Float64Array;
  readonly #counters: Int32Array;
  readonly #kernels: Kernels;

  private constructor(
    readonly handle: BeltMemoryHandle,
    buffer: ArrayBufferLike,
  ) {
    const { kernel, extent } = handle;
    const places = placesOf(extent);
    this.#counters = new Int32Array(buffer, workspaceStart, 2);
    this.gm = new Float64Array(buffer, places.gm, extent.planets);
    this.track = new Float64Array(buffer, places.track, extent.rows * trackStride(extent.planets));
    const values = new Float64Array(buffer, places.values, components.length * extent.particles);
    this.ids = new Float64Array(buffer, places.ids, extent.particles);
    this.safeUntil = new Float64Array(buffer, places.safeUntil, extent.particles);
    this.table = { values, stride: extent.particles, count: extent.particles };
    this.#kernels = kernel === 'webassembly' ? compiled(handle, buffer) : plain(this);
  }

  /** A memory of its own, shared where `shared` says so. */
  static create(
    extent: BeltExtent,
    { kernel = runsCompiledKernels() ? 'webassembly' : 'typescript', shared = false }: BeltMemoryOptions = {},
  ): BeltMemory {
    const { bytes } = placesOf(extent);
    if (kernel === 'typescript') {
      const buffer = shared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes);
      return new BeltMemory({ kernel, extent, memory: buffer }, buffer);
    }
    const initial = Math.ceil(bytes / pageBytes);
    const memory = memoryOf(shared ? { initial, maximum: mostPages, shared } : { initial });
    return new BeltMemory({ kernel, extent, memory }, memory.buffer);
  }

  /** The memory of a handle that another thread gave. @throws {Error} where more than 1023 have been attached */
  static attach(handle: BeltMemoryHandle): BeltMemory {
    const buffer =
      handle.kernel === 'webassembly' ? (handle.memory as { buffer: ArrayBufferLike }).buffer : (handle.memory as ArrayBufferLike);
    return new BeltMemory(handle, buffer);
  }

  /** Offers spans to all who share the memory: `take` begins at 0 again. */
  offer(): void {
    Atomics.store(this.#counters, counters.taken, 0);
  }

  /** The number of the next span, which nobody else takes. */
  take(): number {
    return Atomics.add(this.#counters, counters.taken, 1);
  }

  /** Moves `count` particles from number `begin` on. */
  advance(begin: number, count: number, steps: BeltAdvance): void {
    this.#kernels.advance(begin, count, steps);
  }

  /**
   * For how many whole steps from the node in a row of the track the particle in a slot is safe from each planet, and last from the
   * limits about the star (`SafeSteps.write`). Holds until the next call.
   */
  safeSteps(slot: number, row: number, proofs: SafeSteps): Int32Array {
    return this.#kernels.safeSteps(slot, row, proofs);
  }
}

/** What moves and judges particles. */
interface Kernels {
  advance(begin: number, count: number, steps: BeltAdvance): void;
  safeSteps(slot: number, row: number, proofs: SafeSteps): Int32Array;
}

export interface BeltMemoryOptions {
  /** The compiled one where the machine runs it. */
  readonly kernel?: BeltKernel;
  readonly shared?: boolean;
}

/** Byte addresses of a memory's parts. */
interface Places {
  readonly gm: number;
  readonly track: number;
  readonly values: number;
  readonly ids: number;
  readonly safeUntil: number;
  readonly bytes: number;
}

function placesOf({ particles, planets, rows }: BeltExtent): Places {
  const gm = workspaceStart + scratchBytes * (mostInstances + 1);
  const track = gm + one * planets;
  const values = 64 * Math.ceil((track + one * rows * trackStride(planets)) / 64);
  const ids = values + one * components.length * particles;
  const safeUntil = ids + one * particles;
  return { gm, track, values, ids, safeUntil, bytes: safeUntil + one * particles };
}

const isShared = (buffer: ArrayBufferLike): boolean => sharesMemory() && buffer instanceof SharedArrayBuffer;

function compiled({ extent, memory }: BeltMemoryHandle, buffer: ArrayBufferLike): Kernels {
  const exports = instantiate(isShared(buffer) ? 'shared' : 'local', memory);
  const [advance, safeSteps] = [exports['advance'] as CompiledKernel, exports['safeSteps'] as CompiledKernel];
  const places = placesOf(extent);
  const instance = Atomics.add(new Int32Array(buffer, workspaceStart, 2), counters.instances, 1) + 1;
  if (instance > mostInstances)
    throw new Error(`attach to particles: expected at most ${mostInstances} instances in one memory, got another`);
  const scratch = workspaceStart + scratchBytes * instance;
  const rowBytes = one * trackStride(extent.planets);
  const stride = one * extent.particles;
  const safe = new Int32Array(buffer, scratch + proofResult, extent.planets + 1);
  let current: SafeSteps | undefined;
  return {
    advance: (begin, count, { mu, firstRow, rowsPerStep, steps, h, forces }) =>
      advance(
        places.values + one * begin,
        stride,
        count,
        mu,
        places.gm,
        extent.planets,
        places.track + rowBytes * firstRow,
        steps,
        rowsPerStep,
        h,
        forces,
        relativityStrength(mu),
        oblatenessStrength(mu),
        scratch,
      ),
    safeSteps: (slot, row, proofs) => {
      if (current !== proofs) {
        current = proofs;
        const table = proofs.table();
        new Float64Array(buffer, scratch + proofTable, table.length).set(table);
      }
      const nodes = places.track + rowBytes * row + one * trackRow.states;
      safeSteps(places.values + one * slot, stride, scratch + proofTable, extent.planets, nodes, scratch + proofResult);
      return safe;
    },
  };
}

function plain({ table, track, gm }: Pick<BeltMemory, 'table' | 'track' | 'gm'>): Kernels {
  const [state, safe] = [new Float64Array(stateSize), new Int32Array(gm.length + 1)];
  const rowLength = trackStride(gm.length);
  return {
    advance: (begin, count, steps) => advanceBelt(table.values, table.stride, begin, count, { ...steps, track, gm }),
    safeSteps: (slot, row, proofs) => {
      for (let k = 0; k < stateSize; k++) state[k] = table.values[k * table.stride + slot]!;
      proofs.write(state, 0, track.subarray(row * rowLength + trackRow.states, (row + 1) * rowLength), safe, 0);
      return safe;
    },
  };
}

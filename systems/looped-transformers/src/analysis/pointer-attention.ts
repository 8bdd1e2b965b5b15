import type { HopPointers } from './hop-pointers.js';

/** What a head looks at. */
export interface PointerAttention {
  /** t, from 1. */
  readonly loop: number;
  /** Layer of the block, and head of the layer, from 1. */
  readonly layer: number;
  readonly head: number;
  readonly hops: number;
  /** The share of its attention that a position puts on the place h hops away, the mean over real hops; NaN of none. */
  readonly mass: number;
}

/** Sums the attention of every loop, layer and head on the targets of hops, batch by batch; no training is needed. */
export class PointerAttentionSums {
  private readonly sums = new Map<string, PointerAttention>();
  private readonly counts = new Map<number, number>();
  private readonly uniforms = new Map<number, number>();

  constructor(private readonly heads: number) {}

  /** `attention[t − 1][j]` is layer j of loop t, [sequences, heads, length, length]. */
  add(attention: readonly (readonly ArrayLike<number>[])[], length: number, pointers: readonly HopPointers[]): void {
    for (const pointed of pointers) {
      const { hops, from } = pointed;
      this.counts.set(hops, (this.counts.get(hops) ?? 0) + from.length);
      this.uniforms.set(
        hops,
        from.reduce((sum, place) => sum + 1 / ((place % length) + 1), this.uniforms.get(hops) ?? 0),
      );
      attention.forEach((layers, t) => {
        layers.forEach((map, j) => {
          for (let head = 0; head < this.heads; head++) {
            this.addMass({ loop: t + 1, layer: j + 1, head: head + 1, hops, mass: massOn(map, length, this.heads, head, pointed) });
          }
        });
      });
    }
  }

  /** Loop by loop, layer by layer, head by head, hop by hop. */
  results(): PointerAttention[] {
    return [...this.sums.values()]
      .map((one) => ({ ...one, mass: one.mass / this.counts.get(one.hops)! }))
      .sort((a, b) => a.loop - b.loop || a.layer - b.layer || a.head - b.head || a.hops - b.hops);
  }

  /** The share that attention spread evenly over all positions so far would put on the place h hops away. */
  uniform(hops: number): number {
    return this.uniforms.get(hops)! / this.counts.get(hops)!;
  }

  private addMass(one: PointerAttention): void {
    const key = `${one.loop} ${one.layer} ${one.head} ${one.hops}`;
    this.sums.set(key, { ...one, mass: one.mass + (this.sums.get(key)?.mass ?? 0) });
  }
}

function massOn(map: ArrayLike<number>, length: number, heads: number, head: number, { from, to }: HopPointers): number {
  let mass = 0;
  for (let n = 0; n < from.length; n++) {
    const sequence = Math.floor(from[n]! / length);
    const position = from[n]! % length;
    mass += map[((sequence * heads + head) * length + position) * length + to[n]!]!;
  }
  return mass;
}

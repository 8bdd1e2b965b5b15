import type { Block, Need, Workspace } from '../workspace.js';

/** Arithmetic on square matrices of one order, as the coupled iterations need it. */
export class SquareBlocks {
  constructor(
    private readonly workspace: Workspace,
    readonly order: number,
  ) {}

  /** What `count` blocks take. */
  static need(count: number, order: number): Need {
    return { blocks: Array.from({ length: count }, () => [order, order] as const) };
  }

  take(): Block {
    return this.workspace.takeBlock(this.order, this.order);
  }

  /** `out ← A·B`, `2n³` flops; `out` is neither of them. */
  multiply(a: Block, b: Block, out: Block): void {
    this.product(a, b, out, 0);
  }

  /**
   * `out ← A·B` of symmetric matrices that commute: the product is symmetric, so one triangle is computed and mirrored, `n³`
   * flops, and no drift arises; `out` is neither of them.
   */
  multiplyCommuting(a: Block, b: Block, out: Block): void {
    this.product(a, b, out, 1);
    this.workspace.kernels.mirrorLower(this.order, out.offset, out.stride);
  }

  private product(a: Block, b: Block, out: Block, lower: number): void {
    const n = this.order;
    this.workspace.kernels.multiply(0, 0, n, n, n, 1, a.offset, a.stride, b.offset, b.stride, 0, out.offset, out.stride, lower);
  }

  /** `out ← Aᵖ` of a symmetric `A`, `p ≥ 1`, by squaring; `out` and the two blocks of scratch are distinct and none is `A`. */
  power(a: Block, p: number, out: Block, scratch: Block, other: Block): void {
    let result: Block | undefined;
    let base = a;
    const free = [out, scratch, other];
    const next = (): Block => free.find((block) => block !== result && block !== base)!;
    for (let rest = p; rest > 0; rest = Math.floor(rest / 2)) {
      if (rest % 2 === 1) {
        const target = next();
        if (result === undefined) this.combine(1, base, 0, target);
        else this.multiplyCommuting(result, base, target);
        result = target;
      }
      if (rest > 1) {
        const target = next();
        this.multiplyCommuting(base, base, target);
        base = target;
      }
    }
    if (result !== undefined && result !== out) this.combine(1, result, 0, out);
  }

  /** `out ← factor·A + shift·I`; `out` may be `A`. */
  combine(factor: number, a: Block, shift: number, out: Block): void {
    const { values } = this.workspace;
    for (let i = 0; i < this.order; i++) {
      const from = a.offset + i * a.stride;
      const to = out.offset + i * out.stride;
      for (let j = 0; j < this.order; j++) values[to + j] = factor * values[from + j]!;
      values[to + i] = values[to + i]! + shift;
    }
  }

  /** `out ← out + factor·A`. */
  add(factor: number, a: Block, out: Block): void {
    const { values } = this.workspace;
    for (let i = 0; i < this.order; i++) {
      const from = a.offset + i * a.stride;
      const to = out.offset + i * out.stride;
      for (let j = 0; j < this.order; j++) values[to + j] = values[to + j]! + factor * values[from + j]!;
    }
  }

  /** `out ← factor·I`. */
  setIdentity(out: Block, factor: number): void {
    this.workspace.clear(out, this.order, this.order);
    for (let i = 0; i < this.order; i++) this.workspace.values[out.offset + i * out.stride + i] = factor;
  }

  /** `max |aᵢⱼ − δᵢⱼ|`; NaN where an element is. */
  distanceFromIdentity(a: Block): number {
    const { values } = this.workspace;
    let largest = 0;
    for (let i = 0; i < this.order; i++) {
      for (let j = 0; j < this.order; j++) {
        const distance = Math.abs(values[a.offset + i * a.stride + j]! - (i === j ? 1 : 0));
        if (!(distance <= largest)) largest = distance;
        if (Number.isNaN(distance)) return distance;
      }
    }
    return largest;
  }
}

/** The part of the horizontal axis that panels show together. */
export class ViewWindow {
  #extent: readonly [number, number] | undefined;
  #chosen: readonly [number, number] | undefined;
  readonly #listeners = new Set<() => void>();
  readonly #extents = new Map<unknown, readonly [number, number] | undefined>();

  /** Low and high end; the whole of the data until a part is chosen. Undefined while there are no data. */
  get range(): readonly [low: number, high: number] | undefined {
    if (this.#chosen !== undefined) return this.#chosen;
    if (this.#extent === undefined) return undefined;
    const [first, last] = this.#extent;
    return first === last ? [first - 0.5, last + 0.5] : this.#extent;
  }

  /** Whether all data are shown, those to come too. */
  get isWhole(): boolean {
    return this.#chosen === undefined;
  }

  /** Tells what steps the data of one panel span. */
  setExtent(panel: unknown, extent: readonly [number, number] | undefined): void {
    const old = this.#extents.get(panel);
    if (old?.[0] === extent?.[0] && old?.[1] === extent?.[1]) return;
    this.#extents.set(panel, extent);
    this.#unite();
  }

  removePanel(panel: unknown): void {
    if (this.#extents.delete(panel)) this.#unite();
  }

  /** Shows from `low` to `high`, kept within the data; everything when that is all of them. */
  show(low: number, high: number): void {
    if (this.#extent === undefined || !(high > low)) return;
    const [first, last] = this.#extent;
    const whole = last - first;
    // Below this a double has no digits left to tell steps apart.
    const least = Math.max(whole, Math.abs(last)) * 1e-12;
    const width = Math.max(high - low, least);
    if (width >= whole) return this.reset();
    const start = Math.min(Math.max(low, first), last - width);
    this.#choose([start, start + width]);
  }

  /** Moves by a part of the window's width, to the right when positive. */
  pan(fraction: number): void {
    const range = this.range;
    if (range === undefined || this.isWhole) return;
    const shift = (range[1] - range[0]) * fraction;
    this.show(range[0] + shift, range[1] + shift);
  }

  /** Makes the window `factor` times as wide; what lies at `anchor`, a part of the width, stays there. */
  zoom(factor: number, anchor = 0.5): void {
    const range = this.range;
    if (range === undefined) return;
    const [low, high] = range;
    const fixed = low + (high - low) * anchor;
    this.show(fixed - (fixed - low) * factor, fixed + (high - fixed) * factor);
  }

  /** Shows everything again. */
  reset(): void {
    this.#choose(undefined);
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #unite(): void {
    const known = [...this.#extents.values()].filter((extent) => extent !== undefined);
    this.#extent =
      known.length === 0 ? undefined : [Math.min(...known.map(([first]) => first)), Math.max(...known.map(([, last]) => last))];
    this.#tell();
  }

  #choose(range: readonly [number, number] | undefined): void {
    this.#chosen = range;
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

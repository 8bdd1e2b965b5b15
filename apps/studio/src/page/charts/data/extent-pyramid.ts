/** Values under one summary; the next level summarises as many of these. */
const fanOut = 16;

/**
 * Positions of the least and the greatest of any run of values in logarithmic time. Level `k` holds, for every `16^k`
 * neighbouring values, the positions of their least and greatest; values that cannot be drawn (NaN, infinities and what
 * is not above `floor`) have none.
 */
export class ExtentPyramid {
  readonly #floor: number;
  #values: Float64Array = new Float64Array(0);
  /** Position of the least and of the greatest value under each summary, -1 where there is none. */
  readonly #levels: { least: Int32Array; greatest: Int32Array; count: number }[] = [];
  #length = 0;

  constructor(floor = -Infinity) {
    this.#floor = floor;
  }

  /**
   * Brings the summaries up to `length` values. What was summarised before must not have changed: only summaries that
   * the new values touch are made again.
   */
  update(values: Float64Array, length: number): void {
    const from = this.#length;
    [this.#values, this.#length] = [values, length];
    let changed = from;
    for (let level = 0, below = length; below > 1; level++) {
      const count = Math.ceil(below / fanOut);
      const summaries = this.#room(level, count);
      changed = Math.floor(changed / fanOut);
      for (let index = changed; index < count; index++) this.#summarise(level, index, Math.min(below, (index + 1) * fanOut));
      summaries.count = count;
      below = count;
    }
  }

  /** Positions of the least and the greatest value in [start, end), written to `out`; -1 where none can be drawn. */
  extremes(start: number, end: number, out: [least: number, greatest: number]): void {
    out[0] = out[1] = -1;
    let [low, high] = [start, end];
    for (let level = -1; low < high; level++) {
      // Up to the next summary's bounds item by item, the middle by the level above.
      const middle = Math.ceil(low / fanOut) * fanOut;
      const last = Math.floor(high / fanOut) * fanOut;
      if (middle >= last || level + 1 >= this.#levels.length) {
        this.#scan(level, low, high, out);
        return;
      }
      this.#scan(level, low, middle, out);
      this.#scan(level, last, high, out);
      [low, high] = [middle / fanOut, last / fanOut];
    }
  }

  #scan(level: number, start: number, end: number, out: [number, number]): void {
    const summaries = level < 0 ? undefined : this.#levels[level];
    for (let index = start; index < end; index++) {
      this.#offer(
        summaries === undefined ? index : summaries.least[index]!,
        summaries === undefined ? index : summaries.greatest[index]!,
        out,
      );
    }
  }

  #offer(least: number, greatest: number, out: [number, number]): void {
    const values = this.#values;
    if (least >= 0 && this.#isDrawable(values[least]!) && (out[0] < 0 || values[least]! < values[out[0]]!)) out[0] = least;
    if (greatest >= 0 && this.#isDrawable(values[greatest]!) && (out[1] < 0 || values[greatest]! > values[out[1]]!)) out[1] = greatest;
  }

  #isDrawable(value: number): boolean {
    return value > this.#floor && value < Infinity;
  }

  #summarise(level: number, index: number, end: number): void {
    const found: [number, number] = [-1, -1];
    this.#scan(level - 1, index * fanOut, end, found);
    const summaries = this.#levels[level]!;
    [summaries.least[index], summaries.greatest[index]] = found;
  }

  #room(level: number, count: number): { least: Int32Array; greatest: Int32Array; count: number } {
    const old = this.#levels[level];
    if (old !== undefined && old.least.length >= count) return old;
    const capacity = Math.max(64, count, 2 * (old?.least.length ?? 0));
    const grown = { least: new Int32Array(capacity), greatest: new Int32Array(capacity), count };
    if (old !== undefined) {
      grown.least.set(old.least);
      grown.greatest.set(old.greatest);
    }
    return (this.#levels[level] = grown);
  }
}

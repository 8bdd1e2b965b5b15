/** The rate is measured over this long: short enough to follow a change of pace, long enough to be steady. */
const windowMs = 30_000;
const sampleEveryMs = 100;

/** Estimates the time left from how fast the work went in the last half minute. */
export class TimeLeft {
  #samples: { ms: number; done: number }[] = [];
  #total = 0;

  /** Notes how far the work is. A step back or another total is a new phase: the estimate starts afresh. */
  update(done: number, total: number, nowMs: number): void {
    const last = this.#samples.at(-1);
    if (total !== this.#total || (last !== undefined && done < last.done)) this.#samples = [];
    this.#total = total;
    const previous = this.#samples.at(-2);
    if (previous !== undefined && nowMs - previous.ms < sampleEveryMs) this.#samples.pop();
    this.#samples.push({ ms: nowMs, done });
    while (this.#samples.length > 2 && nowMs - (this.#samples[0]?.ms ?? nowMs) > windowMs) this.#samples.shift();
  }

  /** Seconds left, or undefined while nothing has been done since the first note (as just after a resume). */
  seconds(): number | undefined {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined || last.ms <= first.ms || last.done <= first.done) return undefined;
    const perSecond = ((last.done - first.done) / (last.ms - first.ms)) * 1000;
    return Math.max(0, (this.#total - last.done) / perSecond);
  }
}

/** Frames longer than this are too few a second to follow what moves, ms. */
const slow = 60;
const quick = 30;
/** A longer pause is none between two frames of one motion, ms. */
const pause = 1000;
const least = 0.2;
/** As many bodies take no time that would be seen: what is slow then is not them. */
const fewBodies = 5000;

/**
 * Which share of the bodies is drawn while they move: all of them where the machine keeps up, fewer where frames take long, as they do
 * where the processor has to draw.
 */
export class DrawnShare {
  #share = 1;
  #before = -Infinity;

  /** Share of `bodies` for a frame at `now` (ms) of something that moves. */
  moving(now: number, bodies: number): number {
    const interval = now - this.#before;
    this.#before = now;
    if (interval > slow && interval < pause) this.#share = Math.max(least, this.#share * Math.max(0.3, slow / interval));
    else if (interval < quick) this.#share = Math.min(1, this.#share * 1.1);
    return Math.min(1, Math.max(this.#share, fewBodies / bodies));
  }
}

import { afterThisTurn } from './macrotask.js';

/** Runs shorter than this are done on the calling thread: handing them to another costs more than they do. */
const shortSeconds = 60e-6;
/** An asynchronous run, hand-over included, whose program may be such a short one. */
const promisingSeconds = 400e-6;
/** Runs on other threads between two trials on the calling one: a trial of 400 µs then costs little. */
const runsBetweenTrials = 64;
/** The event loop gets a turn at least this often. */
const turnMilliseconds = 8;

/** Where runs happen: measured, or always on one side (for tests). Results are the same. */
export type Placement = 'measured' | 'calling-thread' | 'other-thread';

/** How long a program's runs take, as far as they were measured. */
export class Pace {
  /** The shorter of the two latest runs on the calling thread: one slow run in between is the machine's doing. */
  private inlineSeconds = Number.POSITIVE_INFINITY;
  private latestInlineSeconds = Number.POSITIVE_INFINITY;
  private elsewhereSeconds = Number.POSITIVE_INFINITY;
  private sinceTrial = runsBetweenTrials;

  /** Whether the next run is worth doing on the calling thread. */
  get isShort(): boolean {
    if (this.inlineSeconds < shortSeconds) return true;
    return this.elsewhereSeconds < promisingSeconds && this.sinceTrial >= runsBetweenTrials;
  }

  ranInline(seconds: number): void {
    this.inlineSeconds = Math.min(seconds, this.latestInlineSeconds);
    this.latestInlineSeconds = seconds;
    this.sinceTrial = 0;
  }

  ranElsewhere(seconds: number): void {
    this.elsewhereSeconds = seconds;
    this.sinceTrial++;
  }
}

/** Watches how long the calling thread has been kept from its event loop. */
export class Turn {
  private start: number | undefined;

  /** Whether the event loop can wait for another short run; `now` in milliseconds. */
  hasTime(now: number): boolean {
    if (this.start === undefined) {
      this.start = now;
      afterThisTurn(() => {
        this.start = undefined;
      });
    }
    return now - this.start < turnMilliseconds;
  }
}

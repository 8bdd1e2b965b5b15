import type { RandomStream } from '@sardonyx/data';

/** What executing a theorem showed. */
export interface Verification {
  readonly holds: boolean;
  /** What was executed and compared, and how it came out, in a line. */
  readonly checked: string;
  /** The figures of it, by name. */
  readonly measured: Readonly<Record<string, number>>;
}

/** A claim of the paper and the way to execute it. */
export interface Theorem {
  readonly name: string;
  /** What the paper states. */
  readonly paper: string;
  /** The claim, as executed. */
  readonly statement: string;
  /** Seconds of work; deterministic given the stream. */
  verify(stream: RandomStream): Promise<Verification>;
}

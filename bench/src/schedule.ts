/** One turn of one contender in one round. */
export interface Turn<T> {
  readonly round: number;
  readonly contender: T;
}

/** The interleaved order of measurement: every contender once, then all of them again (A B A B …), `rounds` times. */
export function interleave<T>(contenders: readonly T[], rounds: number): Turn<T>[] {
  return Array.from({ length: rounds }, (_, round) => contenders.map((contender) => ({ round, contender }))).flat();
}

/** How long one turn should measure, in seconds, and the least and most steps it may take for that. */
export interface TurnLength {
  readonly seconds: number;
  readonly minimumIterations: number;
  readonly maximumIterations: number;
}

/** Steps per turn for a contender whose step takes `stepSeconds`. */
export function iterationsPerTurn(stepSeconds: number, length: TurnLength): number {
  const wanted = stepSeconds > 0 ? Math.round(length.seconds / stepSeconds) : length.maximumIterations;
  return Math.min(length.maximumIterations, Math.max(length.minimumIterations, wanted));
}

import type { Span } from './approach-times.js';
import { requirePositive, StatisticsError } from './statistics-error.js';

/** Longest time between two approaches of an object that stands as a close-approach object between them, yr. */
export const defaultLongestGap = 1e4;
/** Years that the observed table of approaches spans: 1900 to 2200. */
export const defaultWindow = 300;

/*
 * Three answers to "how many", each as what one particle adds: its share of time in 0 … 1, from its ascending approach times.
 * Weighted and added up they are numbers of asteroids.
 */

/** N_ever: whether it approaches at all in (from, to]. */
export const everShare = (times: ArrayLike<number>, { from, to }: Span): number => {
  for (let k = 0; k < times.length; k++) if (times[k]! > from && times[k]! <= to) return 1;
  return 0;
};

/**
 * N_stand: the share of the span in which the last and the next approach are less than `longestGap` years apart. Approaches
 * outside the span bracket times inside it.
 */
export function standingShare(times: ArrayLike<number>, { from, to }: Span, longestGap = defaultLongestGap): number {
  requirePositive(longestGap, 'longest gap');
  let standing = 0;
  for (let k = 1; k < times.length; k++) {
    if (times[k]! - times[k - 1]! < longestGap) standing += Math.max(0, Math.min(to, times[k]!) - Math.max(from, times[k - 1]!));
  }
  return standing / requireSpan({ from, to });
}

/**
 * N_win: the share of windows [t, t + W] inside the span that hold an approach, over all t: those with t in the union of
 * [approach − W, approach]. A window longer than the span counts as the span.
 */
export function windowShare(times: ArrayLike<number>, { from, to }: Span, window = defaultWindow): number {
  requirePositive(window, 'window');
  const places = requireSpan({ from, to }) - window;
  if (places <= 0) return times.length > 0 && Array.from(times).some((time) => time >= from && time <= to) ? 1 : 0;
  let covered = 0;
  let reached = from;
  for (let k = 0; k < times.length; k++) {
    const begin = Math.max(reached, times[k]! - window);
    const end = Math.min(to - window, times[k]!);
    if (end > begin) covered += end - begin;
    reached = Math.max(reached, end);
  }
  return covered / places;
}

/** @returns its length @throws {StatisticsError} `argument` where it has none */
export function requireSpan({ from, to }: Span): number {
  if (to > from) return to - from;
  throw new StatisticsError('argument', `span of analysis: expected it to end after it begins, got ${from} to ${to} yr; correct it`);
}

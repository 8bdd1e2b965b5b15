import type { CommandContext } from '@sardonyx/study';

/** Seconds between two lines of progress. */
const lineSeconds = 5;

/**
 * Tells how far a long work is, on standard error, every few seconds: `320 of 1024 problems learned`, or `320 documents read`
 * where nobody knows how many there are.
 */
export function progressLines(ctx: CommandContext): (done: number, total: number | undefined, what: string) => void {
  let told = Date.now();
  return (done, total, what) => {
    if (Date.now() - told < lineSeconds * 1000) return;
    told = Date.now();
    ctx.log(`${done}${total === undefined ? '' : ` of ${total}`} ${what}`);
  };
}

import type { CommandContext } from '@sardonyx/study';

/** Seconds between two lines of progress. */
const lineSeconds = 5;

/** Tells how far a long work is, on standard error, every few seconds: `320 of 1024 problems learned`. */
export function progressLines(ctx: CommandContext): (done: number, total: number, what: string) => void {
  let told = Date.now();
  return (done, total, what) => {
    if (Date.now() - told < lineSeconds * 1000) return;
    told = Date.now();
    ctx.log(`${done} of ${total} ${what}`);
  };
}

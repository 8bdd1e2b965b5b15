import { processorTimes } from './machine.js';
import { processTree, readProcessFile } from './process-tree.js';

/** Counts of processor time at one moment, in milliseconds. */
interface Snapshot {
  readonly busy: number;
  readonly total: number;
  readonly own: number;
}

/** The kernel reports processes' times in clock ticks of 1/100 s on every Linux (proc(5), USER_HZ). */
const millisecondsPerTick = 10;

/**
 * Begins to watch how much of the machine others use while process `pid` and what it started work. The returned function gives their
 * share of all cores since then, 0 to 1, or `undefined` where processes' times cannot be read (elsewhere than Linux).
 * The counters advance by 10 ms: over a turn much shorter than a second the share is coarse.
 */
export function watchContention(pid: number | undefined): () => number | undefined {
  const before = snapshot(pid);
  return () => {
    const after = snapshot(pid);
    if (before === undefined || after === undefined || after.total <= before.total) return undefined;
    const others = after.busy - before.busy - (after.own - before.own);
    return Math.min(1, Math.max(0, others / (after.total - before.total)));
  };
}

function snapshot(pid: number | undefined): Snapshot | undefined {
  if (process.platform !== 'linux' || pid === undefined) return undefined;
  const { idle, total } = processorTimes();
  return { busy: total - idle, total, own: processTree(pid).reduce((sum, member) => sum + ownMilliseconds(member), 0) };
}

/** User and system time of all threads of a process: fields 14 and 15 of its stat file, counted after the name. */
function ownMilliseconds(pid: number): number {
  const stat = readProcessFile(`/proc/${pid}/stat`);
  if (stat === undefined) return 0;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * millisecondsPerTick;
}

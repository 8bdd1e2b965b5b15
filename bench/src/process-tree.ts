import { readdirSync, readFileSync } from 'node:fs';

/** A process and all that it started, directly or not; where they cannot be listed (elsewhere than Linux), itself alone. */
export function processTree(pid: number): number[] {
  if (process.platform !== 'linux') return [pid];
  const children = new Map<number, number[]>();
  for (const entry of readdirSync('/proc')) {
    const parent = /^\d+$/.test(entry) ? parentOf(entry) : undefined;
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), Number(entry)]);
  }
  const tree = [pid];
  for (const member of tree) tree.push(...(children.get(member) ?? []));
  return tree;
}

/** Field 4 of the stat file, counted after the name (proc(5)); `undefined` for a process that has just ended. */
function parentOf(pid: string): number | undefined {
  const stat = readProcessFile(`/proc/${pid}/stat`);
  return stat === undefined ? undefined : Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}

/** A file of the kernel's about a process; `undefined` where the process has just ended. */
export function readProcessFile(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return undefined;
    throw error;
  }
}

/** The kernel's high-water mark of an address space (`VmHWM`, proc(5)) in bytes, where there is one. */
export function peakRssBytesOf(pid: number | 'self'): number | undefined {
  if (process.platform !== 'linux') return undefined;
  const highWaterMark = /^VmHWM:\s+(\d+) kB$/m.exec(readProcessFile(`/proc/${pid}/status`) ?? '')?.[1];
  return highWaterMark === undefined ? undefined : Number(highWaterMark) * 1024;
}

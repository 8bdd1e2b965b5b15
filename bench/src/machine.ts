import { cpus, loadavg, platform, release, totalmem } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

/** What the figures were measured on. */
export interface MachineFacts {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly os: string;
  readonly node: string;
}

/** How busy the machine was before anything of ours ran. */
export interface MachineLoad {
  /** Share of all cores in use over the sampling time, 0 to 1. */
  readonly busyFraction: number;
  /** One-minute load average; 0 where the platform has none. */
  readonly loadAverage: number;
}

/** A machine is called quiet while no more than a tenth of it is in use. */
const quietFraction = 0.1;

export function machineFacts(): MachineFacts {
  const processors = cpus();
  return {
    cpu: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memoryBytes: totalmem(),
    os: `${platform()} ${release()}`,
    node: process.version,
  };
}

/** Samples the processors' counters over `seconds` and reads the load average. */
export async function machineLoad(seconds = 1): Promise<MachineLoad> {
  const before = processorTimes();
  await sleep(seconds * 1000);
  const after = processorTimes();
  const total = after.total - before.total;
  return {
    busyFraction: total > 0 ? 1 - (after.idle - before.idle) / total : 0,
    loadAverage: loadavg()[0] ?? 0,
  };
}

/** One line on the load, with what it means for the figures. */
export function describeLoad(load: MachineLoad): string {
  const share = `${Math.round(load.busyFraction * 100)} % of the machine in use, load average ${load.loadAverage.toFixed(2)}`;
  return load.busyFraction > quietFraction
    ? `busy machine: ${share}; trust ratios and fastest figures more than medians`
    : `quiet machine: ${share}`;
}

/** Milliseconds that all processors have spent idle, and altogether. */
export function processorTimes(): { idle: number; total: number } {
  let idle = 0;
  let total = 0;
  for (const { times } of cpus()) {
    idle += times.idle;
    total += times.user + times.nice + times.sys + times.idle + times.irq;
  }
  return { idle, total };
}

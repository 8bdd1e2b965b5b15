import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { availableParallelism, cpus, freemem, totalmem } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { nodeFileSystem, StorageError } from '@sardonyx/study';
import type { Systems } from './systems.js';

/** One thing that was looked at; `advice` says what to do unless `status` is ok. */
export interface Check {
  readonly name: string;
  readonly status: 'ok' | 'warning' | 'missing';
  readonly detail: string;
  readonly advice?: string;
}

/** Looks at everything Sardonyx needs, in the order a person would mend it. */
export async function checkMachine(systems: Systems): Promise<Check[]> {
  return [checkNode(), await checkOnnxRuntime(), checkThreads(), checkMemory(), checkDisk('.'), await checkSystems(systems)];
}

function checkNode(): Check {
  const given = process.versions.node;
  const [major = 0, minor = 0] = given.split('.').map(Number);
  const isNewEnough = major > 20 || (major === 20 && minor >= 19);
  return isNewEnough
    ? { name: 'Node.js', status: 'ok', detail: given }
    : {
        name: 'Node.js',
        status: 'missing',
        detail: `${given}, needed is 20.19 or later`,
        advice: 'Install a current Node.js from https://nodejs.org.',
      };
}

/** What `runtimeInfo` of the engine tells. */
interface RuntimeReport {
  readonly name: string;
  readonly version: string;
  readonly libraryPath: string;
  readonly threads: number;
  readonly providers: readonly string[];
  readonly fallbackReason?: string;
}

/**
 * The runtime is opened in a process of its own, as a run would open it: a library that is there but does not fit this
 * machine ends that process, not this one.
 */
async function checkOnnxRuntime(): Promise<Check> {
  const name = 'ONNX Runtime';
  const script = `
    import { runtimeInfo, tensor } from ${JSON.stringify(import.meta.resolve('@sardonyx/tensor'))};
    await tensor([1]).add(tensor([1])).data();
    process.stdout.write(JSON.stringify(runtimeInfo()));`;
  try {
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], { timeout: 30_000 });
    const { version, libraryPath, threads, providers, fallbackReason, ...runtime } = JSON.parse(stdout) as RuntimeReport;
    const detail = `${version} through ${runtime.name} on ${threads} ${threads === 1 ? 'thread' : 'threads'} (${libraryPath}), built with ${providers.join(', ')}`;
    if (fallbackReason === undefined) return { name, status: 'ok', detail };
    return { name, status: 'warning', detail, advice: `Runs are slower than they could be: ${fallbackReason}.` };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const reason = /^\w*Error: (.*)$/m.exec(message)?.[1] ?? 'its process ended';
    return {
      name,
      status: 'missing',
      detail: `cannot compute: ${reason}`,
      advice: 'Mend the setting named, if one is; else install the packages anew (npm install). On Linux, glibc 2.28 or later is needed.',
    };
  }
}

function checkThreads(): Check {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  return { name: 'threads', status: 'ok', detail: `${availableParallelism()} (${model})` };
}

function checkMemory(): Check {
  const [total, free] = [totalmem() / 2 ** 30, freemem() / 2 ** 30];
  const detail = `${total.toFixed(1)} GiB, ${free.toFixed(1)} GiB free`;
  return total >= 3.5
    ? { name: 'memory', status: 'ok', detail }
    : {
        name: 'memory',
        status: 'warning',
        detail,
        advice: 'The quick presets need up to 4 GiB; larger ones print what they need with --dry-run.',
      };
}

/** A file is really written: permissions alone do not tell of a read-only or full disk. */
function checkDisk(folder: string): Check {
  const name = 'disk';
  try {
    const probe = mkdtempSync(join(folder, '.sardonyx-doctor-'));
    try {
      const path = join(probe, 'probe');
      const fd = nodeFileSystem.open(path, 'wx');
      nodeFileSystem.write(fd, Buffer.alloc(4096), path);
      nodeFileSystem.sync(fd, path);
      nodeFileSystem.close(fd, path);
    } finally {
      rmSync(probe, { recursive: true, force: true });
    }
  } catch (error) {
    const reason = error instanceof StorageError || error instanceof Error ? error.message : String(error);
    return {
      name,
      status: 'missing',
      detail: `cannot write in ${process.cwd()}: ${reason}`,
      advice: 'Change to a folder you may write to, or give --out.',
    };
  }
  const { bavail, bsize } = statfsSync(folder);
  const freeGiB = (bavail * bsize) / 2 ** 30;
  const detail = `${process.cwd()} is writable, ${freeGiB.toFixed(1)} GiB free`;
  return freeGiB >= 1
    ? { name, status: 'ok', detail }
    : { name, status: 'warning', detail, advice: 'Free some space: checkpoints may need more.' };
}

async function checkSystems(systems: Systems): Promise<Check> {
  const all = await systems.all();
  const studies = all.reduce((count, system) => count + system.studies.length, 0);
  return {
    name: 'systems',
    status: 'ok',
    detail: `${all.length} with ${studies} ${studies === 1 ? 'study' : 'studies'}: ${all.map(({ name }) => name).join(', ')}`,
  };
}

import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, cpus, freemem, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { nodeFileSystem, StorageError } from '@sardonyx/study';
import { type Systems } from './systems.js';

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
    : { name: 'Node.js', status: 'missing', detail: `${given}, needed is 20.19 or later`, advice: 'Install a current Node.js from https://nodejs.org.' };
}

/**
 * The library is loaded in a process of its own, as a run would load it: a library that is there but does not fit this
 * machine ends that process, not this one.
 */
async function checkOnnxRuntime(): Promise<Check> {
  const name = 'ONNX Runtime';
  const found = findOnnxRuntime();
  if (found === undefined) {
    return { name, status: 'missing', detail: 'the package onnxruntime-node is not installed', advice: 'Install it: npm install onnxruntime-node' };
  }
  const { manifest, version } = found;
  const folder = join(dirname(manifest), 'bin', 'napi-v6', process.platform, process.arch);
  const library = listFolder(folder).find((file) => /^(lib)?onnxruntime\.(dll|so|.*dylib)/.test(file));
  if (library === undefined) {
    return {
      name,
      status: 'missing',
      detail: `onnxruntime-node ${version} brings no library for ${process.platform} ${process.arch}`,
      advice: 'Use a platform that ONNX Runtime supports: Linux, macOS or Windows on x64 or arm64.',
    };
  }
  const path = join(folder, library);
  try {
    const script = 'const ort = require(process.argv[1]); process.stdout.write(String(ort.env.versions.node ?? ort.env.versions.common));';
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', script, dirname(manifest)], { timeout: 30_000 });
    return { name, status: 'ok', detail: `${stdout} (${path})` };
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n').find((line) => line.startsWith('Error:')) ?? 'its process ended') : String(error);
    return { name, status: 'missing', detail: `${path} cannot be loaded: ${reason}`, advice: 'Install the packages anew (npm install); on Linux, glibc 2.28 or later is needed.' };
  }
}

/** Found from the tensor package's place as well, since package managers need not put it beside the command line. */
function findOnnxRuntime(): { manifest: string; version: string } | undefined {
  for (const from of [import.meta.url, ...tensorPackage()]) {
    try {
      const require = createRequire(from);
      const manifest = require.resolve('onnxruntime-node/package.json');
      const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
      return { manifest, version };
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND')) throw error;
    }
  }
  return undefined;
}

function tensorPackage(): string[] {
  try {
    return [import.meta.resolve('@sardonyx/tensor')];
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND') return [];
    throw error;
  }
}

function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
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
    : { name: 'memory', status: 'warning', detail, advice: 'The quick presets need up to 4 GiB; larger ones print what they need with --dry-run.' };
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
    return { name, status: 'missing', detail: `cannot write in ${process.cwd()}: ${reason}`, advice: 'Change to a folder you may write to, or give --out.' };
  }
  const { bavail, bsize } = statfsSync(folder);
  const freeGiB = (bavail * bsize) / 2 ** 30;
  const detail = `${process.cwd()} is writable, ${freeGiB.toFixed(1)} GiB free`;
  return freeGiB >= 1 ? { name, status: 'ok', detail } : { name, status: 'warning', detail, advice: 'Free some space: checkpoints may need more.' };
}

async function checkSystems(systems: Systems): Promise<Check> {
  const all = await systems.all();
  const studies = all.reduce((count, system) => count + system.studies.length, 0);
  return { name: 'systems', status: 'ok', detail: `${all.length} with ${studies} ${studies === 1 ? 'study' : 'studies'}: ${all.map(({ name }) => name).join(', ')}` };
}

/**
 * Compiles the kernels, once for memory of one thread and once for shared memory, and writes both modules, in base64, to
 * `src/kernels/binary.ts`: `node systems/close-approaches/kernels/build.mjs`. A test compiles them again and compares every byte.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const directory = fileURLToPath(new URL('.', import.meta.url));

/** Pages of memory that instances start with, and the most that shared memory may grow to: 1 GiB. */
const memory = {
  local: ['--initialMemory', '1'],
  shared: ['--initialMemory', '1', '--maximumMemory', '16384', '--sharedMemory', '--enable', 'threads'],
};

/** The compiled modules. @throws {Error} with the compiler's messages */
export async function compileKernels() {
  return { local: await compile(memory.local), shared: await compile(memory.shared) };
}

async function compile(memoryOptions) {
  const files = new Map();
  const options = ['--baseDir', directory, '--outFile', 'kernels.wasm', '-O3', '--converge', '--noAssert'];
  const features = ['--runtime', 'stub', '--importMemory', '--noExportMemory', '--enable', 'simd'];
  const { error, stderr } = await asc.main(['index.ts', ...options, ...features, ...memoryOptions], {
    readFile: (name, base) =>
      readFile(join(base, name), 'utf8').catch((reason) => {
        // The compiler tries names in turn.
        if (reason.code === 'ENOENT') return null;
        throw reason;
      }),
    writeFile: (name, contents) => void files.set(name, contents),
  });
  if (error) throw new Error(`the kernels do not compile: ${stderr.toString()}`, { cause: error });
  return files.get('kernels.wasm');
}

/** The text of `src/kernels/binary.ts` for the compiled modules. */
export function binarySource(modules) {
  const members = Object.entries(modules).map(([kind, module]) => {
    const lines = Buffer.from(module)
      .toString('base64')
      .match(/.{1,120}/g);
    return `  ${kind}: [\n${lines.map((line) => `    '${line}',\n`).join('')}  ].join(''),\n`;
  });
  const comment = '/** The modules compiled from `kernels/` by `kernels/build.mjs`, one a kind of memory, in base64. */';
  return `${comment}\nexport const kernelBinaries = {\n${members.join('')}};\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const modules = await compileKernels();
  await writeFile(new URL('../src/kernels/binary.ts', import.meta.url), binarySource(modules));
  process.stdout.write(`${modules.local.length} and ${modules.shared.length} bytes\n`);
}

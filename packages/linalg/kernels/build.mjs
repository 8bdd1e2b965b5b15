/**
 * Compiles the kernels, once in each precision, and writes both modules, in base64, to `src/kernels/binary.ts`:
 * `node packages/linalg/kernels/build.mjs`. A test compiles them again and compares every byte.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const directory = fileURLToPath(new URL('.', import.meta.url));

/** The sources, with `Float` in `float.ts` of the given type. */
const sourcesWith = (float) => async (name, base) => {
  if (basename(name) === 'float.ts') return `export type Float = ${float};`;
  return readFile(join(base, name), 'utf8').catch((error) => {
    // The compiler tries names in turn.
    if (error.code === 'ENOENT') return null;
    throw error;
  });
};

/** The compiled modules. @throws {Error} with the compiler's messages */
export async function compileKernels() {
  return { f64: await compile('f64'), f32: await compile('f32') };
}

async function compile(float) {
  const files = new Map();
  const options = ['--baseDir', directory, '--outFile', 'kernels.wasm', '-O3', '--converge', '--noAssert'];
  const features = ['--runtime', 'stub', '--importMemory', '--initialMemory', '32', '--enable', 'simd', '--noExportMemory'];
  const { error, stderr } = await asc.main(['index.ts', ...options, ...features], {
    readFile: sourcesWith(float),
    writeFile: (name, contents) => void files.set(name, contents),
  });
  if (error) throw new Error(`the kernels do not compile: ${stderr.toString()}`, { cause: error });
  return files.get('kernels.wasm');
}

/** The text of `src/kernels/binary.ts` for the compiled modules. */
export function binarySource(modules) {
  const members = Object.entries(modules).map(([precision, module]) => {
    const lines = Buffer.from(module)
      .toString('base64')
      .match(/.{1,120}/g);
    return `  ${precision}: [\n${lines.map((line) => `    '${line}',\n`).join('')}  ].join(''),\n`;
  });
  const comment = '/** The modules compiled from `kernels/` by `kernels/build.mjs`, one a precision, in base64. */';
  return `${comment}\nexport const kernelBinaries = {\n${members.join('')}};\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const modules = await compileKernels();
  await writeFile(new URL('../src/kernels/binary.ts', import.meta.url), binarySource(modules));
  process.stdout.write(`${modules.f64.length} and ${modules.f32.length} bytes\n`);
}

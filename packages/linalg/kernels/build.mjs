/**
 * Compiles the kernels and writes them, in base64, to `src/kernels/binary.ts`: `node packages/linalg/kernels/build.mjs`.
 * A test compiles them again and compares every byte.
 */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const directory = fileURLToPath(new URL('.', import.meta.url));

/** The compiled module. @throws {Error} with the compiler's messages */
export async function compileKernels() {
  const files = new Map();
  const options = ['--baseDir', directory, '--outFile', 'kernels.wasm', '-O3', '--converge', '--noAssert'];
  const features = ['--runtime', 'stub', '--importMemory', '--initialMemory', '32', '--enable', 'simd', '--noExportMemory'];
  const { error, stderr } = await asc.main(['index.ts', ...options, ...features], {
    writeFile: (name, contents) => void files.set(name, contents),
  });
  if (error) throw new Error(`the kernels do not compile: ${stderr.toString()}`, { cause: error });
  return files.get('kernels.wasm');
}

/** The text of `src/kernels/binary.ts` for a compiled module. */
export function binarySource(module) {
  const lines =
    Buffer.from(module)
      .toString('base64')
      .match(/.{1,120}/g) ?? [];
  const text = lines.map((line) => `  '${line}',`).join('\n');
  return `/** The module compiled from \`kernels/\` by \`kernels/build.mjs\`, in base64. */\nexport const kernelBinary = [\n${text}\n].join('');\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const module = await compileKernels();
  await writeFile(new URL('../src/kernels/binary.ts', import.meta.url), binarySource(module));
  process.stdout.write(`${module.length} bytes\n`);
}

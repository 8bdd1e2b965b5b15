import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** ONNX Runtime's WebAssembly; Node can run it too. */
const file = createRequire(import.meta.url).resolve('onnxruntime-web/ort-wasm-simd-threaded.wasm');

/** An address from which it can be fetched in this process. */
export const webAssemblyUrl = (): string => URL.createObjectURL(new Blob([readFileSync(file)], { type: 'application/wasm' }));

/** Of the package that is installed. */
export const installedVersion = (): string =>
  (JSON.parse(readFileSync(join(dirname(file), '..', 'package.json'), 'utf8')) as { version: string }).version;

// TensorFlow.js in Node without native parts: the WebAssembly backend.

import { createRequire } from 'node:module';
import { serveContender } from '../dist/contender.js';
import { trainingCaseSchema } from '../dist/training-cases.js';
import { installedVersion, resolveInstalled } from './install.mjs';
import { casesOf } from './tfjs_cases.mjs';

const files = ['@tensorflow/tfjs', '@tensorflow/tfjs-backend-wasm'].map(resolveInstalled);
if (!files.includes(undefined)) await main(...files.map(createRequire(import.meta.url)));

async function main(tf, wasm) {
  wasm.setThreadsCount(Number(process.env['SARDONYX_BENCH_THREADS'] ?? 2));
  await tf.setBackend('wasm');
  await serveContender({
    name: 'TensorFlow.js',
    versions: { '@tensorflow/tfjs': installedVersion('@tensorflow/tfjs') },
    parseCase: (value) => trainingCaseSchema.parse(value),
    prepare: casesOf(tf, 'WebAssembly backend'),
  });
  process.exit();
}

import * as tf from '@tensorflow/tfjs';
import * as wasm from '@tensorflow/tfjs-backend-wasm';
import { offerContender } from '../../dist/browser/page-contender.js';
import { pageSettings } from '../../dist/browser/page-settings.js';
import { casesOf } from '../tfjs_cases.mjs';

const { backend, threads } = pageSettings();
if (backend === 'wasm') {
  wasm.setWasmPaths('/peer-files/');
  wasm.setThreadsCount(threads);
}
if (!(await tf.setBackend(backend))) throw new Error(`TensorFlow.js cannot use its backend ${backend} here`);
await tf.ready();
offerContender(casesOf(tf, `${backend} backend`));

import { runtimeInfo } from '@sardonyx/tensor';
import { offer } from './programs.js';
import { trainAddition, trainGpt } from './training-runs.js';

const trainGptInWorker = (steps: number): Promise<number[]> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./training-worker.ts', import.meta.url), { type: 'module' });
    worker.addEventListener('message', ({ data }: MessageEvent<number[]>) => resolve(data));
    worker.addEventListener('error', ({ message }) => reject(new Error(message)));
    worker.postMessage(steps);
  });

offer({ runtimeInfo, trainGpt, trainGptInWorker, trainAddition });

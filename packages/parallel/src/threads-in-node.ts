import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { type StartThread, threadProgram } from './thread.js';

/** Threads that this machine runs at once. */
export const processors = (): number => availableParallelism();

/** Why no thread can be started here, if so. */
export const whyNoThreads = (): string | undefined => undefined;

const program = `
const { parentPort, workerData } = require('node:worker_threads');
(${threadProgram})(workerData, (message) => parentPort.postMessage(message), (listener) => parentPort.on('message', listener));
`;

/** A `worker_threads` thread. It keeps the process alive only while it has something to answer. */
export const startThread: StartThread = (module, name, listener) => {
  const worker = new Worker(program, { eval: true, workerData: { module, name } });
  worker.on('message', (message) => {
    worker.unref();
    listener.answered(message);
  });
  worker.on('error', (cause) => listener.lost(`failed: ${cause.message}`, cause));
  worker.on('exit', (code) => listener.lost(`ended with code ${code}`));
  worker.unref();
  return {
    post: (message) => {
      worker.postMessage(message);
      worker.ref();
    },
    end: async () => void (await worker.terminate()),
  };
};

import { type StartThread, threadProgram } from './thread.js';

/** The part of the browser's interface that is used here; the standard types come with those of the browser only. */
interface WebWorker {
  postMessage(message: unknown): void;
  terminate(): void;
  addEventListener(type: 'message' | 'error', listener: (event: { readonly data?: unknown; readonly message?: string }) => void): void;
}

const browser = globalThis as unknown as {
  readonly Worker?: new (url: string, options: { type: 'module' }) => WebWorker;
  readonly Blob: new (parts: readonly string[], options: { type: string }) => object;
  readonly URL: { createObjectURL(blob: object): string; revokeObjectURL(url: string): void };
  readonly navigator?: { readonly hardwareConcurrency?: number };
};

/** Threads that this machine runs at once. */
export const processors = (): number => browser.navigator?.hardwareConcurrency ?? 1;

/** Why no thread can be started here, if so. */
export const whyNoThreads = (): string | undefined =>
  browser.Worker === undefined ? 'this browser has no workers; everything runs in the calling thread' : undefined;

/** The first message tells where the kernel is; what comes before the program listens is kept by the worker's event loop. */
const program = `
self.onmessage = ({ data }) =>
  (${threadProgram})(data, (message) => self.postMessage(message), (listener) => (self.onmessage = (event) => listener(event.data)));
`;

/** A module worker. */
export const startThread: StartThread = (module, name, listener) => {
  const url = browser.URL.createObjectURL(new browser.Blob([program], { type: 'text/javascript' }));
  const worker = new browser.Worker!(url, { type: 'module' });
  worker.addEventListener('message', ({ data }) => listener.answered(data));
  worker.addEventListener('error', ({ message }) => listener.lost(`failed: ${message ?? 'without a message'}`));
  worker.postMessage({ module, name });
  return {
    post: (message) => worker.postMessage(message),
    end: async () => {
      worker.terminate();
      browser.URL.revokeObjectURL(url);
    },
  };
};

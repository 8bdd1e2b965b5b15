import { Interrupted } from '@sardonyx/study';
import { exitCode } from './exit-code.js';

const signals = ['SIGINT', 'SIGTERM'] as const;

/**
 * Listens for Ctrl-C (and SIGTERM) while `work` goes on: the first aborts its signal, so that it saves and stops; the
 * second ends the process at once.
 */
export async function interruptible<T>(notice: (text: string) => void, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(exitCode.interrupted);
    controller.abort(new Interrupted('Stopped before the end.'));
    notice('Stopping at the next safe point and saving. Press Ctrl-C again to stop at once.');
  };
  for (const signal of signals) process.on(signal, onSignal);
  try {
    return await work(controller.signal);
  } finally {
    for (const signal of signals) process.off(signal, onSignal);
  }
}

/* Turns of the event loop: what waits there (drawing, messages, timers) happens before a task queued behind it. */

/** Queues a task; timers would be clamped to 4 ms in browsers, and to a second on pages in the background. */
export const afterThisTurn: (task: () => void) => void =
  typeof setImmediate === 'function' ? (task) => void setImmediate(task) : byMessages();

/** Waits until the event loop had a turn. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => afterThisTurn(resolve));

function byMessages(): (task: () => void) => void {
  const tasks: (() => void)[] = [];
  const { port1, port2 } = new MessageChannel();
  // Node's types do not have the browsers' ports.
  (port1 as unknown as EventTarget).addEventListener('message', () => tasks.shift()!());
  port1.start();
  return (task) => {
    tasks.push(task);
    port2.postMessage(undefined);
  };
}

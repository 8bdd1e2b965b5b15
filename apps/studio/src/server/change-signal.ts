/** Wakes everything that waits for a change. Changes are numbered, so that none is missed between looking and waiting. */
export class ChangeSignal {
  #version = 0;
  #waiting = new Set<() => void>();

  /** How many changes there were; read it before looking, and wait for the next after it. */
  get version(): number {
    return this.#version;
  }

  notify(): void {
    this.#version++;
    const waiting = this.#waiting;
    this.#waiting = new Set();
    for (const wake of waiting) wake();
  }

  /** Resolves when there is a change after number `seen`, or when `signal` aborts. */
  after(seen: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted || this.#version !== seen) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.#waiting.add(wake);
      signal.addEventListener('abort', wake, { once: true });
    });
  }
}

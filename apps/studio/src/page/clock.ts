import { signal } from '@preact/signals';

/** The present time, ms since 1970, as of the last tick; what is written relative to it follows by itself. */
export const now = signal(Date.now());

const tickMs = 1000;

/** Lets the clock go while the page is seen. Call once. */
export function startClock(): void {
  const tick = () => {
    if (!document.hidden) now.value = Date.now();
  };
  setInterval(tick, tickMs);
  document.addEventListener('visibilitychange', tick);
}

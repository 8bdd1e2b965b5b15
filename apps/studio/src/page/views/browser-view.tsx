import { useTitle } from '../use-title.js';

/** Trains the addition model in the page itself. */
export function BrowserView() {
  useTitle('Train in this browser');
  return (
    <header class="view-header">
      <h1>Train in this browser</h1>
      <p class="lede">Not built yet: the engine does not run in browsers so far. Studies run on this machine, from the first page.</p>
    </header>
  );
}

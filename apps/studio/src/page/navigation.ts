import { computed, signal } from '@preact/signals';
import { hrefOf, matchRoute, type Route } from './routes.js';

const address = signal({ path: location.pathname, search: location.search });

/** What the address shows now. */
export const route = computed(() => matchRoute(address.value.path, address.value.search));

/** Goes to a view as a click on a link does; `replace` leaves no step back. */
export function navigate(target: Route, { replace = false }: { readonly replace?: boolean } = {}): void {
  const href = hrefOf(target);
  if (replace) history.replaceState(null, '', href);
  else history.pushState(null, '', href);
  const movedOn = location.pathname !== address.peek().path;
  readAddress();
  if (movedOn) scrollTo(0, 0);
}

/** Lets links within the page change the view without loading the page anew. Call once. */
export function followLinks(): void {
  addEventListener('popstate', readAddress);
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (link === null || !isViewLink(link) || event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    navigate(matchRoute(link.pathname, link.search));
  });
}

/** Links to files of the server, to other places and into the same view are the browser's business. */
function isViewLink(link: HTMLAnchorElement): boolean {
  const isPlain = link.target === '' && !link.hasAttribute('download') && link.hash === '';
  return isPlain && link.origin === location.origin && !link.pathname.startsWith('/api/');
}

function readAddress(): void {
  address.value = { path: location.pathname, search: location.search };
}

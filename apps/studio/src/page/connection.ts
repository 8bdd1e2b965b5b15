import { signal } from '@preact/signals';

/** The server as the page's stream sees it; `retryAt` is when it will be tried again, ms since 1970. */
export type Connection = { readonly state: 'connecting' | 'open' } | { readonly state: 'unreachable'; readonly retryAt: number };

/** Set by the streams, shown by the banner. */
export const connection = signal<Connection>({ state: 'connecting' });

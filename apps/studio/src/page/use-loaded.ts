import { effect } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import { ServerUnreachable } from './api-client.js';
import { connection } from './connection.js';

/** What a request has brought so far. */
export type Loaded<T> =
  | { readonly state: 'loading' }
  | { readonly state: 'here'; readonly value: T }
  | { readonly state: 'failed'; readonly error: unknown };

/**
 * The answer to a request that a view needs; `key` names the request. Where the server does not answer, it is asked
 * again when the page's stream is open again.
 */
export function useLoaded<T>(key: string, load: () => Promise<T>): Loaded<T> {
  const [loaded, setLoaded] = useState<Loaded<T>>({ state: 'loading' });
  useEffect(() => {
    let isWanted = true;
    let isWaiting = false;
    const ask = async () => {
      isWaiting = false;
      try {
        const value = await load();
        if (isWanted) setLoaded({ state: 'here', value });
      } catch (error) {
        isWaiting = error instanceof ServerUnreachable;
        if (isWanted && !isWaiting) setLoaded({ state: 'failed', error });
      }
    };
    void ask();
    const stopWaiting = effect(() => {
      if (connection.value.state === 'open' && isWaiting) void ask();
    });
    return () => {
      isWanted = false;
      stopWaiting();
    };
  }, [key]);
  return loaded;
}

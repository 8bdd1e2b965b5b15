import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';

/** One server-sent event; `data` goes out as JSON. */
export interface StreamEvent {
  readonly event: string;
  readonly data: unknown;
  readonly id?: string;
}

/** Sends an event; resolves when the client has room for more, so that nothing piles up for a slow one. */
export type Send = (event: StreamEvent) => Promise<void>;

/** A line now and then lets a client that has silently vanished be noticed, and keeps the connection open. */
const heartbeatMs = 15_000;

/**
 * Answers with server-sent events for as long as `tell` goes on. Its signal aborts when the client is gone or the server
 * closes; `tell` should return then.
 */
export function serveEvents(c: Context, closing: AbortSignal, tell: (send: Send, signal: AbortSignal) => Promise<void>): Response {
  return streamSSE(c, async (stream) => {
    const end = new AbortController();
    const abort = (): void => end.abort();
    stream.onAbort(abort);
    closing.addEventListener('abort', abort);
    const heartbeat = setInterval(() => void stream.write(':\n\n'), heartbeatMs);
    try {
      const send: Send = ({ event, data, id }) =>
        stream.writeSSE({ event, data: JSON.stringify(data), ...(id === undefined ? {} : { id }) });
      await tell(send, end.signal);
    } finally {
      clearInterval(heartbeat);
      closing.removeEventListener('abort', abort);
    }
  });
}

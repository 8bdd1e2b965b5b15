import { connection } from './connection.js';
import { LiveStream, type StreamOptions, type StreamSurroundings } from './live.js';

const browser: StreamSurroundings = {
  open: (url) => new EventSource(url) as unknown as ReturnType<StreamSurroundings['open']>,
  setTimer: (run, milliseconds) => window.setTimeout(run, milliseconds),
  clearTimer: (timer) => clearTimeout(timer),
  now: () => Date.now(),
};

/**
 * How long a page that is not seen keeps its stream, ms. Browsers open six connections to a server at most, over all
 * pages together: pages in the background must leave theirs to the one that is looked at.
 */
const hiddenPageKeepsStream = 5000;

const openStreams = new Set<{ open(): void }>();

/** Opens a stream that lasts until the returned function is called; it rests while the page is hidden. */
export function openStream<Events extends object>(options: Omit<StreamOptions<Events>, 'onConnection'>): () => void {
  const stream = new LiveStream<Events>({ ...options, onConnection: (state) => (connection.value = state) }, browser);
  let resting: number | undefined;
  const onVisibility = () => {
    clearTimeout(resting);
    if (document.hidden) resting = window.setTimeout(() => stream.close(), hiddenPageKeepsStream);
    else stream.open();
  };
  document.addEventListener('visibilitychange', onVisibility);
  openStreams.add(stream);
  stream.open();
  return () => {
    clearTimeout(resting);
    document.removeEventListener('visibilitychange', onVisibility);
    openStreams.delete(stream);
    stream.close();
  };
}

/** Tries the server at once instead of at the end of the wait. */
export function reconnectNow(): void {
  for (const stream of openStreams) stream.open();
}

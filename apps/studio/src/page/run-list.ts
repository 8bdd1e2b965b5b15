import { signal } from '@preact/signals';
import type { RunSummary } from '../api/index.js';
import { runListEventsUrl } from './api-client.js';
import { openStream } from './browser-streams.js';

/** All runs of this machine, newest first; undefined until the server has told them. */
export const runs = signal<readonly RunSummary[] | undefined>(undefined);

interface RunListEvents {
  readonly runs: readonly RunSummary[];
  readonly run: RunSummary;
  readonly removed: { readonly id: string };
}

/** Keeps `runs` up to date until the returned function is called. */
export function followRuns(): () => void {
  return openStream<RunListEvents>({
    url: runListEventsUrl,
    on: {
      runs: (all) => (runs.value = all),
      run: (run) => (runs.value = withRun(runs.peek() ?? [], run)),
      removed: ({ id }) => (runs.value = runs.peek()?.filter((run) => run.id !== id)),
    },
  });
}

/** The list with one run replaced, or added in front. */
function withRun(list: readonly RunSummary[], run: RunSummary): readonly RunSummary[] {
  const isKnown = list.some(({ id }) => id === run.id);
  return isKnown ? list.map((known) => (known.id === run.id ? run : known)) : [run, ...list];
}

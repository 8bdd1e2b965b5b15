import type { RunStatus } from '../../api/index.js';

interface StatusWords {
  readonly word: string;
  readonly meaning: string;
}

/** How a status is called, and what it means for a reader. */
export const statusWords: Readonly<Record<RunStatus, StatusWords>> = {
  running: { word: 'running', meaning: 'A process of its own computes this run, with or without this page.' },
  interrupted: { word: 'stopped', meaning: 'Stopped at a checkpoint. Resuming goes on from there to the same result.' },
  killed: { word: 'cut off', meaning: 'Its process ended without stopping the run. Resuming goes on from the last checkpoint.' },
  failed: { word: 'failed', meaning: 'The run ended with an error.' },
  done: { word: 'done', meaning: 'The run has finished.' },
};

/** Status by sign, word and colour. */
export function StatusLabel({ status, isStopping = false }: { readonly status: RunStatus; readonly isStopping?: boolean | undefined }) {
  const { word, meaning } = statusWords[status];
  return (
    <span class={`status status-${status}`} title={meaning}>
      <StatusSign status={status} />
      {isStopping ? 'stopping' : word}
    </span>
  );
}

function StatusSign({ status }: { readonly status: RunStatus }) {
  return (
    <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="1.8">
      {signs[status]}
    </svg>
  );
}

const signs = {
  running: (
    <>
      <circle cx="6" cy="6" r="5" stroke-width="1.2" />
      <circle cx="6" cy="6" r="2.6" fill="currentColor" stroke="none" />
    </>
  ),
  interrupted: <path d="M3.500 2v8M8.500 2v8" />,
  killed: <path d="M1 6h3M8 6h3M6.800 2.500 5.200 9.500" />,
  failed: <path d="m2 2 8 8M10 2l-8 8" />,
  done: <path d="m1.500 6.500 3 3.200 6-7.400" />,
} as const;

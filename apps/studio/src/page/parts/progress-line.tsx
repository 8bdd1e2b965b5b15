import type { Progress, RunSummary } from '../../api/index.js';
import { formatShare } from '../quantities.js';
import { formatDuration, formatEstimate } from '../times.js';

/** How far a run is, as a bar. Where nothing is known yet the bar is empty, so that it never appears out of nowhere. */
export function ProgressBar({ progress, label }: { readonly progress: Progress | undefined; readonly label: string }) {
  const isComplete = progress !== undefined && progress.done >= progress.total;
  return (
    <progress
      class={isComplete ? 'progress-bar complete' : 'progress-bar'}
      aria-label={label}
      max={progress?.total ?? 1}
      value={progress?.done ?? 0}
    />
  );
}

/** How far a run is, in words: `43 %, about 2 min left`. */
export function progressWords({ status, progress, computeSeconds }: RunSummary): string {
  if (status === 'done') return `took ${formatDuration(computeSeconds)}`;
  if (progress === undefined) return status === 'running' ? 'starting' : `after ${formatDuration(computeSeconds)}`;
  const share = formatShare(progress.done, progress.total);
  if (status !== 'running') return `at ${share}, after ${formatDuration(computeSeconds)}`;
  return progress.secondsLeft === undefined ? share : `${share}, about ${formatEstimate(progress.secondsLeft)} left`;
}

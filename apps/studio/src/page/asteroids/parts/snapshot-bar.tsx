import { useState } from 'preact/hooks';
import { messageOf } from '../../parts/problem-notice.js';
import { formatNumber } from '../../quantities.js';
import type { AsteroidsModel } from '../asteroids-model.js';

/** Goes through the snapshots of a run's archive, where it has several. */
export function SnapshotBar({ model }: { readonly model: AsteroidsModel }) {
  const [problem, setProblem] = useState('');
  const archive = model.archive.value;
  if (archive === undefined || archive.snapshots.length < 2) return null;
  const index = model.snapshot.value;
  const last = archive.snapshots.length - 1;
  const words = `Snapshot ${formatNumber(index + 1)} of ${formatNumber(last + 1)}, year ${formatNumber(Math.round(archive.yearOf(archive.snapshots[index]!)))}`;
  const show = (place: number): void => {
    try {
      setProblem('');
      model.showSnapshot(place);
    } catch (error) {
      setProblem(messageOf(error));
    }
  };
  return (
    <div class="snapshot-bar">
      <span aria-hidden="true">{words}</span>
      <input
        type="range"
        aria-label="Snapshot of the run"
        aria-valuetext={words}
        min={0}
        max={last}
        step={1}
        value={index}
        onInput={(event) => show(event.currentTarget.valueAsNumber)}
      />
      {problem !== '' && (
        <p class="field-problem" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}

import { formatNumber } from '../../quantities.js';
import type { AsteroidsModel } from '../asteroids-model.js';
import { syntheticBelt } from '../data/synthetic-belt.js';
import { FileButton } from './drop-zone.js';

const counts = [2_000, 20_000, 200_000, 500_000] as const;

interface SourceChoiceProps {
  readonly model: AsteroidsModel;
  /** Whether a run is asked for, which is read before bodies are there. */
  readonly isOfRun: boolean;
  readonly onFile: (file: File) => void;
}

/** Which bodies are shown. */
export function SourceChoice({ model, isOfRun, onFile }: SourceChoiceProps) {
  const catalogue = model.catalogue.value;
  const count = catalogue?.table.a.length;
  const isSynthetic = catalogue?.title === 'synthetic belt';
  // The address may ask for any number.
  const choices = isSynthetic && count !== undefined && !counts.some((value) => value === count) ? [...counts, count] : counts;
  return (
    <section class="side-block" aria-labelledby="source-title">
      <h2 id="source-title">Bodies</h2>
      <p class="source-count">
        {count === undefined ? (isOfRun ? 'None yet' : 'Making the belt …') : `${formatNumber(count)} · ${catalogue?.title}`}
      </p>
      <p class="note source-note">{catalogue?.note}</p>
      <div class="source-actions">
        <label>
          <span class="visually-hidden">Bodies of a synthetic belt</span>
          <select
            value={isSynthetic ? String(count) : ''}
            onChange={(event) => model.showCatalogue(syntheticBelt(Number(event.currentTarget.value), 0))}
          >
            {!isSynthetic && <option value="">Synthetic belt …</option>}
            {choices
              .toSorted((a, b) => a - b)
              .map((value) => (
                <option key={value} value={value}>
                  Synthetic, {formatNumber(value)}
                </option>
              ))}
          </select>
        </label>
        <FileButton label="Open a catalogue" onFile={onFile} />
      </div>
    </section>
  );
}

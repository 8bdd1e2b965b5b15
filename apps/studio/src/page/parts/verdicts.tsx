import type { ExpectationResult, RunSummary } from '../../api/index.js';
import { formatNumber } from '../quantities.js';

const words = { holds: 'holds', fails: 'fails', reported: 'reported' } as const;
/** A sign beside the word, so that the verdict is not told by colour alone; the report's signs. */
const verdictSigns = { holds: '✓', fails: '✗', reported: '–' } as const;

/** One verdict as sign, word and colour. */
export function Verdict({ verdict }: { readonly verdict: ExpectationResult['verdict'] }) {
  return (
    <span class={`verdict ${verdict}`}>
      <span aria-hidden="true">{verdictSigns[verdict]}</span> {words[verdict]}
    </span>
  );
}

/** How many verdicts of each kind a run has; nothing before it is done. */
export function VerdictCounts({ verdicts }: { readonly verdicts: RunSummary['verdicts'] }) {
  const kinds = (['holds', 'fails', 'reported'] as const).filter((kind) => verdicts[kind] > 0);
  return (
    <span class="verdict-counts">
      {kinds.map((kind) => (
        <span key={kind} class={`verdict ${kind}`} title={`${verdicts[kind]} of the paper's statements: ${words[kind]}`}>
          <span aria-hidden="true">{verdictSigns[kind]}</span> {verdicts[kind]}
          <span class="visually-hidden"> {words[kind]}</span>
        </span>
      ))}
    </span>
  );
}

/** A number or statement of the paper or of a run. */
export function Finding({ value }: { readonly value: number | string }) {
  return <>{typeof value === 'number' ? formatNumber(value) : value}</>;
}

import type { ExpectationResult, RunStatus } from '../../api/index.js';
import { Finding, Verdict } from './verdicts.js';

type Expectation = Pick<ExpectationResult, 'name' | 'paper' | 'claim'> & Partial<Pick<ExpectationResult, 'ours' | 'verdict'>>;

/** The paper's statements beside the run's; before the run is done its places are there and empty, so that nothing moves. */
export function VerdictList({ expectations, status }: { readonly expectations: readonly Expectation[]; readonly status: RunStatus }) {
  if (expectations.length === 0) return <p class="empty">This study compares no number with its paper.</p>;
  return (
    <ul class="verdict-list">
      {expectations.map(({ name, claim, paper, ours, verdict }) => (
        <li key={name}>
          <h3>
            {name}
            {verdict === undefined ? <Pending status={status} /> : <Verdict verdict={verdict} />}
          </h3>
          <p class="verdict-claim">{claim}</p>
          <dl>
            <dt>Paper</dt>
            <dd>
              <Finding value={paper} />
            </dd>
            <dt>This run</dt>
            <dd>{ours === undefined ? '–' : <Finding value={ours} />}</dd>
          </dl>
        </li>
      ))}
    </ul>
  );
}

function Pending({ status }: { readonly status: RunStatus }) {
  return <span class="pending">{status === 'running' ? 'when done' : 'not finished'}</span>;
}

import type { ExpectationResult, RunStatus } from '../../api/index.js';
import { Finding, Verdict } from './verdicts.js';

type Expectation = Pick<ExpectationResult, 'name' | 'paper' | 'claim'> & Partial<Pick<ExpectationResult, 'ours' | 'verdict'>>;

/** The paper's statements beside the run's; before the run is done its cells are there and empty, so that nothing moves. */
export function VerdictTable({ expectations, status }: { readonly expectations: readonly Expectation[]; readonly status: RunStatus }) {
  if (expectations.length === 0) return <p class="empty">This study compares no number with its paper.</p>;
  return (
    <table class="verdict-table">
      <thead>
        <tr>
          <th scope="col">Statement</th>
          <th scope="col">Paper</th>
          <th scope="col">This run</th>
          <th scope="col">Verdict</th>
        </tr>
      </thead>
      <tbody>
        {expectations.map(({ name, claim, paper, ours, verdict }) => (
          <tr key={name}>
            <th scope="row">
              {name}
              <small>{claim}</small>
            </th>
            <td data-label="Paper">
              <Finding value={paper} />
            </td>
            <td data-label="This run">{ours === undefined ? <Pending status={status} /> : <Finding value={ours} />}</td>
            <td data-label="Verdict">{verdict !== undefined && <Verdict verdict={verdict} />}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Pending({ status }: { readonly status: RunStatus }) {
  return <span class="pending">{status === 'running' ? 'when it is done' : 'not finished'}</span>;
}

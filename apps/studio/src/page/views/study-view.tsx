import { useEffect } from 'preact/hooks';
import type { StudyDetail } from '../../api/index.js';
import { fetchRun, fetchStudy } from '../api-client.js';
import { StudyForm } from '../form/study-form.js';
import { messageOf, ProblemNotice } from '../parts/problem-notice.js';
import { PaperLine } from '../parts/paper-line.js';
import { RunTable } from '../parts/run-table.js';
import { Skeleton } from '../parts/skeleton.js';
import { Finding } from '../parts/verdicts.js';
import { followRuns, runs } from '../run-list.js';
import { useLoaded } from '../use-loaded.js';
import { useTitle } from '../use-title.js';

/** A study: what it repeats, what the paper says, and the form that starts it; `from` is a run whose values fill the form. */
export function StudyView({ study, from }: { readonly study: string; readonly from: string | undefined }) {
  const loaded = useLoaded(`${study} ${from}`, async () => ({
    study: await fetchStudy(study),
    from: from === undefined ? undefined : await fetchRun(from),
  }));
  useTitle(loaded.state === 'here' ? loaded.value.study.title : study);
  useEffect(followRuns, []);
  if (loaded.state === 'loading') return <Skeleton rows={6} rowHeight={96} label="study" />;
  if (loaded.state === 'failed') {
    return (
      <ProblemNotice title={`The study ${study} cannot be shown`}>
        <p>{messageOf(loaded.error)}</p>
        <p>
          <a href="/">All systems and studies</a>
        </p>
      </ProblemNotice>
    );
  }
  const { value } = loaded;
  return (
    <>
      <header class="view-header">
        <p class="path">{value.study.id}</p>
        <h1>{value.study.title}</h1>
        <p class="lede">{value.study.summary}.</p>
        <p class="reference">
          <PaperLine paper={value.study.paper} />
        </p>
      </header>
      <Claims study={value.study} />
      <StudyForm study={value.study} from={value.from} />
      <EarlierRuns study={value.study.id} />
    </>
  );
}

function Claims({ study }: { readonly study: StudyDetail }) {
  if (study.expect.length === 0) return null;
  return (
    <section aria-labelledby="claims-title">
      <h2 id="claims-title">What the paper says, and what counts as agreement</h2>
      <table class="claims" role="table">
        <thead>
          <tr>
            <th scope="col">Statement</th>
            <th scope="col">The paper</th>
            <th scope="col">Agreement</th>
          </tr>
        </thead>
        <tbody>
          {study.expect.map(({ name, paper, claim }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td data-label="The paper">
                <Finding value={paper} />
              </td>
              <td data-label="Agreement">{claim}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function EarlierRuns({ study }: { readonly study: string }) {
  const own = runs.value?.filter((run) => run.study === study) ?? [];
  if (own.length === 0) return null;
  return (
    <section aria-labelledby="earlier-title">
      <h2 id="earlier-title">Runs of this study</h2>
      <RunTable runs={own.slice(0, 10)} />
    </section>
  );
}

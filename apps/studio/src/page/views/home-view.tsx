import { useEffect, useState } from 'preact/hooks';
import type { SystemSummary } from '../../api/index.js';
import { fetchSystems, startRun } from '../api-client.js';
import { navigate } from '../navigation.js';
import { messageOf, ProblemNotice } from '../parts/problem-notice.js';
import { requestCharts } from '../parts/charts.js';
import { PaperLine } from '../parts/paper-line.js';
import { RecentRuns } from '../parts/recent-runs.js';
import { Skeleton } from '../parts/skeleton.js';
import { hrefOf } from '../routes.js';
import { followRuns } from '../run-list.js';
import { useLoaded } from '../use-loaded.js';
import { useTitle } from '../use-title.js';

/** The study that a first visitor is offered: it moves within seconds and shows its effect within two minutes. */
const firstStudy = 'looped-transformers/addition';

/** What this is, one button that starts something, the runs of this machine, and the ten systems. */
export function HomeView() {
  useTitle(undefined);
  useEffect(followRuns, []);
  return (
    <div class="home">
      <div class="home-top">
        <section class="home-start" aria-labelledby="home-title">
          <h1 id="home-title">Research papers, run again</h1>
          <p class="lede">
            Each study here repeats an experiment of a paper on this machine, and puts its result beside the paper’s. Whatever runs can be
            stopped at any moment and resumed to the same result.
          </p>
          <FirstRun />
        </section>
        <RecentRuns />
      </div>
      <Systems />
    </div>
  );
}

function FirstRun() {
  const [state, setState] = useState<{ isStarting: boolean; problem?: string }>({ isStarting: false });
  const start = async () => {
    setState({ isStarting: true });
    requestCharts();
    try {
      const run = await startRun({ study: firstStudy, preset: 'quick' });
      navigate({ view: 'run', run: run.id });
    } catch (error) {
      setState({ isStarting: false, problem: messageOf(error) });
    }
  };
  return (
    <div class="first-run">
      <p>
        For a first look: two small transformers learn to add three-digit numbers. Both have the same parameters, but one applies its layer
        three times. Curves move within seconds; the whole run takes less than two minutes on two cores.
      </p>
      <p class="actions">
        <button type="button" class="primary" disabled={state.isStarting} onClick={() => void start()}>
          {state.isStarting ? 'Starting…' : 'Start the quick run'}
        </button>
        <a href={hrefOf({ view: 'study', study: firstStudy })}>Choose its parameters first</a>
      </p>
      {state.problem !== undefined && (
        <ProblemNotice title="The run did not start">
          <p>{state.problem}</p>
        </ProblemNotice>
      )}
    </div>
  );
}

function Systems() {
  const systems = useLoaded('systems', fetchSystems);
  return (
    <section class="systems" aria-labelledby="systems-title">
      <h2 id="systems-title">The systems</h2>
      {systems.state === 'loading' && <Skeleton rows={10} rowHeight={88} label="systems" />}
      {systems.state === 'failed' && (
        <ProblemNotice title="The systems cannot be listed">
          <p>{messageOf(systems.error)}</p>
        </ProblemNotice>
      )}
      {systems.state === 'here' && (
        <ul class="system-list">
          {[...systems.value]
            .sort((a, b) => Number(b.isBuilt) - Number(a.isBuilt))
            .map((system) => (
              <SystemRow key={system.name} system={system} />
            ))}
        </ul>
      )}
    </section>
  );
}

function SystemRow({ system }: { readonly system: SystemSummary }) {
  return (
    <li class={system.isBuilt ? 'system' : 'system planned'}>
      <div class="system-what">
        <h3>{system.title}</h3>
        <p>{system.summary}</p>
      </div>
      <p class="system-paper">
        <PaperLine paper={system.paper} />
      </p>
      {system.isBuilt ? (
        <ul class="system-studies">
          {system.studies.map((study) => (
            <li key={study.id}>
              <a href={hrefOf({ view: 'study', study: study.id })}>{study.title}</a>
            </li>
          ))}
        </ul>
      ) : (
        <p class="system-state">not built yet</p>
      )}
    </li>
  );
}

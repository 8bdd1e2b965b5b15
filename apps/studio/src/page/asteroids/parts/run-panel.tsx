import { useEffect, useState } from 'preact/hooks';
import { messageOf, ProblemNotice } from '../../parts/problem-notice.js';
import { StatusLabel } from '../../parts/status-label.js';
import { formatNumber } from '../../quantities.js';
import { hrefOf } from '../../routes.js';
import type { AsteroidsModel } from '../asteroids-model.js';
import { fetchRunContents, type RunContents } from '../data/run-contents.js';

/** Which run is shown, how far it is, and what was read of it. */
export function RunPanel({ model, run }: { readonly model: AsteroidsModel; readonly run: string }) {
  const [contents, setContents] = useState<RunContents>();
  const [isReading, setReading] = useState(false);
  const [problem, setProblem] = useState('');
  const read = async (): Promise<void> => {
    setReading(true);
    setProblem('');
    try {
      const found = await fetchRunContents(run);
      if (found.archive === undefined) found.tables.forEach((content) => model.show(content));
      else model.showArchive(found.archive);
      setContents(found);
    } catch (error) {
      setProblem(messageOf(error));
    }
    setReading(false);
  };
  useEffect(() => void read(), [model, run]);
  const { detail, archive, tables = [] } = contents ?? {};
  // Other bodies or events may have been opened in the meantime.
  const isReplaced = archive !== undefined && (model.archive.value !== archive || model.approaches.value?.rows !== archive.approaches);
  return (
    <section class="run-panel" aria-labelledby="run-panel-title">
      <h2 id="run-panel-title">
        <a href={hrefOf({ view: 'run', run })}>{detail?.title ?? 'Run'}</a>
      </h2>
      <div class="run-panel-line">
        <p>
          <code>{run}</code>
          {detail !== undefined && <StatusLabel status={detail.status} isStopping={detail.isStopping} />}
        </p>
        <p role="status">
          {archive === undefined
            ? contents === undefined && problem === '' && 'Reading the run …'
            : `Recorded up to year ${yearText(archive.yearOf(archive.snapshots.at(-1)!))} of ${yearText(archive.years)}, ${formatNumber(archive.approaches.length)} close approaches`}
        </p>
        {(detail?.status !== 'done' || isReplaced) && (
          <button type="button" aria-disabled={isReading} onClick={() => void (isReading || read())}>
            {isReplaced ? 'Show the run again' : 'Read again'}
          </button>
        )}
      </div>
      {archive !== undefined && archive.note !== '' && <p class="note">{archive.note}</p>}
      {contents !== undefined && archive === undefined && tables.length === 0 && (
        <p class="note">
          This run has no archive of orbits and no table of elements or close approaches{detail?.status === 'running' && ' yet'}. Runs of{' '}
          <a href={hrefOf({ view: 'study', study: 'close-approaches/belt' })}>close-approaches/belt</a> write an archive from their first
          second on.
        </p>
      )}
      {problem !== '' && (
        <ProblemNotice title="The run could not be read">
          <p>{problem}</p>
        </ProblemNotice>
      )}
    </section>
  );
}

/** `2,500`; short runs with a digit more. */
const yearText = (years: number): string => formatNumber(years < 100 ? Number(years.toFixed(1)) : Math.round(years));

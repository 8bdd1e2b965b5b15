import { useEffect, useMemo, useState } from 'preact/hooks';
import { messageOf, ProblemNotice } from '../parts/problem-notice.js';
import { AsteroidsModel } from './asteroids-model.js';
import './asteroids.css';
import { readDroppedFile, readableFormats } from './data/dropped-file.js';
import { runContents } from './data/run-tables.js';
import { syntheticBelt } from './data/synthetic-belt.js';
import { BodyList } from './parts/body-list.js';
import { DropZone } from './parts/drop-zone.js';
import { EncounterSection } from './parts/encounter-section.js';
import { FilterPanel } from './parts/filter-panel.js';
import { MapSection } from './parts/map-section.js';
import { ScenePanel } from './parts/scene-panel.js';
import { SourceChoice } from './parts/source-choice.js';
import { TimeBar } from './parts/time-bar.js';

/** Bodies of the belt that is shown before a catalogue is, and as many at most. */
const firstCount = 200_000;
const mostCount = 1_000_000;

/** Where the bodies come from, as the address says. */
export interface AsteroidsSource {
  /** A run whose tables hold elements or close approaches. */
  readonly run?: string | undefined;
  /** Number of bodies of a synthetic belt. */
  readonly bodies?: string | undefined;
}

/** Asteroids in space, their maps, and their encounters. */
export function AsteroidsPage({ run, bodies }: AsteroidsSource) {
  const model = useMemo(() => new AsteroidsModel(), []);
  const [problem, setProblem] = useState('');
  useEffect(() => {
    // After the first paint: making the bodies takes a moment.
    const timer = setTimeout(() => {
      const count = Number(bodies ?? firstCount);
      if (run === undefined) model.showCatalogue(syntheticBelt(count >= 1 && count <= mostCount ? Math.floor(count) : firstCount, 0));
      else showRun(model, run, setProblem);
    });
    return () => clearTimeout(timer);
  }, [model, run, bodies]);
  const read = async (file: File): Promise<void> => {
    setProblem('');
    try {
      model.show(await readDroppedFile(file));
    } catch (error) {
      setProblem(messageOf(error));
    }
  };
  return (
    <DropZone onFile={read}>
      <section class="belt" aria-label="Bodies in space">
        <div class="belt-main">
          <ScenePanel model={model} />
          <TimeBar model={model} />
          <BodyList model={model} />
        </div>
        <div class="belt-side">
          <SourceChoice model={model} onFile={read} />
          {problem !== '' && (
            <ProblemNotice title="Nothing was read">
              <p>{problem}</p>
              <p>The page reads {readableFormats.join('; ')}.</p>
            </ProblemNotice>
          )}
          <FilterPanel model={model} />
        </div>
      </section>
      <MapSection model={model} />
      <EncounterSection model={model} onFile={read} />
    </DropZone>
  );
}

/** Shows what a run's tables hold; among bodies of our own making where they hold none. */
function showRun(model: AsteroidsModel, run: string, onProblem: (words: string) => void): void {
  runContents(run)
    .then((contents) => {
      contents.forEach((content) => model.show(content));
      if (contents.length === 0) onProblem(`The run ${run} has no table of orbital elements or close approaches.`);
    })
    .catch((error: unknown) => onProblem(messageOf(error)))
    .finally(() => {
      if (model.catalogue.peek() === undefined) model.showCatalogue(syntheticBelt(firstCount, 0));
    });
}

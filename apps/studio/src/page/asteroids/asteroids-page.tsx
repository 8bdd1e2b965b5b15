import { useEffect, useMemo, useState } from 'preact/hooks';
import { messageOf, ProblemNotice } from '../parts/problem-notice.js';
import { AsteroidsModel } from './asteroids-model.js';
import './asteroids.css';
import { readDroppedFile, readableFormats } from './data/dropped-file.js';
import { syntheticBelt } from './data/synthetic-belt.js';
import { BodyList } from './parts/body-list.js';
import { DropZone } from './parts/drop-zone.js';
import { EncounterSection } from './parts/encounter-section.js';
import { FilterPanel } from './parts/filter-panel.js';
import { MapSection } from './parts/map-section.js';
import { RunPanel } from './parts/run-panel.js';
import { ScenePanel } from './parts/scene-panel.js';
import { SnapshotBar } from './parts/snapshot-bar.js';
import { SourceChoice } from './parts/source-choice.js';
import { TimeBar } from './parts/time-bar.js';

/** Bodies of the belt that is shown before a catalogue is, and as many at most. */
const firstCount = 200_000;
const mostCount = 1_000_000;

/** Where the bodies come from, as the address says. */
export interface AsteroidsSource {
  /** A run with an archive of orbits, or whose tables hold elements or close approaches. */
  readonly run?: string | undefined;
  /** Number of bodies of a synthetic belt. */
  readonly bodies?: string | undefined;
}

/** Asteroids in space, their maps, and their encounters. */
export function AsteroidsPage({ run, bodies }: AsteroidsSource) {
  // Another run begins anew.
  const model = useMemo(() => new AsteroidsModel(), [run]);
  const [problem, setProblem] = useState('');
  useEffect(() => {
    if (run !== undefined) return undefined;
    // After the first paint: making the bodies takes a moment.
    const timer = setTimeout(() => {
      const count = Number(bodies ?? firstCount);
      model.showCatalogue(syntheticBelt(count >= 1 && count <= mostCount ? Math.floor(count) : firstCount, 0));
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
      {run !== undefined && <RunPanel key={run} model={model} run={run} />}
      <section class="belt" aria-label="Bodies in space">
        <div class="belt-main">
          <ScenePanel key={run} model={model} />
          <SnapshotBar model={model} />
          <TimeBar model={model} />
          <BodyList model={model} />
        </div>
        <div class="belt-side">
          <SourceChoice model={model} isOfRun={run !== undefined} onFile={read} />
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

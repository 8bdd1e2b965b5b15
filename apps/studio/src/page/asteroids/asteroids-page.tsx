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
import { ScenePanel } from './parts/scene-panel.js';
import { SourceChoice } from './parts/source-choice.js';
import { TimeBar } from './parts/time-bar.js';

/** Bodies of the belt that is shown before a catalogue is. */
const firstCount = 200_000;

/** Asteroids in space, their maps, and their encounters. */
export function AsteroidsPage() {
  const model = useMemo(() => new AsteroidsModel(), []);
  const [problem, setProblem] = useState('');
  useEffect(() => {
    // After the first paint: making the bodies takes a moment.
    const timer = setTimeout(() => model.catalogue.value ?? model.showCatalogue(syntheticBelt(firstCount, 0)));
    return () => clearTimeout(timer);
  }, [model]);
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
            <ProblemNotice title="The file could not be read">
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

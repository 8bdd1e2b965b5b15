import { useEffect, useState } from 'preact/hooks';
import type { AsteroidsSource } from '../asteroids/asteroids-page.js';
import { messageOf, ProblemNotice } from '../parts/problem-notice.js';
import { useTitle } from '../use-title.js';

type Asteroids = typeof import('../asteroids/index.js');

/** Asteroids in space; what draws them is loaded when the view is first seen. */
export function AsteroidsView(source: AsteroidsSource) {
  useTitle('Asteroids');
  const [asteroids, setAsteroids] = useState<Asteroids>();
  const [problem, setProblem] = useState('');
  useEffect(() => {
    import('../asteroids/index.js').then(setAsteroids, (error: unknown) => setProblem(messageOf(error)));
  }, []);
  return (
    <>
      <header class="view-header">
        <h1>Asteroids</h1>
        <p class="lede">The main belt in space, the gaps and planet-crossing orbits in it, and its close approaches to the planets.</p>
      </header>
      {problem !== '' && (
        <ProblemNotice title="The view could not be loaded">
          <p>{problem}. Load the page again when the server answers.</p>
        </ProblemNotice>
      )}
      {asteroids !== undefined && <asteroids.AsteroidsPage {...source} />}
    </>
  );
}

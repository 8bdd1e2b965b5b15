import { useEffect, useRef } from 'preact/hooks';
import { ConnectionBanner } from './parts/connection-banner.js';
import { SiteFooter, SiteHeader } from './parts/site-frame.js';
import { route } from './navigation.js';
import { hrefOf, type Route } from './routes.js';
import { AsteroidsView } from './views/asteroids-view.js';
import { AskView } from './parts/ask-view-loader.js';
import { BrowserView } from './views/browser-view.js';
import { CompareView } from './views/compare-view.js';
import { HomeView } from './views/home-view.js';
import { RunView } from './views/run-view.js';
import { RunsView } from './views/runs-view.js';
import { StudyView } from './views/study-view.js';
import { UnknownView } from './views/unknown-view.js';

/** The page: what is on every view, and the view of the address. */
export function App() {
  const shown = route.value;
  return (
    <>
      <a class="skip-link" href="#content">
        Skip to content
      </a>
      <SiteHeader shown={shown} />
      <Content shown={shown} />
      <SiteFooter />
      <ConnectionBanner />
    </>
  );
}

/** The view in its landmark. A new view takes the focus, so that the keyboard and screen readers go on from its top. */
function Content({ shown }: { readonly shown: Route }) {
  const main = useRef<HTMLElement>(null);
  const isFirst = useRef(true);
  const key = keyOf(shown);
  useEffect(() => {
    if (isFirst.current) isFirst.current = false;
    else main.current?.focus({ preventScroll: true });
  }, [key]);
  return (
    <main id="content" ref={main} tabIndex={-1}>
      <View key={key} shown={shown} />
    </main>
  );
}

function View({ shown }: { readonly shown: Route }) {
  switch (shown.view) {
    case 'home':
      return <HomeView />;
    case 'study':
      return <StudyView study={shown.study} from={shown.from} />;
    case 'runs':
      return <RunsView study={shown.study} status={shown.status} />;
    case 'run':
      return <RunView run={shown.run} />;
    case 'compare':
      return <CompareView runs={shown.runs} />;
    case 'browser':
      return <BrowserView />;
    case 'asteroids':
      return <AsteroidsView run={shown.run} bodies={shown.bodies} />;
    case 'ask':
      return <AskView run={shown.run} model={shown.model} />;
    case 'unknown':
      return <UnknownView path={shown.path} />;
  }
}

/** Filters of the list of runs and the choice of a model change a view in place; everything else is another view. */
function keyOf(shown: Route): string {
  if (shown.view === 'ask') return `ask ${shown.run ?? ''}`;
  return shown.view === 'runs' ? 'runs' : hrefOf(shown);
}

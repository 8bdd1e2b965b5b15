import { hrefOf } from '../routes.js';
import { useTitle } from '../use-title.js';

/** For addresses that show nothing. */
export function UnknownView({ path }: { readonly path: string }) {
  useTitle('No such page');
  return (
    <header class="view-header">
      <h1>There is no such page</h1>
      <p class="lede">
        Nothing is shown at <code>{path}</code>. See <a href="/">the systems</a> or <a href={hrefOf({ view: 'runs' })}>the runs</a>.
      </p>
    </header>
  );
}

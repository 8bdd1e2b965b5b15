/** What the address of the page shows. Identifiers are as the server gives them: `<system>/<study>[/<folder>]`. */
export type Route =
  | { readonly view: 'home' }
  | { readonly view: 'study'; readonly study: string; readonly from?: string }
  | { readonly view: 'runs'; readonly study?: string; readonly status?: string }
  | { readonly view: 'run'; readonly run: string }
  | { readonly view: 'compare'; readonly runs: readonly string[] }
  | { readonly view: 'browser' }
  | { readonly view: 'asteroids'; readonly run?: string; readonly bodies?: string }
  /** Models of a run; of the page where there is no run: `trained` is the one that was trained in it. */
  | { readonly view: 'ask'; readonly run?: string; readonly model?: string }
  | { readonly view: 'unknown'; readonly path: string };

/** The route of an address: `path` as in `location.pathname`, `search` as in `location.search`. */
export function matchRoute(path: string, search = ''): Route {
  const segments = path.split('/').filter(Boolean).map(decode);
  const query = new URLSearchParams(search);
  const [first, ...rest] = segments;
  if (first === undefined) return { view: 'home' };
  if (first === 'studies' && rest.length === 2) return { view: 'study', study: rest.join('/'), ...present({ from: query.get('from') }) };
  if (first === 'runs' && rest.length === 0)
    return { view: 'runs', ...present({ study: query.get('study'), status: query.get('status') }) };
  if (first === 'runs' && rest.length === 3) return { view: 'run', run: rest.join('/') };
  if (first === 'compare' && rest.length === 0) return { view: 'compare', runs: [...new Set(query.getAll('run').filter(Boolean))] };
  if (first === 'browser' && rest.length === 0) return { view: 'browser' };
  if (first === 'asteroids' && rest.length === 0)
    return { view: 'asteroids', ...present({ run: query.get('run'), bodies: query.get('bodies') }) };
  if (first === 'ask' && rest.length === 0) return { view: 'ask', ...present({ run: query.get('run'), model: query.get('model') }) };
  return { view: 'unknown', path };
}

/** The address of a route; `matchRoute` gives the route back. */
export function hrefOf(route: Route): string {
  switch (route.view) {
    case 'home':
      return '/';
    case 'study':
      return `/studies/${encodeId(route.study)}${query({ from: route.from })}`;
    case 'runs':
      return `/runs${query({ study: route.study, status: route.status })}`;
    case 'run':
      return `/runs/${encodeId(route.run)}`;
    case 'compare':
      return `/compare?${new URLSearchParams(route.runs.map((run): [string, string] => ['run', run]))}`;
    case 'browser':
      return '/browser';
    case 'asteroids':
      return `/asteroids${query({ run: route.run, bodies: route.bodies })}`;
    case 'ask':
      return `/ask${query({ run: route.run, model: route.model })}`;
    case 'unknown':
      return route.path;
  }
}

/** An identifier as part of a path: its slashes stay. */
export function encodeId(id: string): string {
  return id.split('/').map(encodeURIComponent).join('/');
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (error) {
    // A stray percent sign in a typed address: the segment stands for itself, and the view says that there is no such thing.
    if (error instanceof URIError) return segment;
    throw error;
  }
}

function present<T extends Readonly<Record<string, string | null>>>(values: T): { [K in keyof T]?: string } {
  const entries = Object.entries(values).filter((entry) => entry[1] !== null && entry[1] !== '');
  return Object.fromEntries(entries) as { [K in keyof T]?: string };
}

function query(values: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(values).flatMap(([name, value]): [string, string][] => (value === undefined ? [] : [[name, value]]));
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`;
}

import { useEffect } from 'preact/hooks';

/** Names the view in the window's title; without a name it is the site's own. */
export function useTitle(name: string | undefined): void {
  useEffect(() => {
    document.title = name === undefined ? 'Sardonyx' : `${name} · Sardonyx`;
  }, [name]);
}

import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isSystemError, nearestName } from '@sardonyx/study';

/**
 * What to do about a path that leads nowhere: `did you mean models/gpt2?` where something in its folder, or one of `names`, is
 * nearly called so, else `check the path, which starts in /home/me.`
 * @param isMeant whether a name in the folder may have been meant
 */
export function didYouMeanPath(path: string, isMeant: (name: string) => boolean = () => true, names: readonly string[] = []): string {
  const neighbour = nearestName(basename(path), namesIn(dirname(path)).filter(isMeant));
  const near = nearestName(path, names) ?? (neighbour === undefined ? undefined : join(dirname(path), neighbour));
  // What is there under this very name is no other thing that was meant.
  if (near === undefined || near === join(path)) return `check the path, which starts in ${process.cwd()}.`;
  return `did you mean ${near}?`;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (cause) {
    // A folder that cannot be listed has nothing to suggest.
    if (isSystemError(cause)) return [];
    throw cause;
  }
}

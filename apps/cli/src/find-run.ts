import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { BadInputError, listRuns, suggestion } from '@sardonyx/study';

/** The folder of a run that the user named by its path, or by its folder's name below `runs/`. Throws {@link BadInputError}. */
export function findRun(given: string, root = 'runs'): string {
  if (existsSync(join(given, 'run.json'))) return resolve(given);
  const runs = listRuns(root);
  const named = runs.filter(({ directory }) => basename(directory) === given);
  const [only, another] = named;
  if (only !== undefined && another === undefined) return resolve(only.directory);
  if (only !== undefined) {
    throw new BadInputError(
      'ambiguous-run',
      `Several runs are named "${given}": ${named.map(({ directory }) => directory).join(', ')}. Give the whole path.`,
    );
  }
  const names = runs.map(({ directory }) => basename(directory));
  const hint = existsSync(given)
    ? `${given} holds no run.json.`
    : names.length > 0
      ? suggestion(given, names.slice(-5))
      : `There are no runs below ${resolve(root)}.`;
  throw new BadInputError('not-a-run', `Cannot find the run "${given}". ${hint} Give a run's folder, as "sardonyx runs ls" lists them.`);
}

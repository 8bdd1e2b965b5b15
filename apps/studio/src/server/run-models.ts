import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isSystemError } from '@sardonyx/study';
import { type ModelFile, modelFiles } from '../api/index.js';
import { fileOfRun } from './run-location.js';

/** Where a model may lie in a run: in `models`, as studies save it, or beside everything else, as `train` does. */
const placesOf = (model: string): readonly (readonly string[])[] => [
  ['models', model],
  ...(/^model(-\d+x\d+)?$/.test(model) ? [[model]] : []),
];

/** A file of a model of a run, or undefined where there is none. */
export function modelFileOf(directory: string, model: string, file: ModelFile): string | undefined {
  for (const place of placesOf(model)) {
    const found = fileOfRun(directory, ...place, file);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Names of the models that a run has saved, whole ones only, in the order of saving: the looped model before its baselines. */
export function modelsOf(directory: string): string[] {
  const names = new Set([...foldersIn(join(directory, 'models')), ...foldersIn(directory).filter((name) => placesOf(name).length > 1)]);
  return [...names]
    .flatMap((name) => {
      const [config, weights] = modelFiles.map((file) => modelFileOf(directory, name, file));
      return config === undefined || weights === undefined ? [] : [{ name, saved: savedAt(config) }];
    })
    .sort((a, b) => a.saved - b.saved || a.name.localeCompare(b.name))
    .map(({ name }) => name);
}

/** Milliseconds since 1970; 0 of a file that is gone by now. */
const savedAt = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

function foldersIn(directory: string): string[] {
  try {
    const entries = readdirSync(directory, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  } catch (error) {
    // Most runs save no model, and one that is being removed has nothing any more.
    if (isSystemError(error)) return [];
    throw error;
  }
}

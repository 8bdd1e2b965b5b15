import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { BadInputError } from '@sardonyx/study';
import { refusingBadInput } from '../bad-input.js';
import { configFile, type ModelDocument, weightsFile } from '../model/model-document.js';
import { loadModel } from '../model/model-file.js';
import { didYouMeanPath } from './near-path.js';

/** The argument of commands that take a model. */
export const modelArgument = { name: 'model', summary: 'directory with config.json and model.safetensors' } as const;

/**
 * The model in a directory.
 * @throws {BadInputError} where there is none, with the models that the folders of a training or a run hold
 */
export async function readModel(directory: string): Promise<ModelDocument> {
  if (existsSync(join(directory, configFile))) return refusingBadInput(() => loadModel(directory));
  throw new BadInputError(
    'model-file',
    `Cannot use "${directory}": expected a directory with ${configFile} and ${weightsFile}, given ${given(directory)}`,
  );
}

/** What stands where a model should be, and what to do. */
function given(directory: string): string {
  const found = statSync(directory, { throwIfNoEntry: false });
  if (!found) return `none of this name; ${didYouMeanPath(directory)}`;
  if (!found.isDirectory()) return 'a file; give the directory that holds it.';
  const models = [...foldersIn(directory), ...foldersIn(join(directory, 'models'))].filter((folder) =>
    existsSync(join(folder, configFile)),
  );
  if (models.length === 0) return `one without ${configFile}; give a model that train or a run has saved.`;
  return `one without ${configFile} that holds models; give ${models.join(' or ')}.`;
}

const foldersIn = (directory: string): string[] =>
  existsSync(directory)
    ? readdirSync(directory, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => join(directory, name))
        .sort()
    : [];

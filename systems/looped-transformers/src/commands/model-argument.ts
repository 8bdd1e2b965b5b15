import { SafetensorsError } from '@sardonyx/data';
import { TokenizerError } from '@sardonyx/data/tokenizers';
import { BadInputError } from '@sardonyx/study';
import type { ModelDocument } from '../model/model-document.js';
import { ModelError } from '../model/model-error.js';
import { loadModel } from '../model/model-file.js';

/** Runs what may refuse what a person gave; a refusal becomes bad input with the code of the refusal. */
export async function asBadInput<T>(body: () => T | Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (cause) {
    if (!(cause instanceof ModelError || cause instanceof TokenizerError || cause instanceof SafetensorsError)) throw cause;
    throw new BadInputError(cause.code, `${cause.message.replace(/^looped transformer: /, '').replace(/\.$/, '')}.`, { cause });
  }
}

/** The model in a directory. Throws BadInputError where there is none. */
export const readModel = async (directory: string): Promise<ModelDocument> => await asBadInput(() => loadModel(directory));

/** The argument of commands that take a model. */
export const modelArgument = { name: 'model', summary: 'directory with config.json and model.safetensors' } as const;

import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isSystemError, sardonyxVersion } from '@sardonyx/study';
import { writeAtomically } from '@sardonyx/tensor/atomic-write';
import {
  configFile,
  decodeModelDocument,
  encodeModelDocument,
  type ExpectedModel,
  type ModelDocument,
  weightsFile,
} from './model-document.js';
import { ModelError } from './model-error.js';

/* A model in a directory: `model.safetensors` with the weights, `config.json` with everything else. */

/**
 * Writes a model into a directory, which is made where it is missing. Each file appears complete or not at all, the weights
 * first.
 * Throws ModelError `model-file` as `encodeModelDocument`; Node's own error where the disk refuses.
 */
export async function saveModel(directory: string, document: ModelDocument): Promise<void> {
  const versions = { sardonyx: sardonyxVersion, node: process.versions.node, ...document.versions };
  const { config, weights } = await encodeModelDocument({ ...document, versions });
  await mkdir(directory, { recursive: true });
  await writeAtomically(join(directory, weightsFile), [weights]);
  await writeAtomically(join(directory, configFile), [new TextEncoder().encode(config)]);
}

/**
 * Reads a model from its directory.
 * Throws ModelError `model-file` where a file is missing, and as `decodeModelDocument`, with the directory named.
 */
export async function loadModel(directory: string, expected: ExpectedModel = {}): Promise<ModelDocument> {
  const read = async (file: string): Promise<Uint8Array> =>
    await readFile(join(directory, file)).catch((cause: unknown) => {
      const reason = isSystemError(cause) && cause.code === 'ENOENT' ? 'it is not there' : String(cause);
      const expected = `expected a directory with ${configFile} and ${weightsFile}`;
      throw new ModelError('model-file', `${directory}: cannot read ${file}: ${expected}, but ${reason}; copy both files of the model`, {
        cause,
      });
    });
  const config = new TextDecoder().decode(await read(configFile));
  const weights = await read(weightsFile);
  try {
    return decodeModelDocument({ config, weights }, expected);
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    throw new ModelError('model-file', `${directory}: ${cause.message.replace(/^looped transformer: /, '')}`, { cause });
  }
}

import type { ModelFiles } from '@sardonyx/looped-transformers/model-document';

/** More than the engine has room for: it computes in at most 4 GiB, activations and caches included. */
const mostBytes = 1 << 30;

/** Files that are not those of a model; `message` says what to do. */
export class NotAModel extends Error {
  override readonly name = 'NotAModel';
}

/**
 * The two files of a model among those that were chosen or dropped.
 * @throws {NotAModel} where one is missing, there are several, or they are too large
 */
export async function modelFilesAmong(files: readonly File[]): Promise<ModelFiles> {
  const config = only(files, '.json', 'config.json');
  const weights = only(files, '.safetensors', 'model.safetensors');
  if (weights.size > mostBytes) {
    const size = (weights.size / 2 ** 30).toFixed(1);
    throw new NotAModel(
      `${weights.name} has ${size} GiB, more than the 1 GiB that a page has room for. Ask it with "sardonyx looped-transformers generate".`,
    );
  }
  return { config: await config.text(), weights: new Uint8Array(await weights.arrayBuffer()) };
}

function only(files: readonly File[], ending: string, usual: string): File {
  const found = files.filter(({ name }) => name.toLowerCase().endsWith(ending));
  if (found.length === 1) return found[0]!;
  const given = files.map(({ name }) => name).join(', ') || 'no file';
  const wanted = `A model is two files, config.json and model.safetensors: give both at once`;
  throw new NotAModel(`${wanted}. Given: ${given}; ${found.length === 0 ? `no ${usual}` : `${found.length} files ${ending}`}.`);
}

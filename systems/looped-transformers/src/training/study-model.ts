import { sardonyxVersion, type StudyContext } from '@sardonyx/study';
import { configFile, encodeModelDocument, type ModelDocument, weightsFile } from '../model/model-document.js';

/** The folder of a model in its run: `1x4` of `(1⊗4)`, `1x4-at-once-seed-2` of `(1⊗4) at once seed 2`. */
export const folderOfModel = (label: string): string =>
  label
    .replaceAll('⊗', 'x')
    .replaceAll(/[^a-zA-Z0-9.]+/g, '-')
    .replaceAll(/^[-.]+|[-.]+$/g, '');

/**
 * Saves a model in `models` of a run: the same bytes for the same model, whatever machine writes it.
 * Throws ModelError `model-file` as `encodeModelDocument`.
 */
export async function saveStudyModel(ctx: StudyContext, label: string, document: ModelDocument): Promise<void> {
  const files = await encodeModelDocument({ ...document, versions: { sardonyx: sardonyxVersion } });
  const folder = `models/${folderOfModel(label)}`;
  ctx.file(`${folder}/${weightsFile}`, files.weights);
  ctx.file(`${folder}/${configFile}`, files.config);
}

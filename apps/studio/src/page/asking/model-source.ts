import type { ModelFiles } from '@sardonyx/looped-transformers/model-document';
import { useEffect, useState } from 'preact/hooks';
import { fetchModelFile } from '../api-client.js';
import { messageOf } from '../parts/problem-notice.js';
import { AskedModel } from './asked-model.js';

/** Where a model comes from. */
export type ModelSource =
  | { readonly kind: 'run'; readonly run: string; readonly model: string }
  /** Chosen or dropped files, or the model that was trained in this page. */
  | { readonly kind: 'files'; readonly name: string; readonly files: ModelFiles };

/** A model on its way into a worker. */
export type OpenedModel =
  | { readonly state: 'none' | 'loading' }
  | { readonly state: 'failed'; readonly problem: string }
  | { readonly state: 'here'; readonly name: string; readonly model: AskedModel };

/** The model of a source in a worker of its own, which ends when another one is shown. */
export function useModel(source: ModelSource | undefined): OpenedModel {
  const [opened, setOpened] = useState<OpenedModel>({ state: 'none' });
  useEffect(() => {
    if (source === undefined) return setOpened({ state: 'none' });
    let isWanted = true;
    let model: AskedModel | undefined;
    setOpened({ state: 'loading' });
    filesOf(source).then(
      (files) => {
        if (!isWanted) return;
        model = new AskedModel(files);
        setOpened({ state: 'here', name: source.kind === 'run' ? source.model : source.name, model });
      },
      (error: unknown) => isWanted && setOpened({ state: 'failed', problem: messageOf(error) }),
    );
    return () => {
      isWanted = false;
      model?.close();
    };
  }, [source]);
  return opened;
}

async function filesOf(source: ModelSource): Promise<ModelFiles> {
  if (source.kind === 'files') return source.files;
  const { run, model } = source;
  const [config, weights] = await Promise.all([fetchModelFile(run, model, 'config.json'), fetchModelFile(run, model, 'model.safetensors')]);
  return { config: new TextDecoder().decode(config), weights };
}

import { useState } from 'preact/hooks';
import { messageOf, ProblemNotice } from '../parts/problem-notice.js';
import { modelFilesAmong } from './dropped-files.js';
import type { ModelSource } from './model-source.js';

/** Takes the two files of a model, dropped or chosen. */
export function DropZone({ onModel }: { readonly onModel: (source: ModelSource) => void }) {
  const [isOver, setIsOver] = useState(false);
  const [problem, setProblem] = useState<string>();
  const take = (list: FileList | null | undefined): void => {
    const files = [...(list ?? [])];
    if (files.length === 0) return;
    modelFilesAmong(files).then(
      (found) => {
        setProblem(undefined);
        const [first] = files.filter(({ name }) => name.endsWith('.safetensors'));
        onModel({ kind: 'files', name: first!.name.replace(/\.safetensors$/, ''), files: found });
      },
      (error: unknown) => setProblem(messageOf(error)),
    );
  };
  return (
    <>
      <label
        class={isOver ? 'drop-zone over' : 'drop-zone'}
        onDragOver={(event) => {
          event.preventDefault();
          setIsOver(true);
        }}
        onDragLeave={() => setIsOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setIsOver(false);
          take(event.dataTransfer?.files);
        }}
      >
        <span>
          Drop <code>config.json</code> and <code>model.safetensors</code> here, or choose both
        </span>
        <input
          type="file"
          multiple
          accept=".json,.safetensors"
          onChange={(event) => {
            take(event.currentTarget.files);
            event.currentTarget.value = '';
          }}
        />
      </label>
      {problem !== undefined && (
        <ProblemNotice title="These files are no model">
          <p>{problem}</p>
        </ProblemNotice>
      )}
    </>
  );
}

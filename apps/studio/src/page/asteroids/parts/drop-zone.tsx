import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';

/** Takes files that are dropped anywhere on what it holds. */
export function DropZone({ onFile, children }: { readonly onFile: (file: File) => void; readonly children: ComponentChildren }) {
  const [isOver, setOver] = useState(false);
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    const file = event.dataTransfer?.files[0];
    if (file !== undefined) onFile(file);
  };
  const dragOver = (event: DragEvent): void => {
    event.preventDefault();
    setOver(true);
  };
  const dragLeave = (event: DragEvent): void => {
    if (!(event.currentTarget as Element).contains(event.relatedTarget as Node | null)) setOver(false);
  };
  return (
    <div class={isOver ? 'drop-zone over' : 'drop-zone'} onDrop={drop} onDragOver={dragOver} onDragLeave={dragLeave}>
      {children}
    </div>
  );
}

/** A button that opens the browser's choice of a file; the keyboard's way to what dropping does. */
export function FileButton({ label, onFile }: { readonly label: string; readonly onFile: (file: File) => void }) {
  return (
    <label class="button file-button">
      {label}
      <input
        type="file"
        class="visually-hidden"
        accept=".csv,.json,.txt,.dat"
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          if (file !== undefined) onFile(file);
          event.currentTarget.value = '';
        }}
      />
    </label>
  );
}

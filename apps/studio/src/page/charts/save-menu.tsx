import type { JSX } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';

export type SaveFormat = 'SVG' | 'PNG' | 'CSV';

const formats: readonly { readonly format: SaveFormat; readonly what: string }[] = [
  { format: 'SVG', what: 'drawing' },
  { format: 'PNG', what: 'image' },
  { format: 'CSV', what: 'numbers' },
];

/** A button that opens a menu of file formats; arrows move in it, Escape closes it. */
export function SaveMenu({
  label,
  isDisabled,
  save,
}: {
  readonly label: string;
  readonly isDisabled: boolean;
  readonly save: (format: SaveFormat) => Promise<void>;
}): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  const [problem, setProblem] = useState('');
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();

  useEffect(() => {
    if (!isOpen) return undefined;
    root.current?.querySelector<HTMLElement>('[role=menuitem]')?.focus();
    const closeOutside = (event: Event): void => {
      if (!root.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener('pointerdown', closeOutside);
    return () => document.removeEventListener('pointerdown', closeOutside);
  }, [isOpen]);

  const choose = (format: SaveFormat): void => {
    setOpen(false);
    setProblem('');
    button.current?.focus();
    save(format).catch((error: unknown) => setProblem(error instanceof Error ? error.message : String(error)));
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    if (!isOpen) return;
    event.stopPropagation();
    const items = [...(root.current?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])];
    const at = items.indexOf(document.activeElement as HTMLElement);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
    if (next !== undefined) {
      event.preventDefault();
      items[(next + items.length) % items.length]?.focus();
    } else if (event.key === 'Escape' || event.key === 'Tab') {
      setOpen(false);
      if (event.key === 'Escape') button.current?.focus();
    }
  };

  return (
    <div class="chart-save" ref={root} onKeyDown={onKeyDown}>
      <button
        ref={button}
        type="button"
        class="chart-button"
        aria-haspopup="menu"
        aria-expanded={isOpen}
        aria-controls={id}
        aria-label={`Save ${label}`}
        disabled={isDisabled}
        onClick={() => setOpen(!isOpen)}
      >
        Save
      </button>
      <div id={id} role="menu" aria-label={`Save ${label}`} class="chart-menu" hidden={!isOpen}>
        {formats.map(({ format, what }) => (
          <button key={format} type="button" role="menuitem" tabIndex={-1} onClick={() => choose(format)}>
            {format} <span>{what}</span>
          </button>
        ))}
      </div>
      <span role="status" class="chart-save-problem">
        {problem}
      </span>
    </div>
  );
}

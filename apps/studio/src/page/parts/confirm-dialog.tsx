import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

interface ConfirmDialogProps {
  readonly title: string;
  readonly confirm: string;
  readonly onConfirm: () => void;
  readonly onCancel: () => void;
  readonly children: ComponentChildren;
}

/** Asks before something that cannot be taken back. Escape and a click beside it are no. */
export function ConfirmDialog({ title, confirm, onConfirm, onCancel, children }: ConfirmDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog
      ref={dialog}
      class="confirm"
      aria-labelledby="confirm-title"
      onClose={onCancel}
      onClick={(event) => event.target === dialog.current && onCancel()}
    >
      <div class="confirm-content">
        <h2 id="confirm-title">{title}</h2>
        {children}
        <p class="actions">
          <button type="button" onClick={onCancel}>
            Keep
          </button>
          <button type="button" class="danger" onClick={onConfirm}>
            {confirm}
          </button>
        </p>
      </div>
    </dialog>
  );
}

import { useRef, useState } from 'preact/hooks';

const confirmationMs = 2000;

/** Copies a text and says so. */
export function CopyButton({ text, label }: { readonly text: string; readonly label: string }) {
  const [outcome, setOutcome] = useState<'copied' | 'refused'>();
  const timer = useRef<number>(undefined);
  const copy = async () => {
    const copied = await navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    );
    setOutcome(copied ? 'copied' : 'refused');
    clearTimeout(timer.current);
    timer.current = window.setTimeout(() => setOutcome(undefined), confirmationMs);
  };
  return (
    <button type="button" class="copy-button" onClick={() => void copy()}>
      {outcome === undefined ? 'Copy' : outcome === 'copied' ? 'Copied' : 'Select it by hand'}
      <span class="visually-hidden"> {label}</span>
      <span class="visually-hidden" role="status">
        {outcome === 'copied' && 'Copied'}
      </span>
    </button>
  );
}

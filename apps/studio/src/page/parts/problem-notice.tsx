import type { ComponentChildren } from 'preact';

/** What went wrong and what to do, where it went wrong. */
export function ProblemNotice({ title, children }: { readonly title: string; readonly children?: ComponentChildren }) {
  return (
    <div class="problem" role="alert">
      <p class="problem-title">{title}</p>
      {children}
    </div>
  );
}

/** The words of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

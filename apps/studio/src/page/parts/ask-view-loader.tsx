import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { messageOf, ProblemNotice } from './problem-notice.js';
import { Skeleton } from './skeleton.js';

type AskModule = typeof import('../asking/ask-view.js');
type AskState = { readonly module: AskModule } | { readonly error: unknown } | 'absent' | 'loading';

const state = signal<AskState>('absent');

function request(): void {
  const now = state.peek();
  if (now === 'loading' || (now !== 'absent' && 'module' in now)) return;
  state.value = 'loading';
  import('../asking/ask-view.js').then(
    (module) => (state.value = { module }),
    (error: unknown) => (state.value = { error }),
  );
}

/** The view that asks models, loaded when it is first shown. */
export function AskView(props: { readonly run?: string | undefined; readonly model?: string | undefined }) {
  useEffect(request, []);
  const { value } = state;
  if (typeof value === 'string') return <Skeleton rows={4} rowHeight={120} label="the view" />;
  if ('module' in value) return <value.module.AskView {...props} />;
  return (
    <>
      <h1>Ask the model</h1>
      <ProblemNotice title="This view could not be loaded">
        <p>{messageOf(value.error)}. Load the page again when the server answers.</p>
      </ProblemNotice>
    </>
  );
}

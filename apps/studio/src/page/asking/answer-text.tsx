import type { AskedState } from './asked-model.js';
import { shownToken } from './token-text.js';

/** The prompt and the answer as tokens, while the answer is made and afterwards. */
export function AnswerText({ state: { status, heard, answer, example } }: { readonly state: AskedState }) {
  const isMade = status !== 'answering' && answer !== undefined;
  const tokens = isMade ? answer.answer : heard;
  const expected = isMade && example !== undefined && example.prompt === answer.question.prompt ? example.answer : undefined;
  return (
    <section class="answer" aria-labelledby="answer-title">
      <h2 id="answer-title">Answer</h2>
      {isMade && (
        <p class="tokens" aria-label="Prompt">
          <Tokens labels={answer.prompt} />
        </p>
      )}
      <p class="tokens answered" role="status" aria-label="Answer">
        {tokens.length > 0 ? <Tokens labels={tokens} /> : <span class="run-meaning">{waiting(status)}</span>}
      </p>
      <p class="run-meaning">
        {isMade &&
          `${answer.answer.length} token${answer.answer.length === 1 ? '' : 's'} with ${loopsOf(answer.question.loops)}, ${answer.seconds.toFixed(2)} s.`}
        {expected !== undefined && <Verdict expected={expected} given={tokens} />}
      </p>
    </section>
  );
}

const waiting = (status: AskedState['status']): string =>
  status === 'answering' ? 'Thinking …' : 'Ask, and the answer appears here, token by token.';

const loopsOf = (loops: number): string => `${loops} loop${loops === 1 ? '' : 's'}`;

function Tokens({ labels }: { readonly labels: readonly string[] }) {
  return (
    <>
      {labels.map((label, i) => (
        <code key={i}>{shownToken(label)}</code>
      ))}
    </>
  );
}

/** Whether the model is right, where the problem is one of the task's own. */
function Verdict({ expected, given }: { readonly expected: readonly string[]; readonly given: readonly string[] }) {
  // Running text goes on after the answer.
  const isRight = expected.every((label, i) => given[i] === label);
  return (
    <span class={isRight ? 'answer-right' : 'answer-wrong'}>
      {' '}
      <span aria-hidden="true">{isRight ? '✓' : '✗'}</span>{' '}
      {isRight ? 'Right.' : `Wrong: the answer is ${expected.map(shownToken).join(' ')}`}
    </span>
  );
}

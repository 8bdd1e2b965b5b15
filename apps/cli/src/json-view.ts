import { type EventBody, type RunOutcome, StudyError } from '@sardonyx/study';
import { type Output, printJson, printLine } from './output.js';
import type { RunIntroduction, RunView } from './run-view.js';

const progressEveryMs = 1_000;

/** One JSON object a line on standard output: the run, its events, its result. */
export class JsonView implements RunView {
  readonly #output: Output;
  #lastProgressMs = -Infinity;

  constructor(output: Output) {
    this.#output = output;
  }

  begin(run: RunIntroduction): void {
    const { directory, id, preset, seed, params } = run;
    printJson(this.#output.stdout, { type: 'run', run: directory, study: id, preset, seed, params });
  }

  event(event: EventBody): void {
    if (event.type === 'progress') {
      const now = performance.now();
      if (event.done < event.total && now - this.#lastProgressMs < progressEveryMs) return;
      this.#lastProgressMs = now;
    }
    printJson(this.#output.stdout, event);
  }

  notice(text: string): void {
    printLine(this.#output.stderr, text);
  }

  end(outcome: RunOutcome): void {
    if (outcome.error !== undefined) printJsonError(this.#output, outcome.error, 'study-failed');
    printJson(this.#output.stdout, resultLine(outcome));
  }
}

/** The last line of `--json`. */
export function resultLine(
  outcome: { readonly directory: string | null; readonly id: string | null } & Pick<RunOutcome, 'status' | 'metrics' | 'expect'>,
) {
  const expect = outcome.expect.map(({ name, paper, ours, verdict }) => ({ name, paper, ours, verdict }));
  return { type: 'result', run: outcome.directory, study: outcome.id, status: outcome.status, metrics: outcome.metrics, expect };
}

/** `fallback` is the code of an error that is not one of ours. */
export function printJsonError(output: Output, error: Error, fallback: string): void {
  const code = error instanceof StudyError ? error.code : fallback;
  printJson(output.stdout, { type: 'error', code, message: error.message });
}

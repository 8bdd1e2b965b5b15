import { type EventBody, type RunOutcome, TimeLeft } from '@sardonyx/study';
import { formatSeconds, formatValue, type Output, printLine } from './output.js';
import { printSummary } from './run-summary.js';
import type { RunIntroduction, RunView } from './run-view.js';
import { shortPath } from './short-path.js';

const lineEveryMs = 5_000;

/** Dated lines on standard error, at most one of progress every five seconds; the summary on standard output. */
export class PlainView implements RunView {
  readonly #output: Output;
  readonly #timeLeft = new TimeLeft();
  #metrics = '';
  #lastLineMs = performance.now();

  constructor(output: Output) {
    this.#output = output;
  }

  begin({ id, preset, seed, directory }: RunIntroduction): void {
    this.#line(`${id}, preset ${preset}, seed ${seed}, in ${shortPath(directory)}`);
  }

  event(event: EventBody): void {
    switch (event.type) {
      case 'metric':
        this.#metrics = Object.entries(event.values)
          .map(([name, value]) => `${name} ${formatValue(value)}`)
          .join(', ');
        return;
      case 'progress':
        return this.#progress(event.done, event.total, event.label);
      case 'log':
        return this.#line(event.text);
      case 'warning':
        return this.#line(`warning: ${event.text}`);
      case 'resumed':
        return this.#line(event.step === null ? 'no checkpoint yet: beginning again from the start' : `resumed at step ${event.step}`);
      default:
        return;
    }
  }

  notice(text: string): void {
    this.#line(text);
  }

  end(outcome: RunOutcome): void {
    printSummary(this.#output, outcome);
  }

  #progress(done: number, total: number, label: string | undefined): void {
    const now = performance.now();
    this.#timeLeft.update(done, total, now);
    if (now - this.#lastLineMs < lineEveryMs) return;
    const left = this.#timeLeft.seconds();
    const parts = [
      `${label === undefined ? '' : `${label}: `}${done} of ${total}`,
      left === undefined ? '' : `${formatSeconds(left)} left`,
      this.#metrics,
    ];
    this.#line(parts.filter((part) => part !== '').join(', '));
  }

  #line(text: string): void {
    this.#lastLineMs = performance.now();
    printLine(this.#output.stderr, `${new Date().toISOString().slice(0, 19)}Z  ${text}`);
  }
}

import cliProgress from 'cli-progress';
import { type EventBody, type RunOutcome, TimeLeft } from '@sardonyx/study';
import { formatSeconds, formatValue, type Output, printLine, styled } from './output.js';
import { printSummary } from './run-summary.js';
import type { RunIntroduction, RunView } from './run-view.js';
import { shortPath } from './short-path.js';

const format = '{bar} {percentage}%  {value}/{total}  {left}{label}{metrics}';

/** A progress bar with the time left and the latest metrics; log lines pass above it. */
export class TerminalView implements RunView {
  readonly #output: Output;
  readonly #bars: cliProgress.MultiBar;
  readonly #timeLeft = new TimeLeft();
  #bar: cliProgress.SingleBar | undefined;
  #metrics = '';

  constructor(output: Output) {
    this.#output = output;
    this.#bars = new cliProgress.MultiBar({
      stream: output.stderr as NodeJS.WriteStream,
      format,
      barCompleteChar: '━',
      barIncompleteChar: '─',
      barsize: 24,
      hideCursor: true,
      clearOnComplete: true,
      forceRedraw: true,
      // Ctrl-C is ours: the run saves a checkpoint first.
      gracefulExit: false,
    });
  }

  begin({ id, preset, seed, directory }: RunIntroduction): void {
    const { stderr } = this.#output;
    printLine(stderr, `${styled(stderr, 'bold', id)}  preset ${preset}, seed ${seed}`);
    printLine(stderr, styled(stderr, 'dim', shortPath(directory)));
  }

  event(event: EventBody): void {
    switch (event.type) {
      case 'metric':
        this.#metrics = Object.entries(event.values)
          .map(([name, value]) => `  ${name} ${formatValue(value)}`)
          .join('');
        return;
      case 'progress':
        return this.#progress(event.done, event.total, event.label);
      case 'log':
        return this.#line(event.text);
      case 'warning':
        return this.#line(styled(this.#output.stderr, 'yellow', `warning: ${event.text}`));
      case 'resumed':
        return this.#line(event.step === null ? 'No checkpoint yet: beginning again from the start.' : `Resumed at step ${event.step}.`);
      default:
        return;
    }
  }

  notice(text: string): void {
    this.#line(text);
  }

  end(outcome: RunOutcome): void {
    this.#bars.stop();
    printSummary(this.#output, outcome);
  }

  #progress(done: number, total: number, label: string | undefined): void {
    this.#timeLeft.update(done, total, performance.now());
    const left = this.#timeLeft.seconds();
    const payload = {
      left: left === undefined ? '' : `${formatSeconds(left)} left`,
      label: label === undefined ? '' : `  ${label}`,
      metrics: this.#metrics,
    };
    this.#bar ??= this.#bars.create(total, done, payload);
    this.#bar.setTotal(total);
    this.#bar.update(done, payload);
  }

  #line(text: string): void {
    if (this.#bar === undefined) printLine(this.#output.stderr, text);
    else this.#bars.log(`${text}\n`);
  }
}

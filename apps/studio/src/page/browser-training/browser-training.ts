import { type ReadonlySignal, signal } from '@preact/signals';
import { RunFeed } from '../charts/run-feed.js';
import type { ModelFiles } from '@sardonyx/looped-transformers/model-document';
import type { StopRequest, TrainingMessage, TrainingRequest } from './training-messages.js';

/** How a training in the page stands. */
export interface TrainingState {
  readonly status: 'loading' | 'running' | 'stopping' | 'stopped' | 'done' | 'failed';
  /** Steps done. */
  readonly done: number;
  readonly stepsPerSecond?: number;
  /** Latest share of problems answered exactly, per cent. */
  readonly accuracy?: number;
  /** Trained numbers of the model. */
  readonly parameters?: number;
  /** Known once the engine has started. */
  readonly threads?: number;
  readonly engine?: string;
  readonly seconds?: number;
  readonly problem?: string;
  /** Whether `trainedModel` is the model of this training. */
  readonly hasModel?: boolean;
}

/** How long a worker may take to answer that it is to stop, before it is ended without its model, ms. */
const stopPatienceMs = 30_000;

/** The model that was trained last in this page, until the page is left. */
export const trainedModel = signal<ModelFiles | undefined>(undefined);

/** One training in a worker of this page. Its points go to `feed`. */
export class BrowserTraining {
  readonly request: TrainingRequest;
  readonly feed = new RunFeed();
  readonly #state = signal<TrainingState>({ status: 'loading', done: 0 });
  readonly #worker: Worker;

  constructor(request: TrainingRequest) {
    this.request = request;
    this.#worker = new Worker(new URL('./training-worker.ts', import.meta.url), { type: 'module', name: 'training' });
    this.#worker.addEventListener('message', ({ data }: MessageEvent<TrainingMessage>) => this.#receive(data));
    this.#worker.addEventListener('error', (event) => this.#end({ status: 'failed', problem: reasonOf(event) }));
    this.#worker.postMessage(request);
  }

  get state(): ReadonlySignal<TrainingState> {
    return this.#state;
  }

  /** Ends the training after its present step, with the model as far as it got; called again, at once and without. What was shown stays. */
  stop(): void {
    const { status } = this.#state.peek();
    if (status === 'loading' || status === 'stopping') this.#end({ status: 'stopped' });
    if (status !== 'running') return;
    this.#change({ status: 'stopping' });
    this.#worker.postMessage({ type: 'stop' } satisfies StopRequest);
    setTimeout(() => {
      if (this.#state.peek().status === 'stopping') this.#end({ status: 'stopped' });
    }, stopPatienceMs);
  }

  #receive(message: TrainingMessage): void {
    switch (message.type) {
      case 'opened':
        return this.#change({ status: 'running', threads: message.threads, engine: message.engine, parameters: message.parameters });
      case 'progress': {
        const accuracy = message.points['accuracy (%)']?.values.at(-1);
        this.feed.push(message.points);
        return this.#change({
          done: message.done,
          stepsPerSecond: message.stepsPerSecond,
          ...(accuracy === undefined ? {} : { accuracy }),
        });
      }
      case 'done':
      case 'stopped': {
        const { type: status, seconds, model } = message;
        trainedModel.value = model;
        return this.#end({ status, hasModel: true, seconds, stepsPerSecond: this.#state.peek().done / seconds });
      }
      case 'failed':
        return this.#end({ status: 'failed', problem: message.message });
    }
  }

  #end(change: Partial<TrainingState>): void {
    this.#worker.terminate();
    this.#change(change);
  }

  #change(change: Partial<TrainingState>): void {
    this.#state.value = { ...this.#state.peek(), ...change };
  }
}

/** A worker whose script could not be fetched gives an event without words. */
function reasonOf(event: ErrorEvent): string {
  return event.message || 'The training could not be loaded. Does the server still answer? Start again when it does.';
}

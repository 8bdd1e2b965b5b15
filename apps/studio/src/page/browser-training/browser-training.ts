import { type ReadonlySignal, signal } from '@preact/signals';
import { RunFeed } from '../charts/run-feed.js';
import type { ModelFiles } from '@sardonyx/looped-transformers/model-document';
import type { TrainingMessage, TrainingRequest } from './training-messages.js';

/** How a training in the page stands. */
export interface TrainingState {
  readonly status: 'loading' | 'running' | 'stopped' | 'done' | 'failed';
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
}

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

  /** Ends the training; what it has shown stays. */
  stop(): void {
    const { status } = this.#state.peek();
    if (status === 'loading' || status === 'running') this.#end({ status: 'stopped' });
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
        trainedModel.value = message.model;
        return this.#end({ status: 'done', seconds: message.seconds, stepsPerSecond: this.request.steps / message.seconds });
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

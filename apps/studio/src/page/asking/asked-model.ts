import { type ReadonlySignal, signal } from '@preact/signals';
import type { ExampleQuestion, ModelFiles } from '@sardonyx/looped-transformers/model-document';
import type { ModelFacts } from '@sardonyx/looped-transformers/training';
import type { ModelAnswer, ModelMessage, ModelRequest, Question } from './model-messages.js';

/** How a model that is asked stands. */
export interface AskedState {
  /** `unusable` where the model could not be opened. */
  readonly status: 'opening' | 'ready' | 'answering' | 'unusable';
  readonly facts?: ModelFacts;
  readonly engine?: string;
  readonly threads?: number;
  /** The example drawn last. */
  readonly example?: ExampleQuestion;
  /** Tokens of the answer so far, while it is being made. */
  readonly heard: readonly string[];
  /** The last whole answer. */
  readonly answer?: ModelAnswer;
  /** Why the last question has no answer, or the model cannot be used. */
  readonly problem?: string;
}

/** A model in a worker of this page, which answers questions. */
export class AskedModel {
  readonly #state = signal<AskedState>({ status: 'opening', heard: [] });
  readonly #worker: Worker;

  constructor(files: ModelFiles) {
    this.#worker = new Worker(new URL('./model-worker.ts', import.meta.url), { type: 'module', name: 'model' });
    this.#worker.addEventListener('message', ({ data }: MessageEvent<ModelMessage>) => this.#receive(data));
    this.#worker.addEventListener('error', (event) => {
      const problem = event.message || 'The engine could not be loaded. Does the server still answer? Open the model again when it does.';
      this.#change({ status: 'unusable', problem });
    });
    this.#send({ type: 'open', files });
  }

  get state(): ReadonlySignal<AskedState> {
    return this.#state;
  }

  ask(question: Question): void {
    const { problem: _, ...before } = this.#state.peek();
    this.#state.value = { ...before, status: 'answering', heard: [] };
    this.#send({ type: 'ask', question });
  }

  /** Ends the answer at the token that it is at. */
  stop(): void {
    this.#send({ type: 'stop' });
  }

  drawExample(seed: number): void {
    this.#send({ type: 'example', seed });
  }

  close(): void {
    this.#worker.terminate();
  }

  #receive(message: ModelMessage): void {
    const { status, heard } = this.#state.peek();
    switch (message.type) {
      case 'opened':
        return this.#change({ status: 'ready', facts: message.facts, engine: message.engine, threads: message.threads });
      case 'example':
        return this.#change({ example: message.example });
      case 'token':
        return this.#change({ heard: [...heard, message.label] });
      case 'answered':
        return this.#change({ status: 'ready', answer: message.answer });
      case 'failed':
        return this.#change({ status: status === 'opening' ? 'unusable' : 'ready', problem: message.message });
    }
  }

  #send(request: ModelRequest): void {
    this.#worker.postMessage(request);
  }

  #change(change: Partial<AskedState>): void {
    this.#state.value = { ...this.#state.peek(), ...change };
  }
}

import { decodeModelDocument, type ModelFiles } from '@sardonyx/looped-transformers/model-document';
import { type ModelSession, openModel } from '@sardonyx/looped-transformers/training';
import { runtimeInfo } from '@sardonyx/tensor';
import type { ModelMessage, ModelRequest, Question } from './model-messages.js';

/* Holds one model and answers with it, on the engine that trains in the page. */

let session: ModelSession | undefined;
let stopping = new AbortController();

addEventListener('message', ({ data }: MessageEvent<ModelRequest>) => {
  if (data.type === 'stop') return stopping.abort();
  answer(data).catch((error: unknown) => tell({ type: 'failed', message: wordsOf(error) }));
});

async function answer(request: Exclude<ModelRequest, { type: 'stop' }>): Promise<void> {
  switch (request.type) {
    case 'open':
      return open(request.files);
    case 'example': {
      const example = session?.example(request.seed);
      if (example !== undefined) tell({ type: 'example', example });
      return;
    }
    case 'ask':
      return ask(request.question);
  }
}

function open(files: ModelFiles): void {
  session?.dispose();
  session = openModel(decodeModelDocument(files));
  const { version, threads } = runtimeInfo();
  tell({ type: 'opened', facts: session.facts, engine: `ONNX Runtime ${version}`, threads });
}

async function ask(question: Question): Promise<void> {
  const started = performance.now();
  stopping = new AbortController();
  const { prompt, ...options } = question;
  const made = await session!.ask(prompt, {
    ...options,
    signal: stopping.signal,
    async onToken(label) {
      tell({ type: 'token', label });
      // The engine never gives way by itself, and a wish to stop is a message.
      await new Promise((resolve) => setTimeout(resolve));
    },
  });
  const { length, layers } = made.observation;
  const seconds = (performance.now() - started) / 1000;
  tell({
    type: 'answered',
    answer: { question, prompt: made.prompt, answer: made.answer, length, layers, readOuts: made.readOuts, seconds },
  });
}

function wordsOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const words = message.replace(/^looped transformer: /, '');
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}${/[.!?]$/.test(words) ? '' : '.'}`;
}

function tell(message: ModelMessage): void {
  postMessage(message);
}

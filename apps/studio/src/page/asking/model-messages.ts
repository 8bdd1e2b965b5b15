import type { ExampleQuestion, ModelFiles } from '@sardonyx/looped-transformers/model-document';
import type { ModelFacts, ObservedLayer, ReadOut } from '@sardonyx/looped-transformers/training';

/** A question to a model. */
export interface Question {
  readonly prompt: string;
  readonly loops: number;
  /** 0 takes the most likely token. */
  readonly temperature: number;
  readonly seed: number;
  readonly maxTokens: number;
}

/** What a model answered, and how. */
export interface ModelAnswer {
  readonly question: Question;
  /** The tokens as text. */
  readonly prompt: readonly string[];
  readonly answer: readonly string[];
  /** Positions that the model read: the prompt and the answer but its last token. */
  readonly length: number;
  /** Attention, in the order of application. */
  readonly layers: readonly ObservedLayer[];
  /** For every token of the answer the read-out after every loop. */
  readonly readOuts: readonly (readonly ReadOut[])[];
  readonly seconds: number;
}

/** What the page asks of the worker that holds the model. */
export type ModelRequest =
  | { readonly type: 'open'; readonly files: ModelFiles }
  | { readonly type: 'example'; readonly seed: number }
  | { readonly type: 'ask'; readonly question: Question }
  | { readonly type: 'stop' };

/** What the worker tells. */
export type ModelMessage =
  | { readonly type: 'opened'; readonly facts: ModelFacts; readonly engine: string; readonly threads: number }
  | { readonly type: 'example'; readonly example: ExampleQuestion }
  | { readonly type: 'token'; readonly label: string }
  | { readonly type: 'answered'; readonly answer: ModelAnswer }
  | { readonly type: 'failed'; readonly message: string };

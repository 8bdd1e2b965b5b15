import type { ModelFiles } from '@sardonyx/looped-transformers/model-document';

/** What a training in the page is asked to do. */
export interface TrainingRequest {
  /** Training steps. */
  readonly steps: number;
  /** Model width d, a multiple of the four heads. */
  readonly width: number;
  /** Times the one layer is applied. */
  readonly loops: number;
  /** Digits of both operands. */
  readonly digits: number;
  readonly seed: number;
}

/** Asks a training under way to stop after its present step. */
export interface StopRequest {
  readonly type: 'stop';
}

/** Points of one curve, in the order of recording. */
export interface CurvePoints {
  readonly steps: number[];
  readonly values: number[];
}

/** What the worker tells. Speed and points are gathered over a tenth of a second. */
export type TrainingMessage =
  | { readonly type: 'opened'; readonly threads: number; readonly engine: string; readonly parameters: number }
  | {
      readonly type: 'progress';
      /** Steps done. */
      readonly done: number;
      readonly stepsPerSecond: number;
      readonly points: Readonly<Record<string, CurvePoints>>;
    }
  /** The end: all steps done, or the page asked to stop, after which the model is what it was at that step. */
  | { readonly type: 'done' | 'stopped'; readonly seconds: number; readonly model: ModelFiles }
  | { readonly type: 'failed'; readonly message: string };

import type { RandomStream } from '@sardonyx/data';
import type { Bucket, Measure, Score } from './evaluation.js';
import type { Stacking } from './gradual-stacking.js';
import type { LoopSampling } from './loop-sampling.js';
import type { LoopedTransformerConfig } from '../model/model.js';
import type { ModelDescription } from '../model/model-document.js';
import type { SequenceBatch } from '../model/sequence-batch.js';
import type { Trainer } from './trainer.js';
import type { TrainingOptions } from './training-options.js';

/** One model of a comparison. */
export interface Contender {
  /** Written the paper's way, such as `(2⊗3)`; with `seed`, unique in the run. */
  readonly name: string;
  /** What sets it apart beside its shape, such as its data; part of its name. */
  readonly variant?: string;
  /** What it is in the comparison, such as `iso-parameter`. */
  readonly role?: string;
  readonly config: LoopedTransformerConfig;
  /** Seeds its parameters and its data. */
  readonly seed: number;
  /** What differs from the run's training. */
  readonly training?: Partial<TrainingOptions>;
}

/** One batch, or several that count as one. */
export type StepData = SequenceBatch | readonly SequenceBatch[];

/** The data of a training, and what a model of it must be told. */
export interface TrainData {
  /** Names the stream of the data. */
  readonly name: string;
  readonly vocabularySize: number;
  /** Positions of the longest sequence. */
  readonly length: number;
  /** Goes into the model's file. */
  readonly description: ModelDescription;
  readonly buckets: readonly Bucket[];
  batch(stream: RandomStream, step: number): StepData | Promise<StepData>;
  /** Closes the files that the data come from. */
  close(): Promise<void>;
}

/** What the models of a run learn and how they are judged. */
export interface TrainingPlan {
  readonly contenders: readonly Contender[];
  readonly training: TrainingOptions;
  /** Names the stream of the data, which every model of a seed sees in the same order. */
  readonly dataName: string;
  /** Of the data; the contender's own by default. */
  readonly dataSeed?: number;
  /** The data of a step, counted from 0; several batches count as one. */
  data(stream: RandomStream, step: number, contender: Contender): StepData | Promise<StepData>;
  buckets(contender: Contender): readonly Bucket[];
  /** The accuracy that tables, figures and results show. */
  readonly measure: Measure;
  readonly evaluateEvery: number;
  /** How the loops of a step are chosen; the model's own number by default. */
  readonly loopSampling?: (contender: Contender) => LoopSampling;
  /** Trains a model of few layers first, and adds some at the end of every stage; not by default. Models that grow have no `patience`. */
  readonly stacking?: Stacking;
  /** Stops a model whose mean accuracy has not risen for so many evaluations; never by default. */
  readonly patience?: number;
  /** How often a model that diverges goes back to its last evaluation, with half the learning rate; 0 by default. */
  readonly rollbacks?: number;
  /** Called with every score of a bucket. */
  readonly scored?: (contender: Contender, bucket: Bucket, score: Score, step: number) => void;
  /** Called after every evaluation. */
  readonly evaluated?: (trainer: Trainer, contender: Contender, step: number) => Promise<void>;
  /** What is saved beside the weights of a model, in `models/<name>` of the run; models are not saved without it. */
  readonly describe?: (contender: Contender) => ModelDescription;
  /** Called with every model that is trained. */
  readonly finished?: (trainer: Trainer, contender: Contender, step: number) => Promise<void>;
}

/** Unique in a run. */
export const labelOf = ({ name, seed }: Contender, { contenders }: Pick<TrainingPlan, 'contenders'>): string =>
  contenders.some((other) => other.seed !== seed) ? `${name} seed ${seed}` : name;

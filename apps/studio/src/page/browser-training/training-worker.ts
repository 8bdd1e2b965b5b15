import { RandomStream } from '@sardonyx/data';
import { encodeModelDocument } from '@sardonyx/looped-transformers/model-document';
import {
  additionBatch,
  additionLength,
  additionTask,
  additionVocabulary,
  createTrainer,
  descriptionOf,
  drawAddition,
  drawAdditionBatch,
  type LoopedTransformerConfig,
  modelSize,
  type Trainer,
} from '@sardonyx/looped-transformers/training';
import { runtimeInfo } from '@sardonyx/tensor';
import type { CurvePoints, StopRequest, TrainingMessage, TrainingRequest } from './training-messages.js';

const operands = 2;
const heads = 4;
const batchSize = 32;
const optimization = { learningRate: 0.003, warmupSteps: 100, clipNorm: 1 };
const evaluateEvery = 100;
const evaluationProblems = 128;
/** Messages are gathered over this long, so that a fast training does not drown the page. */
const gatherMs = 100;

const stopping = new AbortController();

addEventListener('message', ({ data }: MessageEvent<TrainingRequest | StopRequest>) => {
  if ('type' in data) {
    stopping.abort();
    return;
  }
  train(data).catch((error: unknown) => tell({ type: 'failed', message: error instanceof Error ? error.message : String(error) }));
});

/** Trains the addition model with the settings of the study's quick preset, on two operands only. */
async function train(request: TrainingRequest): Promise<void> {
  const config = configOf(request);
  const { version, threads } = runtimeInfo();
  const trainer = await createTrainer(config, { ...optimization, steps: request.steps }, request.seed);
  tell({
    type: 'opened',
    threads,
    engine: `ONNX Runtime ${version}`,
    parameters: modelSize(trainer.parameters, config).distinctParameters,
  });
  const stream = new RandomStream(request.seed, 'addition training');
  const report = new Report();
  let done = 0;
  while (done < request.steps && !stopping.signal.aborted) {
    const { loss } = await trainer.step(
      drawAdditionBatch(stream, { digits: request.digits, operands: [operands] }, batchSize, config.length),
    );
    if (!Number.isFinite(loss)) throw new Error(`The training lost its way: the loss is ${loss} at step ${done}. Choose a smaller width.`);
    report.add('loss', done, loss);
    done++;
    if (done % evaluateEvery === 0 || done === request.steps)
      report.add('accuracy (%)', done, await accuracy(trainer, request, config.length));
    if (!report.isDue(done === request.steps)) continue;
    report.tell(done);
    await messagesReceived();
  }
  report.tell(done);
  const { seconds } = report;
  const model = await encodeModelDocument({ config, params: trainer.parameters, step: done, ...descriptionOf(taskOf(request)) });
  trainer.dispose();
  tell({ type: done === request.steps ? 'done' : 'stopped', seconds, model });
}

/** Gives messages their turn: between steps only promises are waited for, which come before them. */
function messagesReceived(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.addEventListener('message', () => {
      port1.close();
      resolve();
    });
    port1.start();
    port2.postMessage(undefined);
  });
}

function configOf({ width, loops, digits }: TrainingRequest): LoopedTransformerConfig {
  return {
    layers: 1,
    loops,
    width,
    heads,
    hidden: 4 * width,
    vocabulary: additionVocabulary.length,
    length: additionLength(operands, digits),
    positions: 'learned',
    inject: 'none',
    activation: 'relu',
  };
}

/** What the model learns, for whoever asks it later. */
const taskOf = ({ digits }: TrainingRequest) => additionTask({ digits, operands: [operands], evaluateOperands: [operands], heldOut: 0 });

/** Share of problems answered exactly, per cent; the problems are the same every time. */
async function accuracy(trainer: Trainer, { seed, digits }: TrainingRequest, length: number): Promise<number> {
  const stream = new RandomStream(seed, `addition evaluation ${operands}`);
  const problems = Array.from({ length: evaluationProblems }, () => drawAddition(stream, operands, digits));
  const matches = await trainer.exactMatches(additionBatch(problems, length));
  return (100 * matches.filter(Boolean).length) / matches.length;
}

/** Gathers what happened since it was last told. */
class Report {
  readonly #started = performance.now();
  #lastTold = this.#started;
  #doneWhenTold = 0;
  #points: Record<string, CurvePoints> = {};

  get seconds(): number {
    return (performance.now() - this.#started) / 1000;
  }

  add(curve: string, step: number, value: number): void {
    const points = (this.#points[curve] ??= { steps: [], values: [] });
    points.steps.push(step);
    points.values.push(value);
  }

  isDue(isLast: boolean): boolean {
    return isLast || performance.now() - this.#lastTold >= gatherMs;
  }

  /** Tells what is new, if anything is. */
  tell(done: number): void {
    if (done === this.#doneWhenTold) return;
    const now = performance.now();
    const stepsPerSecond = (1000 * (done - this.#doneWhenTold)) / (now - this.#lastTold);
    tell({ type: 'progress', done, stepsPerSecond, points: this.#points });
    [this.#lastTold, this.#doneWhenTold, this.#points] = [now, done, {}];
  }
}

function tell(message: TrainingMessage): void {
  postMessage(message);
}

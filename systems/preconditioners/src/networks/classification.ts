import { RandomStream } from '@sardonyx/data';
import { tensor } from '@sardonyx/tensor';
import {
  initPerceptron,
  type LabelledBatch,
  perceptronFlops,
  perceptronLoss,
  type PerceptronParameters,
  type PerceptronSizes,
} from './multilayer-perceptron.js';
import type { ClassificationExamples } from './teacher-examples.js';
import type { TrainingProblem } from './training-problem.js';

/** A multilayer perceptron on examples; every batch is drawn from them anew, with replacement. */
export function classification(
  sizes: Pick<PerceptronSizes, 'width' | 'depth'>,
  training: ClassificationExamples,
  validation: ClassificationExamples,
  batchSize: number,
): TrainingProblem<PerceptronParameters, LabelledBatch> {
  const network = { ...sizes, inputs: training.features, classes: training.classes };
  return {
    init: (key) => initPerceptron(key, network),
    loss: perceptronLoss,
    batch(seed, step) {
      const stream = new RandomStream(seed, `examples of step ${step}`);
      return batchOf(
        training,
        Array.from({ length: batchSize }, () => stream.integer(training.count)),
      );
    },
    validation: () =>
      batchOf(
        validation,
        Array.from({ length: validation.count }, (_, example) => example),
      ),
    floor: validation.entropy,
    flopsPerStep: 3 * batchSize * perceptronFlops(network),
  };
}

function batchOf({ inputs, probabilities, features, classes }: ClassificationExamples, examples: readonly number[]): LabelledBatch {
  const gather = (rows: Float32Array, width: number): Float32Array => {
    const gathered = new Float32Array(examples.length * width);
    examples.forEach((example, i) => gathered.set(rows.subarray(example * width, (example + 1) * width), i * width));
    return gathered;
  };
  return {
    inputs: tensor(gather(inputs, features), [examples.length, features]),
    probabilities: tensor(gather(probabilities, classes), [examples.length, classes]),
  };
}

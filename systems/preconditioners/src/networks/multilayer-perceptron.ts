import { initLinear, linear, type LinearParameters } from '@sardonyx/nn';
import { geluTanh, logSoftmax, mean, mul, neg, random, sum, type Tensor } from '@sardonyx/tensor';

/** Layer sizes of a classifier. */
export interface PerceptronSizes {
  readonly inputs: number;
  /** Width of every hidden layer. */
  readonly width: number;
  /** Hidden layers. */
  readonly depth: number;
  readonly classes: number;
}

export interface PerceptronParameters {
  readonly hidden: readonly LinearParameters[];
  readonly head: LinearParameters;
}

/** Examples as a classifier reads them: float32 inputs [n, inputs], and probabilities of the classes [n, classes]. */
export interface LabelledBatch {
  readonly inputs: Tensor;
  readonly probabilities: Tensor;
}

/** Weights normal with variance 1/inputs, biases 0. */
export function initPerceptron(key: Tensor, { inputs, width, depth, classes }: PerceptronSizes): PerceptronParameters {
  return {
    hidden: Array.from({ length: depth }, (_, layer) =>
      initLinear(random.foldIn(key, layer), { inputs: layer === 0 ? inputs : width, outputs: width }),
    ),
    head: initLinear(random.foldIn(key, depth), { inputs: width, outputs: classes }),
  };
}

/** Logits [n, classes] of inputs [n, inputs]. */
export const perceptron = ({ hidden, head }: PerceptronParameters, inputs: Tensor): Tensor =>
  linear(
    head,
    hidden.reduce((x, layer) => geluTanh(linear(layer, x)), inputs),
  );

/** Mean cross-entropy −Σ p·log q of the classifier's q from the given p, nats. */
export const perceptronLoss = (params: PerceptronParameters, { inputs, probabilities }: LabelledBatch): Tensor =>
  neg(mean(sum(mul(probabilities, logSoftmax(perceptron(params, inputs))), -1)));

/** Operations of a forward pass over one example. */
export const perceptronFlops = ({ inputs, width, depth, classes }: PerceptronSizes): number =>
  2 * (inputs * width + (depth - 1) * width ** 2 + width * classes);

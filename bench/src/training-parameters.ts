import { dataStream, integers, uniform } from './formula.js';
import type { ConvolutionCase, GptCase, MlpCase, ReluCase } from './training-cases.js';

/** A named array of a case, row-major; weights are `[in, out]`, so a layer is `x · W + b`. */
export interface NamedArray {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** What a fresh parameter holds: random values of a given fan-in, or one constant. */
type Initial = { readonly fanIn: number } | { readonly constant: number };

function parameter(number: number, name: string, shape: readonly number[], initial: Initial): NamedArray {
  const length = shape.reduce((product, extent) => product * extent, 1);
  const values =
    'constant' in initial ? new Float32Array(length).fill(initial.constant) : uniform(length, number, 1 / Math.sqrt(initial.fanIn));
  return { name, shape, values };
}

/** The GPT's parameters in their numbered order: 2 embeddings, 12 per layer, 3 at the end. */
export function gptParameters({ layers, width, length, vocabulary }: Omit<GptCase, 'optimizer'>): NamedArray[] {
  const parameters: NamedArray[] = [];
  const add = (name: string, shape: readonly number[], initial: Initial): void => {
    parameters.push(parameter(parameters.length, name, shape, initial));
  };
  const addNorm = (name: string): void => {
    add(`${name}.gain`, [width], { constant: 1 });
    add(`${name}.bias`, [width], { constant: 0 });
  };
  add('tokenEmbedding', [vocabulary, width], { fanIn: width });
  add('positionEmbedding', [length, width], { fanIn: width });
  for (let layer = 0; layer < layers; layer++) {
    addNorm(`layers.${layer}.attentionNorm`);
    for (const role of ['query', 'key', 'value', 'output']) add(`layers.${layer}.attention.${role}`, [width, width], { fanIn: width });
    addNorm(`layers.${layer}.mlpNorm`);
    add(`layers.${layer}.mlp.expand`, [width, 4 * width], { fanIn: width });
    add(`layers.${layer}.mlp.expandBias`, [4 * width], { constant: 0 });
    add(`layers.${layer}.mlp.contract`, [4 * width, width], { fanIn: 4 * width });
    add(`layers.${layer}.mlp.contractBias`, [width], { constant: 0 });
  }
  addNorm('finalNorm');
  add('head', [width, vocabulary], { fanIn: width });
  return parameters;
}

/** Tokens `[batch, length]` and the tokens that follow them. */
export function gptBatch({ batch, length, vocabulary }: Omit<GptCase, 'optimizer'>): { tokens: Int32Array; targets: Int32Array } {
  const text = integers(batch * (length + 1), dataStream, vocabulary);
  const tokens = new Int32Array(batch * length);
  const targets = new Int32Array(batch * length);
  for (let row = 0; row < batch; row++) {
    const start = row * (length + 1);
    tokens.set(text.subarray(start, start + length), row * length);
    targets.set(text.subarray(start + 1, start + 1 + length), row * length);
  }
  return { tokens, targets };
}

/** The network's parameters in their numbered order: weight, bias, weight, bias, … */
export function mlpParameters({ sizes }: MlpCase): NamedArray[] {
  return sizes.slice(1).flatMap((outputs, layer) => {
    const inputs = sizes[layer] ?? 0;
    return [
      parameter(2 * layer, `layers.${layer}.weight`, [inputs, outputs], { fanIn: inputs }),
      parameter(2 * layer + 1, `layers.${layer}.bias`, [outputs], { constant: 0 }),
    ];
  });
}

/** Inputs `[batch, sizes[0]]` and labels `[batch]`. */
export function mlpBatch({ batch, sizes }: MlpCase): { inputs: Float32Array; labels: Int32Array } {
  return {
    inputs: uniform(batch * (sizes[0] ?? 0), dataStream, 1),
    labels: integers(batch, dataStream + 1, sizes.at(-1) ?? 1),
  };
}

/** Input `[batch, channels, height, width]`, weight `[channels, channels / groups, kernel, kernel]`, gradient of the output. */
export function convolutionArrays({ batch, channels, height, width, kernel, groups }: ConvolutionCase): {
  input: NamedArray;
  weight: NamedArray;
  outputGradient: NamedArray;
} {
  const image = [batch, channels, height, width];
  const pixels = batch * channels * height * width;
  const fanIn = (channels / groups) * kernel * kernel;
  return {
    input: { name: 'input', shape: image, values: uniform(pixels, dataStream, 1) },
    weight: parameter(0, 'weight', [channels, channels / groups, kernel, kernel], { fanIn }),
    outputGradient: { name: 'outputGradient', shape: image, values: uniform(pixels, dataStream + 1, 1) },
  };
}

/** Input of `relu`. */
export function reluInput({ length }: ReluCase): Float32Array {
  return uniform(length, dataStream, 1);
}

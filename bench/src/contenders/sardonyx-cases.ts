import { adamW, type OptimizerState } from '@sardonyx/optim';
import {
  attention,
  conv2d,
  crossEntropy,
  evaluate,
  geluTanh,
  jit,
  layerNorm,
  relu,
  sum,
  take,
  tensor,
  type Tensor,
  valueAndGrad,
} from '@sardonyx/tensor';
import type { PreparedCase } from '../prepared-case.js';
import { projection } from '../formula.js';
import type { ConvolutionCase, GptCase, MlpCase, ReluCase, TrainingCase } from '../training-cases.js';
import { convolutionArrays, gptBatch, gptParameters, mlpBatch, mlpParameters, type NamedArray, reluInput } from '../training-parameters.js';

export type Parameters = Record<string, Tensor>;

export const parametersOf = (arrays: readonly NamedArray[]): Parameters =>
  Object.fromEntries(arrays.map(({ name, shape, values }) => [name, tensor(values, shape)]));

const norm = (x: Tensor, p: Parameters, name: string, epsilon: number): Tensor =>
  layerNorm(x, p[`${name}.gain`]!, p[`${name}.bias`]!, { epsilon });

export function gptLoss({ batch, length, width, layers, heads, layerNormEpsilon }: Omit<GptCase, 'optimizer'>) {
  const split = (x: Tensor) => x.reshape([batch, length, heads, width / heads]).transpose([0, 2, 1, 3]);
  return (p: Parameters, tokens: Tensor, targets: Tensor): Tensor => {
    let x = take(p['tokenEmbedding']!, tokens, 0).add(p['positionEmbedding']!);
    for (let layer = 0; layer < layers; layer++) {
      const name = `layers.${layer}`;
      const a = norm(x, p, `${name}.attentionNorm`, layerNormEpsilon);
      const [q, k, v] = ['query', 'key', 'value'].map((role) => split(a.matmul(p[`${name}.attention.${role}`]!)));
      const mixed = attention(q!, k!, v!, { causal: true }).transpose([0, 2, 1, 3]);
      x = x.add(mixed.reshape([batch, length, width]).matmul(p[`${name}.attention.output`]!));
      const hidden = norm(x, p, `${name}.mlpNorm`, layerNormEpsilon).matmul(p[`${name}.mlp.expand`]!).add(p[`${name}.mlp.expandBias`]!);
      x = x.add(geluTanh(hidden).matmul(p[`${name}.mlp.contract`]!).add(p[`${name}.mlp.contractBias`]!));
    }
    return crossEntropy(norm(x, p, 'finalNorm', layerNormEpsilon).matmul(p['head']!), targets);
  };
}

function mlpLoss({ sizes }: MlpCase) {
  return (p: Parameters, inputs: Tensor, labels: Tensor): Tensor => {
    let x = inputs;
    for (let layer = 0; layer < sizes.length - 1; layer++) {
      if (layer > 0) x = relu(x);
      x = x.matmul(p[`layers.${layer}.weight`]!).add(p[`layers.${layer}.bias`]!);
    }
    return crossEntropy(x, labels);
  };
}

/** One jitted step: loss, gradients and AdamW in a single run, with the state donated. */
async function training(
  loss: (p: Parameters, inputs: Tensor, targets: Tensor) => Tensor,
  initial: Parameters,
  inputs: Tensor,
  targets: Tensor,
  settings: GptCase['optimizer'],
): Promise<PreparedCase> {
  const optimizer = adamW(settings);
  type State = { params: Parameters; optimizer: OptimizerState<Parameters> };
  const step = jit(
    (state: State, x: Tensor, y: Tensor): { state: State; loss: Tensor } => {
      const [value, gradients] = valueAndGrad(loss)(state.params, x, y);
      const [params, next] = optimizer.update(gradients, state.optimizer, state.params);
      return { state: { params, optimizer: next }, loss: value };
    },
    { donate: [0], name: 'step' },
  );
  let state = await evaluate<State>({ params: initial, optimizer: optimizer.init(initial) });
  return {
    async step() {
      const result = step(state, inputs, targets);
      state = result.state;
      return result.loss.item();
    },
    dispose: () => step.dispose(),
  };
}

function prepareGpt(specification: GptCase): Promise<PreparedCase> {
  const { tokens, targets } = gptBatch(specification);
  const shape = [specification.batch, specification.length];
  return training(
    gptLoss(specification),
    parametersOf(gptParameters(specification)),
    tensor(tokens, shape),
    tensor(targets, shape),
    specification.optimizer,
  );
}

function prepareMlp(specification: MlpCase): Promise<PreparedCase> {
  const { inputs, labels } = mlpBatch(specification);
  return training(
    mlpLoss(specification),
    parametersOf(mlpParameters(specification)),
    tensor(inputs, [specification.batch, specification.sizes[0]!]),
    tensor(labels),
    specification.optimizer,
  );
}

function prepareConvolution(specification: ConvolutionCase): PreparedCase {
  const arrays = convolutionArrays(specification);
  const [input, weight, outputGradient] = [arrays.input, arrays.weight, arrays.outputGradient].map(({ values, shape }) =>
    tensor(values, shape),
  );
  const forward = (p: { input: Tensor; weight: Tensor }) => conv2d(p.input, p.weight, { padding: 'same', groups: specification.groups });
  const call = specification.backward
    ? jit((p: { input: Tensor; weight: Tensor }, g: Tensor) => {
        const [, gradients] = valueAndGrad((q: typeof p) => sum(forward(q).mul(g)))(p);
        return { output: forward(p), ...gradients } as Record<string, Tensor>;
      })
    : jit(
        (p: { input: Tensor; weight: Tensor }, _g: Tensor): Record<string, Tensor> => ({
          output: forward(p),
        }),
      );
  let latest: Record<string, Tensor> = {};
  return {
    async step() {
      for (const result of Object.values(latest)) result.dispose();
      latest = await evaluate(call({ input: input!, weight: weight! }, outputGradient!));
    },
    async inspect() {
      const entries = Object.entries(latest).map(async ([name, x]) => [
        name === 'input' ? 'inputGradient' : name === 'weight' ? 'weightGradient' : name,
        projection((await x.data()) as Float32Array),
      ]);
      return Object.fromEntries(await Promise.all(entries)) as Record<string, number>;
    },
    dispose: () => call.dispose(),
  };
}

function prepareRelu(specification: ReluCase): PreparedCase {
  const call = jit((x: Tensor) => relu(x));
  const input = tensor(reluInput(specification));
  let latest: Tensor | undefined;
  return {
    async step() {
      latest = call(input);
      await evaluate(latest);
    },
    async inspect() {
      return { output: projection((await latest!.data()) as Float32Array) };
    },
    dispose: () => call.dispose(),
  };
}

/** Builds a case of the training benchmark with the engine, wherever it runs. */
export function prepare(specification: TrainingCase): Promise<PreparedCase> | PreparedCase {
  switch (specification.kind) {
    case 'gpt':
      return prepareGpt(specification);
    case 'mlp':
      return prepareMlp(specification);
    case 'convolution':
      return prepareConvolution(specification);
    case 'relu':
      return prepareRelu(specification);
  }
}

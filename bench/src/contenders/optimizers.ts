import { createRequire } from 'node:module';
import { adamW, asgo, muon, type Optimizer, type OptimizerState, shampoo, soap, structuredAdaGrad } from '@sardonyx/optim';
import { evaluate, jit, tensor, valueAndGrad } from '@sardonyx/tensor';
import { serveContender } from '../contender.js';
import { type OptimizerCase, optimizerCaseSchema } from '../optimizer-cases.js';
import type { PreparedCase } from '../prepared-case.js';
import { gptBatch, gptParameters } from '../training-parameters.js';
import { gptLoss, type Parameters, parametersOf } from './sardonyx-cases.js';

const require = createRequire(import.meta.url);
const versionOf = (name: string): string => (require(`${name}/package.json`) as { version: string }).version;

const isEmbeddingOrHead = (path: string): boolean => path.endsWith('Embedding') || path === 'head';
const forOthers = { learningRate: 3e-4, beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0 };
const others = { adamWFor: isEmbeddingOrHead, adamW: forOthers };

/** The same options as in peers/torch_optimizers.py. */
const optimizers: Readonly<Record<OptimizerCase['method'], () => Optimizer>> = {
  adamW: () => adamW({ ...forOthers, weightDecay: 0.1 }),
  muon: () => muon({ learningRate: 2e-3, scale: 'none', ...others }),
  soap: () => soap({ learningRate: 3e-4, epsilon: 1e-6 }),
  shampoo: () => shampoo({ learningRate: 3e-4, epsilon: 1e-6, beta2: 0.95, preconditionEvery: 10, grafting: 'adam', graftingBeta2: 0.95 }),
  asgo: () => asgo({ learningRate: 1e-3, weightDecay: 0, ...others }),
  'one-sided': () => structuredAdaGrad({ learningRate: 3e-3, root: 'ns' }),
  'one-sided-host': () => structuredAdaGrad({ learningRate: 1e-3, preconditionEvery: 10, startStep: 10 }),
};

async function prepare(specification: OptimizerCase): Promise<PreparedCase> {
  const { tokens, targets } = gptBatch(specification);
  const shape = [specification.batch, specification.length];
  const [x, y] = [tensor(tokens, shape), tensor(targets, shape)];
  const optimizer = optimizers[specification.method]();
  const loss = gptLoss(specification);
  type State = { params: Parameters; optimizer: OptimizerState<Parameters> };
  const step = jit(
    (state: State) => {
      const [value, gradients] = valueAndGrad(loss)(state.params, x, y);
      const [params, next] = optimizer.update(gradients, state.optimizer, state.params);
      return { state: { params, optimizer: next }, loss: value };
    },
    { donate: [0], name: 'step' },
  );
  const initial = parametersOf(gptParameters(specification));
  let state = await evaluate<State>({ params: initial, optimizer: optimizer.init(initial) });
  return {
    async step() {
      let first = 0;
      for (let i = 0; i < specification.updates; i++) {
        const result = step(state);
        const value = await result.loss.item();
        if (i === 0) first = value;
        const [params, next] = (await optimizer.refresh?.(result.state.optimizer, result.state.params)) ?? [
          result.state.params,
          result.state.optimizer,
        ];
        state = { params, optimizer: next };
      }
      return first;
    },
    dispose: () => step.dispose(),
  };
}

await serveContender<OptimizerCase>({
  name: 'sardonyx',
  versions: { 'onnxruntime-node': versionOf('onnxruntime-node') },
  parseCase: (value) => optimizerCaseSchema.parse(value),
  prepare,
});

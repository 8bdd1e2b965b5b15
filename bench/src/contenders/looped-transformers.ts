import { createRequire } from 'node:module';
import {
  createDecoder,
  createTrainer,
  generate,
  initLoopedTransformer,
  type LoopedTransformerConfig,
} from '@sardonyx/looped-transformers/training';
import { evaluate, fromArrays, random, tensor } from '@sardonyx/tensor';
import { serveContender } from '../contender.js';
import { projection } from '../formula.js';
import { loopedBatch, loopedParameters, loopedPrompts } from '../looped-transformer-arrays.js';
import {
  type LoopedCase,
  loopedCaseSchema,
  type LoopedGenerateCase,
  type LoopedModel,
  type LoopedTrainCase,
} from '../looped-transformer-cases.js';
import type { PreparedCase } from '../prepared-case.js';

const require = createRequire(import.meta.url);
const versionOf = (name: string): string => (require(`${name}/package.json`) as { version: string }).version;

const configOf = (model: LoopedModel): LoopedTransformerConfig => ({ ...model, inject: 'none' });

/** The first parameters, every one under its path with `prefix` in front. */
const initialArrays = (model: LoopedModel, prefix = '') =>
  Object.fromEntries(
    loopedParameters(model).map(({ name, shape, values }) => [prefix + name, { dtype: 'float32' as const, shape, data: values }]),
  );

/** The trainer that `sardonyx looped-transformers train` uses, from the common parameters, at a constant rate. */
async function prepareTraining(specification: LoopedTrainCase): Promise<PreparedCase> {
  const { model, batch, checkpoint, optimizer } = specification;
  const { learningRate, clipNorm, ...adamW } = optimizer;
  const trainer = await createTrainer(
    { ...configOf(model), checkpoint },
    {
      steps: 1_000_000,
      learningRate,
      warmupSteps: 1,
      minLearningRateRatio: 1,
      clipNorm,
      optimizer: { name: 'adamW', ...adamW },
    },
    0,
  );
  trainer.restore({ ...(await trainer.save()), ...initialArrays(model, 'params.') });
  const { tokens, targets, weights } = loopedBatch(specification);
  const shape = [batch, model.length];
  return {
    async step() {
      const given = { tokens: tensor(tokens, shape), targets: tensor(targets, shape), weights: tensor(weights, shape) };
      return (await trainer.step(given)).loss;
    },
    dispose: () => trainer.dispose(),
  };
}

async function prepareGeneration(specification: LoopedGenerateCase): Promise<PreparedCase> {
  const { model, batch, newTokens } = specification;
  const config = configOf(model);
  const params = await evaluate(fromArrays(initLoopedTransformer(random.key(0), config), initialArrays(model)));
  const decoder = await createDecoder(params, config, { batch });
  const prompts = loopedPrompts(specification);
  let sequences: number[][] = [];
  return {
    async step() {
      sequences = await generate(decoder, prompts, { maxTokens: newTokens });
    },
    async inspect() {
      await decoder.restart();
      const logits = await decoder.read(prompts.flat());
      return { logits: projection(logits), tokens: projection(sequences.flat()) };
    },
    dispose: () => decoder.dispose(),
  };
}

await serveContender<LoopedCase>({
  name: 'sardonyx',
  versions: { 'onnxruntime-node': versionOf('onnxruntime-node') },
  parseCase: (value) => loopedCaseSchema.parse(value),
  prepare: (specification) => (specification.kind === 'train' ? prepareTraining(specification) : prepareGeneration(specification)),
});

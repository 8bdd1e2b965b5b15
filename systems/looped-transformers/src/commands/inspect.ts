import { BadInputError, defineCommand } from '@sardonyx/study';
import { z } from 'zod';
import { refusingBadInput } from '../bad-input.js';
import {
  activationBytes,
  cacheBytes,
  checkConfig,
  effectiveDepth,
  flopsPerToken,
  isoFlop,
  isoParameter,
  loopedName,
  type LoopedTransformerConfig,
  parameterCounts,
  trainingFlopsPerToken,
} from '../model/model.js';
import { parseConfig } from '../model/model-document.js';
import { modelArgument, readModel } from './model-argument.js';
import { readConfigFile } from './read-config-file.js';

/** How large a model is and what it costs. */
export const inspect = defineCommand({
  name: 'inspect',
  summary: 'sizes, operations, memory and loops of a model or of a configuration',
  arguments: [{ ...modelArgument, optional: true }],
  examples: ['inspect trained/model', 'inspect --config model.json --loops 12 --batch 32'],
  params: z.object({
    config: z.string().min(1).optional().describe('JSON or YAML file of a configuration, instead of a model'),
    loops: z.int().min(1).optional().describe('times the block is applied; as configured by default'),
    batch: z.int().min(1).default(1).describe('sequences of a training step, for its memory'),
  }),
  async run(ctx, { config: file, loops, batch }) {
    const given = await configOf(ctx.arguments[0], file);
    const config = loops === undefined ? given : { ...given, loops };
    await refusingBadInput(() => checkConfig(config));
    const sizes = sizesOf(config, batch);
    if (ctx.json) return ctx.print(JSON.stringify({ config, ...sizes }));
    for (const line of lines(config, sizes)) ctx.print(line);
  },
});

async function configOf(directory: string | undefined, file: string | undefined): Promise<LoopedTransformerConfig> {
  if ((directory === undefined) === (file === undefined)) {
    throw new BadInputError(
      'argument',
      'Cannot inspect: expected either a model or --config FILE, as in: inspect runs/model, inspect --config model.json.',
    );
  }
  if (directory !== undefined) return (await readModel(directory)).config;
  const value = await readConfigFile(file!);
  return await refusingBadInput(() => parseConfig(value, file));
}

function sizesOf(config: LoopedTransformerConfig, batch: number) {
  const baseline = (of: LoopedTransformerConfig) => ({
    name: loopedName(of),
    parameters: parameterCounts(of).distinct,
    flopsPerToken: flopsPerToken(of),
  });
  return {
    name: loopedName(config),
    effectiveDepth: effectiveDepth(config),
    parameters: parameterCounts(config),
    flopsPerToken: flopsPerToken(config),
    trainingFlopsPerToken: trainingFlopsPerToken(config),
    activationBytes: activationBytes(config, { batch }),
    cacheBytes: cacheBytes(config),
    isoParameter: baseline(isoParameter(config)),
    isoFlop: baseline(isoFlop(config)),
  };
}

function lines(config: LoopedTransformerConfig, sizes: ReturnType<typeof sizesOf>): string[] {
  const { parameters, isoParameter: params, isoFlop: flops } = sizes;
  const number = (x: number): string => x.toLocaleString('en-US');
  const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(2)} MiB`;
  const baseline = ({ name, parameters: p, flopsPerToken: f }: typeof params): string =>
    `${name}, ${number(p)} parameters, ${number(f)} operations a token`;
  return [
    `model                  ${sizes.name}, depth ${sizes.effectiveDepth}, ${config.loops} loop${config.loops === 1 ? '' : 's'}`,
    `distinct parameters    ${number(parameters.distinct)}`,
    `  of them embeddings   ${number(parameters.embedding)}`,
    `  all others           ${number(parameters.nonEmbedding)}`,
    `effective parameters   ${number(parameters.effective)}`,
    `operations a token     ${number(sizes.flopsPerToken)} forward, ${number(sizes.trainingFlopsPerToken)} in training`,
    `activations            ${mebibytes(sizes.activationBytes)} a training step, about`,
    `keys and values        ${mebibytes(sizes.cacheBytes)} for a sequence of ${config.length}`,
    `equal parameters       ${baseline(params)}`,
    `equal operations       ${baseline(flops)}`,
  ];
}

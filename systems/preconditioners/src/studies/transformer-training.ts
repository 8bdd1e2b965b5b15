import { readFile } from 'node:fs/promises';
import { random } from '@sardonyx/tensor';
import { defineStudy, type Expectation, inputFile } from '@sardonyx/study';
import { z } from 'zod';
import { readAsInput } from '../commands/bad-input.js';
import { initTransformer, transformerFlops } from '../networks/character-transformer.js';
import { raceParameters, referenceIsCompared } from '../networks/race-parameters.js';
import { generatedText, givenText, languageModelling, type WindowedText } from '../networks/text.js';
import { drawWordSource, entropyRate, windowEntropy, type WordSource } from '../networks/word-source.js';
import { comparisonFigures } from './comparison-figures.js';
import { comparisonExpectations } from './comparison-verdicts.js';
import { comparisonCost, compareOptimizers } from './optimizer-comparison.js';

const params = z
  .object({
    ...raceParameters,
    layers: z.int().min(1).max(48).default(4).describe('transformer blocks'),
    width: z.int().min(8).max(4096).default(128).describe('model width'),
    heads: z.int().min(1).max(64).default(4).describe('attention heads'),
    length: z.int().min(2).max(4096).default(128).describe('characters of a window'),
    words: z.int().min(2).max(2000).default(256).describe('words of the generated text’s source'),
    validationWindows: z.int().min(1).max(100_000).default(256).describe('windows of validation text'),
    text: inputFile('a text file in UTF-8 instead of generated text; its last tenth is held out'),
  })
  .check(referenceIsCompared)
  .check(({ value: { width, heads }, issues }) => {
    if (width % (2 * heads) === 0) return;
    issues.push({ code: 'custom', input: width, path: ['width'], message: `must be a multiple of twice the heads (${2 * heads})` });
  });
type Params = z.output<typeof params>;

/** The text of a run: the user's own, or a source's. */
async function textOf(p: Params, source: WordSource, seed: number): Promise<WindowedText> {
  if (p.text === '') return generatedText(source, p.length, p.validationWindows, seed);
  return readAsInput(p.text, async () => givenText(await readFile(p.text, 'utf8'), p.length, p.validationWindows, p.text));
}

/** The floor is an average over the validation text, whose expectation is known. */
const floorIsEntropy: Expectation = {
  name: 'the floor is the entropy',
  paper: 'none; of the generated text',
  claim: 'the source’s own loss on the validation text, within four standard errors of its entropy in closed form (nats)',
  evaluate(results) {
    if (results.values['entropy of a window (nats)'] === undefined) return { ours: 'text from a file', verdict: 'reported' };
    const entropy = results.number('entropy of a window (nats)');
    const [floor, error] = [results.number('loss floor (nats)'), results.number('standard error of the floor (nats)')];
    return {
      ours: `${floor.toFixed(4)} against ${entropy.toFixed(4)}, standard error ${error.toFixed(4)}`,
      verdict: Math.abs(floor - entropy) <= 4 * error ? 'holds' : 'fails',
    };
  },
};

/** A character-level transformer trained by all optimizers of the library under equal budgets. */
export const transformerTraining = defineStudy({
  name: 'transformer-training',
  title: 'A character-level transformer trained by every optimizer, each with the same budget for tuning',
  paper: { arxiv: '2503.10537', where: 'beyond it: networks, in steps and in seconds' },
  summary:
    'all optimizers on a language model of text with known entropy or of your own: tuned alike, several seeds, 95 % intervals, steps and seconds',
  params,
  presets: {
    quick: {
      optimizers: ['sgd', 'adam', 'adamW', 'adagrad-norm', 'adagrad', 'one-sided-shampoo', 'one-sided-shampoo-ema', 'soap', 'muon', 'asgo'],
      rates: 5,
      seeds: 3,
      steps: 200,
      evaluateEvery: 20,
      batchSize: 16,
      layers: 1,
      width: 32,
      heads: 2,
      length: 32,
      words: 32,
      validationWindows: 64,
    },
    standard: {
      rates: 7,
      seeds: 5,
      steps: 500,
      evaluateEvery: 25,
      batchSize: 16,
      layers: 2,
      width: 48,
      heads: 4,
      length: 48,
      words: 64,
      validationWindows: 128,
    },
    paper: { rootsEvery: 10 },
  },
  cost(p) {
    // A vocabulary of printable ASCII, where a file is given: a dry run reads none.
    const sizes = { ...p, vocabulary: p.text === '' ? 17 : 95 };
    return comparisonCost(p, initTransformer(random.key(0), sizes), 3 * p.batchSize * p.length * transformerFlops(sizes));
  },
  async run(ctx, p) {
    const source = drawWordSource(p.words, ctx.seed);
    const text = await textOf(p, source, ctx.seed);
    await compareOptimizers(ctx, languageModelling(p, text, p.batchSize), p);
    if (p.text !== '') return;
    ctx.result('entropy rate of the text (nats)', entropyRate(source));
    ctx.result('entropy of a window (nats)', windowEntropy(source, p.length));
    ctx.result('standard error of the floor (nats)', text.floorError);
  },
  figures: comparisonFigures,
  expect: [floorIsEntropy, ...comparisonExpectations],
});

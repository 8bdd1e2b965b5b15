import { RandomStream } from '@sardonyx/data';
import type { Tokenizer } from '@sardonyx/data/tokenizers';
import { defineStudy, inputFile, type Results, type StudyContext } from '@sardonyx/study';
import { z } from 'zod';
import { percentageGap } from '../analysis/percentage-gap.js';
import { refusingBadInput } from '../bad-input.js';
import type { Bucket } from '../training/evaluation.js';
import { readDocuments } from '../language/documents.js';
import { type TokenStore, tokenRange } from '../language/token-store.js';
import { variableAssignment } from '../tasks/variable-assignment.js';
import {
  drawTextParts,
  expectSequence,
  frequencyPerplexity,
  questionBucket,
  textBucket,
  tokenizerFor,
  tokenizerNames,
  tokensOf,
} from '../training/text-data.js';
import type { ExampleQuestion } from '../model/model-document.js';
import type { Contender } from '../training/training-plan.js';
import type { FinalScore } from '../training/training-records.js';
import { trainModels } from '../training/training-run.js';
import { loopedTriple, trainingCost } from './contenders.js';
import { drawTextQuestion, generatedText, generatedWorld, questionKinds } from './generated-text.js';
import { bodyOf, bodyParameters, modelParameters } from './model-parameters.js';
import { headsDivideWidth } from './parameter-checks.js';
import { textIsEnough } from './text-check.js';
import { planOf, seedsOf, smallTraining, trainingParameters } from './training-parameters.js';

const params = z
  .object({
    text: inputFile('text file, or JSON lines; a text that is generated where there is none'),
    characters: z.int().min(1000).max(1e9).default(1_000_000).describe('characters of a generated text'),
    towns: z.int().min(3).max(10_000).default(256).describe('towns that a generated text knows a river of'),
    validation: z.number().gt(0).lt(1).default(0.1).describe('share of the text at its end that is judged'),
    tokenizer: z.enum(tokenizerNames).default('bpe').describe('tokens of the text'),
    vocabularySize: z.int().min(257).max(1_000_000).default(256_000).describe('tokens of bpe, which is trained on the text'),
    length: z.int().min(2).max(65_536).default(1280).describe('positions of a sequence'),
    layers: modelParameters.layers.default(12),
    loops: modelParameters.loops.default(2),
    hidden: z.int().min(1).max(65_536).default(5120).describe('hidden width of the perceptrons'),
    tiedHead: z.boolean().default(true).describe('whether the token embedding is the output head'),
    baselines: z
      .array(z.enum(['iso-parameter', 'iso-flop']))
      .default(['iso-parameter', 'iso-flop'])
      .describe('models beside the looped one: k layers once, kL layers once'),
    ...bodyParameters,
    ...trainingParameters,
    width: bodyParameters.width.default(2048),
    heads: bodyParameters.heads.default(16),
    evaluationTokens: z.int().min(100).max(1e9).default(100_000).describe('tokens of the validation text that are judged, at most'),
  })
  .check(headsDivideWidth)
  .check(textIsEnough);
type Params = z.output<typeof params>;

/** The text in two parts, and questions in its manner where it is generated. */
interface Corpus {
  readonly training: string;
  readonly validation: string;
  readonly questions: readonly { readonly kind: string; readonly items: readonly { readonly prompt: string; readonly answer: string }[] }[];
}

async function corpusOf(p: Params, seed: number): Promise<Corpus> {
  return p.text === '' ? generatedCorpus(p, seed) : fileCorpus(p, seed);
}

function generatedCorpus(p: Params, seed: number): Corpus {
  const world = generatedWorld(p.towns, seed);
  const validation = Math.ceil(p.characters * p.validation);
  const questions = questionKinds.map((kind) => {
    const stream = new RandomStream(seed, `questions ${kind}`);
    return { kind, items: Array.from({ length: p.evaluationExamples }, () => drawTextQuestion(stream, world, kind)) };
  });
  return {
    training: generatedText(new RandomStream(seed, 'generated text, training'), world, p.characters - validation),
    validation: generatedText(new RandomStream(seed, 'generated text, validation'), world, validation),
    questions,
  };
}

/** A file's text cut in order, and the paper's reasoning primitives with five examples each. */
async function fileCorpus(p: Params, seed: number): Promise<Corpus> {
  const texts: string[] = [];
  for await (const { text } of readDocuments([p.text])) texts.push(text);
  const text = texts.join('\n');
  const cut = Math.round(text.length * (1 - p.validation));
  const questions = [0, 1].map((depth) => {
    const task = variableAssignment({ depth, shots: 5 });
    const stream = new RandomStream(seed, `questions of depth ${depth}`);
    const items = Array.from({ length: p.evaluationExamples }, () => task.text(task.draw(stream, 'test')));
    return {
      kind: `primitive depth ${depth}`,
      items: items.map(({ prompt, answer }) => ({ prompt: `${prompt} `, answer: `${answer}\n` })),
    };
  });
  return { training: text.slice(0, cut), validation: text.slice(cut), questions };
}

function allContenders(p: Params, vocabulary: number, seed: number): Contender[] {
  const { layers, loops, hidden, tiedHead, length } = p;
  const config = { ...bodyOf(p), layers, loops, hidden, tiedHead, vocabulary, length };
  return seedsOf(p, seed).flatMap((seed) => loopedTriple(config, p.baselines).map((contender) => ({ ...contender, seed })));
}

const validationName = 'validation';

/** The text as tokens; of the validation as much as is judged. */
async function tokenized(p: Params, seed: number) {
  const corpus = await corpusOf(p, seed);
  const tokenizer = tokenizerFor(p.tokenizer, { learned: corpus.training, judged: corpus.validation }, p.vocabularySize);
  const training = tokensOf(tokenizer, corpus.training);
  const validation = shortened(tokensOf(tokenizer, corpus.validation), p.evaluationTokens);
  expectSequence(training, p.length, 'text to learn, --validation left out');
  expectSequence(validation, 1, 'text of --validation');
  return { corpus, tokenizer, training, validation };
}

async function run(ctx: StudyContext, p: Params): Promise<void> {
  const { corpus, tokenizer, training, validation } = await refusingBadInput(() => tokenized(p, ctx.seed));
  if (!ctx.restored)
    ctx.log(`${training.length} tokens to learn, ${validation.length} to judge, vocabulary of ${tokenizer.vocabularySize}`);
  const asked = corpus.questions.map(({ kind, items }, i) => questionBucket(kind, i + 1, items, tokenizer, p));
  const buckets = [
    textBucket(validationName, validation, p.length, p.batchSize),
    ...asked.filter((bucket): bucket is Bucket => bucket !== undefined),
  ];
  const finals = await trainModels(ctx, {
    ...planOf(p),
    contenders: allContenders(p, tokenizer.vocabularySize, ctx.seed),
    dataName: 'text',
    data: (stream) => drawTextParts(stream, training, p),
    buckets: () => buckets,
    measure: 'dense',
    describe: () => ({ tokenizer: tokenizer.describe(), examples: examplesOf(corpus, asked, tokenizer) }),
  });
  ctx.result('perplexity without context', await frequencyPerplexity(training, validation));
  recordLanguage(
    ctx,
    finals.filter(({ seed }) => seed === ctx.seed),
  );
}

/** Examples of each kind of question that the models bring. */
const savedExamples = 4;

/** Questions of the kinds that the models can be asked, with the tokens of the answers. */
const examplesOf = ({ questions }: Corpus, asked: readonly (Bucket | undefined)[], tokenizer: Tokenizer): ExampleQuestion[] =>
  questions.flatMap(({ items }, i) =>
    asked[i] === undefined
      ? []
      : items.slice(0, savedExamples).map(({ prompt, answer }) => ({
          prompt,
          answer: tokenizer.encode(answer).map((token) => tokenizer.decode([token])),
        })),
  );

const shortened = (store: TokenStore, most: number): TokenStore => tokenRange(store, 0, Math.min(most, store.length));

/** Perplexities, and how much of the gap between the baselines looping closes (%Gap of arXiv:2502.17416, §3). */
function recordLanguage(ctx: StudyContext, finals: readonly FinalScore[]): void {
  const table = ctx.table('perplexity', { model: 'utf8', perplexity: 'float64' });
  for (const { name, role, bucket, loss } of finals) {
    if (bucket !== validationName) continue;
    ctx.result(`perplexity ${name}`, Math.exp(loss));
    ctx.result(`perplexity ${role}`, Math.exp(loss));
    table.append({ model: name, perplexity: Math.exp(loss) });
  }
  for (const bucket of new Set(finals.map((final) => final.bucket))) {
    const of = (role: string): FinalScore | undefined => finals.find((final) => final.role === role && final.bucket === bucket);
    const [looped, once, deep] = [of('looped'), of('iso-parameter'), of('iso-flop')];
    if (!looped || !once || !deep) continue;
    const value = (final: FinalScore): number => (bucket === validationName ? Math.exp(final.loss) : final.accuracy);
    const measures = { looped: value(looped), isoParameter: value(once), isoFlop: value(deep) };
    if (measures.isoParameter !== measures.isoFlop) ctx.result(`gap closed (%) ${bucket}`, percentageGap(measures));
  }
}

/** Accuracies of the three models on a kind of question; only reported. */
function reported(results: Results, bucket: string) {
  const entries = Object.entries(results.values).flatMap(([key, value]) => {
    const match = /^accuracy (\(\S+\)) (.+)$/.exec(key);
    return match?.[2] === bucket && typeof value === 'number' ? [`${match[1]} ${value.toFixed(1)} %`] : [];
  });
  return { ours: entries.join(', ') || 'not asked in this run', verdict: 'reported' as const };
}

/** A causal language model in three shapes: perplexity and questions (Table 3). */
export const languageModel = defineStudy({
  name: 'language-model',
  title: 'Language models of shared layers: perplexity and questions',
  paper: { arxiv: '2502.17416', where: 'Table 3' },
  summary: 'next-token models (k⊗L), (k⊗1) and (kL⊗1) of a text: perplexity, questions, share of the gap closed',
  params,
  presets: {
    quick: {
      characters: 400_000,
      towns: 64,
      tokenizer: 'character',
      length: 96,
      layers: 1,
      loops: 4,
      hidden: 256,
      tiedHead: false,
      width: 64,
      heads: 4,
      positions: 'learned',
      activation: 'relu',
      ...smallTraining,
      batchSize: 12,
      steps: 1200,
      evaluateEvery: 300,
      evaluationExamples: 128,
      evaluationTokens: 8000,
    },
    standard: {
      characters: 4_000_000,
      tokenizer: 'character',
      length: 96,
      layers: 2,
      loops: 3,
      hidden: 512,
      tiedHead: false,
      width: 128,
      heads: 4,
      positions: 'learned',
      ...smallTraining,
      learningRate: 0.001,
      steps: 4000,
      evaluateEvery: 500,
      evaluationExamples: 512,
      evaluationTokens: 50_000,
    },
    paper: { batchSize: 512, steps: 400_000, learningRate: 0.01, heads: 32 },
  },
  cost: (p) => trainingCost(allContenders(p, p.tokenizer === 'bpe' ? p.vocabularySize : 257, 0), p),
  run,
  figures: [
    {
      name: 'loss',
      title: 'Perplexity at the end',
      kind: 'bar',
      table: 'perplexity',
      x: 'model',
      y: 'perplexity',
      xLabel: 'model',
      yLabel: 'perplexity',
    },
    {
      name: 'questions',
      title: 'Next tokens and questions answered at the end',
      kind: 'bar',
      table: 'final-accuracy',
      x: 'model',
      y: 'accuracy',
      series: 'bucket',
      xLabel: 'model',
      yLabel: 'accuracy (%)',
    },
  ],
  expect: [
    {
      name: 'the looped model has learned the text',
      paper: 'perplexity 7.90 of (12⊗2)',
      claim: 'perplexity below half of that without context',
      evaluate(results) {
        const [ours, without] = [results.number('perplexity looped'), results.number('perplexity without context')];
        return { ours: `${ours.toFixed(2)} against ${without.toFixed(2)}`, verdict: ours < without / 2 ? 'holds' : 'fails' };
      },
    },
    {
      name: 'perplexities',
      paper: '(24⊗1) 7.40, (12⊗2) 7.90, (12⊗1) 8.16',
      claim: 'reported; small models need not show the order',
      evaluate(results) {
        const of = (role: string): string => {
          const value = results.values[`perplexity ${role}`];
          return typeof value === 'number' ? value.toFixed(3) : 'not trained';
        };
        return { ours: `(kL⊗1) ${of('iso-flop')}, (k⊗L) ${of('looped')}, (k⊗1) ${of('iso-parameter')}`, verdict: 'reported' };
      },
    },
    {
      name: 'closed-book questions',
      paper: '(24⊗1) 11.2, (12⊗2) 9.3, (12⊗1) 8.2',
      claim: 'reported',
      evaluate: (results) => reported(results, 'closed-book'),
    },
    {
      name: 'open-book questions',
      paper: '(24⊗1) 33.9, (12⊗2) 30.8, (12⊗1) 26.9',
      claim: 'reported',
      evaluate: (results) => reported(results, 'open-book'),
    },
  ],
});

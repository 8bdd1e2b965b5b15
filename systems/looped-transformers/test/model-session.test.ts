import { RandomStream } from '@sardonyx/data';
import { CharacterTokenizer } from '@sardonyx/data/tokenizers';
import { evaluate, random, tensor } from '@sardonyx/tensor';
import { describe, expect, test } from 'vitest';
import { theory } from '../src/index.js';
import { decodeModelDocument, encodeModelDocument } from '../src/model/model-document.js';
import { attentionMaps } from '../src/model/attention-maps.js';
import { initLoopedTransformer, type LoopedTransformerConfig, loopLogits } from '../src/model/model.js';
import { openModel } from '../src/generation/model-session.js';
import { observeModel } from '../src/model/observation.js';
import { additionTask } from '../src/tasks/addition.js';
import { hopsByDefinition } from '../src/tasks/hops.js';
import { isTaskName, taskNamed, taskNames } from '../src/tasks/registry.js';
import { descriptionOf } from '../src/tasks/task.js';
import { exampleOf, taskExample } from '../src/tasks/task-example.js';

const config: LoopedTransformerConfig = {
  layers: 2,
  loops: 3,
  width: 16,
  heads: 2,
  hidden: 24,
  vocabulary: 5,
  length: 12,
  positions: 'learned',
  inject: 'none',
  activation: 'relu',
};
const vocabulary = ['a', 'b', 'c', 'd', '#'];
const params = async (of: LoopedTransformerConfig) => evaluate(initLoopedTransformer(random.key(2), of));

describe('an observed model', () => {
  test('attends with rows that sum to 1 and see no future, as the model does', async () => {
    const wide: LoopedTransformerConfig = { ...config, prelude: 1, coda: 1 };
    const weights = await params(wide);
    const sequence = [4, 0, 1, 1, 3];
    const { layers, lens, loops } = await observeModel(weights, wide, sequence, { loops: 4 });
    expect(loops).toBe(4);
    expect(layers.map(({ part, loop, layer }) => `${part} ${loop} ${layer}`)).toEqual([
      'prelude 0 1',
      ...[1, 2, 3, 4].flatMap((loop) => [`loop ${loop} 1`, `loop ${loop} 2`]),
      'coda 0 1',
    ]);
    for (const { heads } of layers) {
      expect(heads).toHaveLength(2);
      for (const map of heads) {
        for (let row = 0; row < 5; row++) {
          const probabilities = map.slice(5 * row, 5 * row + 5);
          // Five float32 numbers of at most 1, each rounded to 2^-24.
          expect(probabilities.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 6);
          expect(probabilities.slice(row + 1).every((probability) => probability === 0)).toBe(true);
        }
      }
    }
    const tokens = tensor(Int32Array.from(sequence), [1, 5]);
    const maps = attentionMaps(weights, tokens, wide, { loops: 4 });
    const third = await maps.loops[2]![1]!.data<'float32'>();
    // Compiled, operations are fused and rounded in another order.
    expect(Array.from(layers[6]!.heads[1]!)).toEqual(Array.from(third.slice(25), (value) => expect.closeTo(value, 6) as number));
    const logits = await Promise.all(loopLogits(weights, tokens, wide, { loops: 4 }).map((of) => of.data<'float32'>()));
    lens.forEach((probabilities, loop) => {
      for (let row = 0; row < 5; row++) {
        const [own, of] = [probabilities, logits[loop]!].map((values) => Array.from(values.slice(5 * row, 5 * row + 5)));
        const total = of!.reduce((sum, logit) => sum + Math.exp(logit), 0);
        expect(own).toEqual(of!.map((logit) => expect.closeTo(Math.exp(logit) / total, 5) as number));
      }
    });
  });
});

describe('a model that is asked', () => {
  test('answers hops right by weights set by hand, and the lens shows the loop that knows', async () => {
    const [hops, length] = [3, 11];
    const construction = theory.loopedPointerDoubling(hops, length, 4);
    const files = await encodeModelDocument({ config: construction.config, params: construction.params, vocabulary });
    const session = openModel(decodeModelDocument(files));
    expect(session.facts).toMatchObject({ name: '(1⊗4)', maxTokens: 1 });
    const stream = new RandomStream(3, 'asked');
    let knownEarlier = 0;
    for (let problem = 0; problem < 8; problem++) {
      const symbols = Array.from({ length }, () => stream.integer(4));
      const place = hopsByDefinition(symbols, hops);
      const right = place === 0 ? '#' : vocabulary[symbols[place - 1]!]!;
      const heard: string[] = [];
      const { answer, answerTokens, observation, readOuts } = await session.ask(
        `#${symbols.map((symbol) => vocabulary[symbol]).join('')}`,
        {
          maxTokens: 1,
          onToken: (label) => void heard.push(label),
        },
      );
      expect(answer).toEqual([right]);
      expect(heard).toEqual(answer);
      const answers = observation.lens.map((probabilities) => largest(probabilities.slice(-5)));
      expect(answers.at(-1)).toBe(answerTokens[0]);
      expect(readOuts[0]!.map(({ ranked }) => ranked[0]!.label)).toEqual(answers.map((token) => vocabulary[token]));
      expect(readOuts[0]!.at(-1)!.answered).toBe(observation.lens.at(-1)!.at(-5 + answerTokens[0]!));
      if (answers[0] === answerTokens[0]) knownEarlier++;
    }
    // One loop cannot hop three times: it is right by chance alone.
    expect(knownEarlier).toBeLessThan(8);
    session.dispose();
  });

  test('answers with more loops than it was trained with, and samples by a seed', async () => {
    const session = openModel({ config, params: await params(config), vocabulary });
    const sampled = (seed: number) => session.ask('abc', { temperature: 5, seed, maxTokens: 6 });
    const [once, again, other] = [await sampled(1), await sampled(1), await sampled(2)];
    expect(once.answer).toEqual(again.answer);
    expect(once.answer).not.toEqual(other.answer);
    expect(once.answer).toHaveLength(6);
    // The last token is not read.
    expect(once.observation.length).toBe(8);
    const { answerTokens, observation } = await session.ask('ab c\n', { loops: 7, maxTokens: 4 });
    expect(observation.lens).toHaveLength(7);
    answerTokens.forEach((token, i) => expect(largest(observation.lens[6]!.slice(5 * (i + 2), 5 * (i + 3)))).toBe(token));
    const stop = new AbortController();
    const stopped = await session.ask('ab', {
      maxTokens: 9,
      signal: stop.signal,
      onToken: (label) => (label === '' ? undefined : stop.abort()),
    });
    expect(stopped.answer).toHaveLength(1);
    session.dispose();
  });

  test.each([
    ['abx', {}, /"x" \(U\+0078\) at position 2 is not in the vocabulary: expected tokens of a b c d #/],
    ['', {}, /the prompt is empty; write one, or draw an example/],
    ['abcdabcdabcda', {}, /the prompt has 13 tokens and the model reads 12 at most; shorten it by 1 token$/],
    ['ab', { loops: 0 }, /loops must be a positive integer, given 0/],
    ['ab', { loops: 2.5 }, /loops must be a positive integer, given 2.5/],
    ['abc', { loops: 2e6 }, /2000000 loops on 3 tokens would be observed in .* ask with fewer loops or a shorter prompt/],
    ['ab', { temperature: -1 }, /temperature must be 0 \(greedy\) or more/],
  ])('refuses %j with %j', async (prompt, options, message) => {
    const session = openModel({ config, params: await params(config), vocabulary });
    await expect(session.ask(prompt, options)).rejects.toThrow(message);
    session.dispose();
  });

  test('tells how many loops there can be', async () => {
    const learned: LoopedTransformerConfig = { ...config, loopEmbedding: 'learned' };
    const session = openModel({ config: learned, params: await params(learned), vocabulary });
    expect(session.facts.mostLoops).toBe(3);
    await expect(session.ask('ab', { loops: 4 })).rejects.toThrow(/4 loops asked for, but learned loop embeddings are for 3/);
    session.dispose();
    const tokenizer = new CharacterTokenizer(['x', 'é', ' ', '\n', '!']);
    const text = openModel({ config, params: await params(config), tokenizer: tokenizer.describe() });
    expect(text.facts).toMatchObject({ maxTokens: 12 });
    expect(text.facts.mostLoops).toBeUndefined();
    expect((await text.ask('é !', { maxTokens: 2 })).prompt).toEqual(['é', ' ', '!']);
    expect(text.example(0)).toBeUndefined();
    text.dispose();
  });
});

describe('examples of tasks', () => {
  test.each(taskNames)(
    '%s: the text of a prompt is read as the tokens of the problem',
    async (name) => {
      expect(isTaskName(name)).toBe(true);
      const small = {
        'p-hop': { length: 20, hops: 2, supervise: 'dense', sampler: 'uniform', heldOut: 0 },
        'symbolic-igsm': { format: 'cot' },
      };
      const task = taskNamed(name, (small as Record<string, object>)[name] as never);
      const shape = { ...config, vocabulary: task.vocabulary.length, length: task.length };
      const session = openModel({ config: shape, params: await params(shape), ...descriptionOf(task) });
      for (let seed = 0; seed < 10; seed++) {
        const { prompt, answer } = taskExample(task, seed);
        const shown = session.example(seed)!;
        expect(shown.answer).toEqual(answer.map((token) => task.vocabulary[token]));
        const { answer: made, prompt: read } = await session.ask(shown.prompt, { maxTokens: 1 });
        expect(read).toEqual(prompt.map((token) => task.vocabulary[token]));
        expect(made).toHaveLength(1);
      }
      session.dispose();
    },
    60_000,
  );

  test('take what follows the prompt, or the last of answers at every place', () => {
    const task = additionTask({ digits: 1, operands: [2], evaluateOperands: [2], heldOut: 0 });
    const problem = { prompt: '3+4=', answer: '7' };
    const { prompt, answer } = exampleOf(task.sequence(problem));
    expect(prompt.map((token) => task.vocabulary[token]).join('')).toBe('3+4=');
    expect(answer.map((token) => task.vocabulary[token])).toEqual(['7', '<eos>']);
    expect(exampleOf({ tokens: [5, 6, 7], targets: [-1, 1, 2] })).toEqual({ prompt: [5, 6, 7], answer: [2] });
    expect(exampleOf({ tokens: [5, 6, 7], targets: [6, -1, 2] })).toEqual({ prompt: [5, 6, 7], answer: [2] });
    expect(exampleOf({ tokens: [5, 6, 7], targets: [6, 3, -1] })).toEqual({ prompt: [5, 6], answer: [3] });
  });
});

const largest = (values: Float32Array): number => values.indexOf(Math.max(...values));

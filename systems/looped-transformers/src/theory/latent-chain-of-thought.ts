import { argmax, cast, concat, greaterEqual, arange, jit, sliceAxis, tensor, type Tensor, where } from '@sardonyx/tensor';
import { loopedTransformer, type LoopedTransformerConfig, type LoopedTransformerParameters } from '../model/model.js';
import { largestAt, sequenceLogits } from './construction.js';
import { expectWhole, TheoryError } from './theory-error.js';

export interface Model {
  readonly config: LoopedTransformerConfig;
  readonly params: LoopedTransformerParameters;
}

export interface ChainOfThought {
  /** Tokens of every prompt's chain, [prompt][step]. */
  readonly tokens: readonly (readonly number[])[];
  /** The least lead of a chosen token's logit over the next best one. */
  readonly lead: number;
}

/** Greedy decoding of `steps` tokens after prompts of one length, every step a whole forward pass over what is there. */
export async function greedyChainOfThought(model: Model, prompts: readonly ArrayLike<number>[], steps: number): Promise<ChainOfThought> {
  checkPrompts(model, prompts, steps);
  const { vocabulary } = model.config;
  const sequences = prompts.map((prompt) => Array.from(prompt));
  let lead = Infinity;
  for (let step = 0; step < steps; step++) {
    const logits = await sequenceLogits(model, sequences);
    for (const [at, sequence] of sequences.entries()) {
      const last = Array.from(logits[at]!.subarray((sequence.length - 1) * vocabulary));
      const token = largestAt(last, 0, vocabulary);
      lead = Math.min(lead, ...last.flatMap((logit, other) => (other === token ? [] : [last[token]! - logit])));
      sequence.push(token);
    }
  }
  return { tokens: sequences.map((sequence) => sequence.slice(sequence.length - steps)), lead };
}

/**
 * The same tokens without appending any (arXiv:2502.17416, section 5): the prompt stands in front of `steps` dummies
 * from the start, and each of `steps` loops runs the whole model over all positions at once, decodes every position's
 * output, and moves it one position on into the dummies' places. After loop t the first t dummies hold the chain: position
 * i depends on those before it only, so a right prefix is rewritten by itself.
 *
 * Works for any model; the token of prompts of one length, [prompt][step].
 */
export async function latentChainOfThought(model: Model, prompts: readonly ArrayLike<number>[], steps: number): Promise<number[][]> {
  checkPrompts(model, prompts, steps);
  const { config } = model;
  const promptLength = prompts[0]!.length;
  const length = promptLength + steps;
  const loop = jit((params: LoopedTransformerParameters, tokens: Tensor) => {
    const decoded = cast(argmax(loopedTransformer(params, tokens, config), -1), 'int32');
    const shifted = concat([sliceAxis(decoded, 1, 0, 1), sliceAxis(decoded, 1, 0, length - 1)], 1);
    return where(greaterEqual(arange(length, { dtype: 'int32' }), promptLength), shifted, tokens);
  });
  const dummy = 0; // any token: nothing before a dummy sees it
  const start = prompts.flatMap((prompt) => [...Array.from(prompt), ...Array.from({ length: steps }, () => dummy)]);
  let tokens = tensor(Int32Array.from(start), [prompts.length, length]);
  for (let t = 0; t < steps; t++) {
    const next = loop(model.params, tokens);
    await next.data();
    tokens.dispose();
    tokens = next;
  }
  const all = Array.from((await tokens.data()) as Int32Array);
  loop.dispose();
  return prompts.map((_, at) => all.slice(at * length + promptLength, (at + 1) * length));
}

function checkPrompts({ config }: Model, prompts: readonly ArrayLike<number>[], steps: number): void {
  expectWhole(steps, 1, 'chain of thought: steps');
  const length = prompts[0]?.length ?? 0;
  if (length === 0 || prompts.some((prompt) => prompt.length !== length)) {
    throw new TheoryError('argument', `chain of thought: expected prompts of one length, given ${prompts.map((p) => p.length).join(', ')}`);
  }
  if (length + steps > config.length) {
    throw new TheoryError(
      'argument',
      `chain of thought: expected at most ${config.length} positions, the model's, given a prompt of ${length} and ${steps} steps`,
    );
  }
}

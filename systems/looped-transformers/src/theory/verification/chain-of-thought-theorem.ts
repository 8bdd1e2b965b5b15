import { solve } from '../construction.js';
import { greedyChainOfThought, latentChainOfThought } from '../latent-chain-of-thought.js';
import { loopedChainOfThought } from '../looped-chain-of-thought.js';
import { unrolledModel } from '../plain-model.js';
import { randomPlainModel, randomSequences } from './random-models.js';
import type { Theorem } from './theorem.js';

const [prompts, promptLength, steps] = [6, 5, 10];

/** Greedy tokens of random models against those of their looped blocks, and of the executor. */
export const chainOfThoughtTheorem: Theorem = {
  name: 'chain-of-thought',
  paper: 'L + O(1) layers looped m times simulate m steps of chain of thought of L layers',
  statement: 'm loops of L + 3 layers over m dummies give the m tokens that L layers decode greedily',
  async verify(stream) {
    let [tokens, byWeights, byExecutor, different, lead] = [0, 0, 0, 0, Infinity];
    for (const layers of [1, 2, 3, 4]) {
      const model = unrolledModel(await randomPlainModel(stream, { distinct: layers, gain: 3 }));
      const drawn = randomSequences(stream, prompts, promptLength, model.config.vocabulary);
      const greedy = await greedyChainOfThought(model, drawn, steps);
      const latent = await latentChainOfThought(model, drawn, steps);
      const looped = await solve(await loopedChainOfThought(model, steps), drawn);
      const same = (chains: readonly (readonly number[])[]): number =>
        greedy.tokens.reduce((sum, chain, at) => sum + chain.filter((token, step) => token === chains[at]![step]).length, 0);
      tokens += prompts * steps;
      byWeights += same(looped);
      byExecutor += same(latent);
      different += new Set(greedy.tokens.map(String)).size;
      lead = Math.min(lead, greedy.lead);
    }
    return {
      holds: byWeights === tokens && byExecutor === tokens,
      checked:
        `models of 1 to 4 layers, ${prompts} prompts, ${steps} steps: ${byWeights} of ${tokens} tokens by the looped weights, ` +
        `${byExecutor} by the executor; ${different} different chains, least lead of a token ${lead.toExponential(1)}`,
      measured: { tokens, 'same by weights': byWeights, 'same by executor': byExecutor, 'different chains': different, 'least lead': lead },
    };
  },
};

import { hopAcceptance, hopsByDefinition, hopsByDoubling } from './hops.js';
import { sampleByRejection, samplePlanted } from './hop-samplers.js';
import { defineTask, type SequenceTask } from './task.js';
import { TaskError } from './task-error.js';
import {
  completed,
  defaultHeldOut,
  type HeldOutOption,
  requireAll,
  requireChoice,
  requireHeldOut,
  requireIntegers,
} from './task-options.js';
import { type TaskSequence, unsupervised } from './task-sequence.js';

/** Rejection that accepts less is not worth its time. */
const leastAcceptance = 0.01;

/** Knobs of p-hop induction. */
export interface PHopOptions extends HeldOutOption {
  /** Symbols of a sequence, n. */
  readonly length: number;
  /** Hops back from the last symbol, p. */
  readonly hops: number;
  /** Different symbols, |Σ|. */
  readonly alphabet: number;
  /** Uniform sequences redrawn until the last hop is real; a chosen chain; or uniform with the fixed points left in. */
  readonly sampler: 'rejection' | 'planted' | 'uniform';
  /** The answer at the last symbol, or at every prefix with a real one. */
  readonly supervise: 'last' | 'dense';
}

/** The paper's smaller setting (arXiv:2502.17416, table 2). */
export const pHopDefaults: PHopOptions = {
  length: 256,
  hops: 16,
  alphabet: 4,
  sampler: 'rejection',
  supervise: 'last',
  heldOut: defaultHeldOut,
};

function checkOptions({ length, hops, alphabet, sampler, supervise, heldOut }: PHopOptions): void {
  requireIntegers('p-hop', { length, hops }, 1);
  requireIntegers('p-hop', { alphabet }, 2);
  requireChoice('p-hop', 'sampler', sampler, ['rejection', 'planted', 'uniform']);
  requireChoice('p-hop', 'supervise', supervise, ['last', 'dense']);
  requireHeldOut('p-hop', heldOut);
  const acceptance = hopAcceptance(length, hops, alphabet);
  const accepted = `${(100 * acceptance).toPrecision(3)} %`;
  requireAll('p-hop', [
    [alphabet <= 26, `alphabet: expected at most 26 letters, given ${alphabet}`],
    [
      length >= 3 * hops,
      `expected length ≥ 3·hops = ${3 * hops}, given ${length}; acceptance would be ${accepted}; raise length or lower hops`,
    ],
    [
      sampler === 'planted' || acceptance >= leastAcceptance,
      `${hops} hops over ${alphabet} symbols fit ${length} symbols in only ${accepted} of the draws; take the planted sampler, raise length or lower hops`,
    ],
  ]);
}

const symbolsOf = (text: string): number[] => Array.from(text, (letter) => letter.charCodeAt(0) - 97);
const letter = (symbol: number): string => String.fromCharCode(97 + symbol);

/** A sequence of letters, the places of its hops back from the end (from 1), and the letter at the last of them. */
export interface PHopProblem {
  readonly sequence: string;
  readonly hops: number;
  readonly chain: readonly number[];
  readonly answer: string;
}

/**
 * What every prefix of the sequence answers: hop_p where it is defined and the prefix does not end in the fixed point
 * v_i = v_{i−1}, whose answer is v_i for every p; {@link unsupervised} elsewhere.
 */
export function denseHopTargets(symbols: readonly number[], hops: number): number[] {
  const places = hopsByDoubling(symbols, hops);
  return symbols.map((symbol, index) => {
    const place = places[index + 1]!;
    return place === 0 || symbol === symbols[index - 1] ? unsupervised : symbols[place - 1]!;
  });
}

/**
 * p-hop induction: from the last symbol look back to the latest earlier place with the same symbol, step to the symbol
 * after it, and repeat p times (arXiv:2502.17416, §3.2).
 * @throws {TaskError} `argument`, also where sequences would be too short for so many hops
 */
export function pHop(options: Partial<PHopOptions> = {}): SequenceTask<PHopProblem> {
  const p = completed('p-hop', pHopDefaults, options);
  checkOptions(p);
  const sequence = (problem: PHopProblem): TaskSequence => {
    const tokens = symbolsOf(problem.sequence);
    const last = tokens.map((_, index) => (index === tokens.length - 1 ? problem.answer.charCodeAt(0) - 97 : unsupervised));
    return { tokens, targets: p.supervise === 'dense' ? denseHopTargets(tokens, problem.hops) : last };
  };
  return defineTask<PHopProblem>({
    name: 'p-hop',
    parameters: { ...p },
    vocabulary: Array.from({ length: p.alphabet }, (_, symbol) => letter(symbol)),
    padding: 0,
    length: p.length,
    heldOut: p.heldOut,
    difficulty: 'hops',
    shortcuts: hopShortcuts(p.hops),
    sample(stream) {
      const { symbols, chain } =
        p.sampler === 'planted' ? samplePlanted(stream, p) : sampleByRejection(stream, p, p.sampler === 'rejection');
      return { sequence: symbols.map(letter).join(''), hops: p.hops, chain: [...chain], answer: letter(symbols[chain.at(-1)! - 1]!) };
    },
    canonical: ({ sequence, hops }) => `${hops} ${upToRenaming(sequence)}`,
    difficultyOf: ({ hops }) => hops,
    sequence,
    text: ({ sequence, answer }) => ({ prompt: sequence, answer }),
    verify: verifyHops,
  });
}

/** Letters renamed in the order of their first occurrence: two sequences that differ by names alone become one. */
function upToRenaming(sequence: string): string {
  const names = new Map<string, string>();
  return Array.from(sequence, (symbol) => {
    if (!names.has(symbol)) names.set(symbol, letter(names.size));
    return names.get(symbol)!;
  }).join('');
}

/** Follows the definition of find_p, in quadratic time, for every hop of the stored chain. */
function verifyHops({ sequence, hops, chain, answer }: PHopProblem): void {
  const symbols = symbolsOf(sequence);
  const expected = Array.from({ length: hops }, (_, hop) => hopsByDefinition(symbols, hop + 1));
  const wrong = expected.findIndex((place, hop) => place === 0 || place !== chain[hop]);
  if (wrong >= 0 || chain.length !== hops) {
    throw new TaskError(
      'wrong-problem',
      `p-hop: expected hops to the places ${expected.join(', ')}, given ${chain.join(', ') || 'none'} for ${sequence}`,
    );
  }
  const truth = sequence[expected.at(-1)! - 1]!;
  if (answer === truth) return;
  throw new TaskError('wrong-problem', `p-hop: expected the answer ${truth}, given ${answer} for ${sequence}`);
}

/**
 * Fewer hops than asked, and the most frequent symbol so far. A walk over |Σ| symbols that never stands still is back after
 * two steps in one case of |Σ| − 1 or more: p − 2 hops are right far more often than by chance, and so is, for p = 2, the last
 * symbol itself. p − 1 hops are never right.
 */
function hopShortcuts(hops: number) {
  const after = (count: number) => ({
    name: count === 0 ? 'the last symbol' : `${count} ${count === 1 ? 'hop' : 'hops'}`,
    guess({ sequence }: PHopProblem) {
      const symbols = symbolsOf(sequence);
      return hopsByDoubling(symbols, count)
        .subarray(1)
        .map((place) => symbols[place - 1] ?? -1);
    },
  });
  const fewer = new Set([0, 1, 2, hops - 2].filter((count) => count >= 0 && count < hops));
  return [...[...fewer].map(after), { name: 'the most frequent symbol so far', guess: mostFrequent }];
}

function mostFrequent({ sequence }: PHopProblem): number[] {
  const counts = new Map<number, number>();
  let best = 0;
  return symbolsOf(sequence).map((symbol) => {
    counts.set(symbol, (counts.get(symbol) ?? 0) + 1);
    if (counts.get(symbol)! > (counts.get(best) ?? 0)) best = symbol;
    return best;
  });
}

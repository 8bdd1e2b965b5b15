import type { RandomStream } from '@sardonyx/data';
import { hopsByDefinition } from '../../tasks/hops.js';
import { solve, sequenceLogits } from '../construction.js';
import { imitateByLooping } from '../looped-imitation.js';
import { type PointerDoubling, pointerDoubling } from '../pointer-doubling.js';
import { randomSequences } from './random-models.js';
import type { Theorem } from './theorem.js';

export interface HopMeasurement {
  readonly blocks: number;
  /** Answers compared: every prefix of every sequence is one, ⊥ among them. */
  readonly answers: number;
  readonly right: number;
  readonly undefinedAnswers: number;
  /** Right answers of the one looped layer of as many loops; where it was asked for. */
  readonly loopedRight?: number;
}

/** hop_p of every prefix of uniform random sequences, by the construction and by the definition. */
export async function measureHops(
  size: { readonly hops: number; readonly length: number; readonly alphabet: number },
  sequences: number,
  looped: boolean,
  stream: RandomStream,
): Promise<HopMeasurement> {
  const construction = pointerDoubling(size.hops, size.length, size.alphabet);
  const drawn = randomSequences(stream, sequences, size.length, size.alphabet);
  const tokens = drawn.map((sequence) => construction.encode(sequence));
  const truth = drawn.map((sequence) => sequence.map((_, at) => hopOf(sequence.slice(0, at + 1), size.hops)));
  const right = (logits: readonly Float64Array[]): number => countRight(construction, logits, truth);
  return {
    blocks: construction.params.block.length,
    answers: sequences * size.length,
    right: right(await sequenceLogits(construction, tokens)),
    undefinedAnswers: truth.flat().filter((answer) => answer === undefined).length,
    ...(looped && { loopedRight: right(await solve(await imitateByLooping(construction.scheduled, tokens), tokens)) }),
  };
}

const hopOf = (sequence: readonly number[], hops: number): number | undefined => sequence[hopsByDefinition(sequence, hops) - 1];

const countRight = (
  construction: PointerDoubling,
  logits: readonly Float64Array[],
  truth: readonly (readonly (number | undefined)[])[],
): number =>
  logits.reduce((right, own, at) => {
    const answers = construction.decodePrefixes(own);
    return right + answers.filter((answer, place) => answer === truth[at]![place]).length;
  }, 0);

/** Hops with lengths; every p of one to ten, powers of two and their neighbours. */
const cases: readonly (readonly [hops: number, length: number])[] = [
  ...Array.from({ length: 10 }, (_, at) => [at + 1, 48] as const),
  [15, 96],
  [16, 128],
  [17, 96],
  [31, 128],
  [32, 256],
];

/** Every prefix of random sequences against the definition; as layers, and as one looped layer. */
export const pointerDoublingTheorem: Theorem = {
  name: 'p-hop',
  paper: 'one layer of at most 3 heads, ⌊log2 p⌋ + 2 loops',
  statement: 'p-hop induction takes ⌈log2 p⌉ + 2 blocks of two heads, or one looped layer of as many loops',
  async verify(stream) {
    let [answers, right, loopedAnswers, loopedRight, undefinedAnswers] = [0, 0, 0, 0, 0];
    for (const [hops, length] of cases) {
      const looped = hops <= 6;
      const measured = await measureHops({ hops, length, alphabet: 4 }, 6, looped, stream);
      answers += measured.answers;
      right += measured.right;
      undefinedAnswers += measured.undefinedAnswers;
      if (looped) loopedAnswers += measured.answers;
      loopedRight += measured.loopedRight ?? 0;
    }
    return {
      holds: right === answers && loopedRight === loopedAnswers,
      checked:
        `${right} of ${answers} answers right for p of 1 to 32, ${undefinedAnswers} of them ⊥; ` +
        `${loopedRight} of ${loopedAnswers} right by one looped layer for p of 1 to 6`,
      measured: {
        answers,
        right,
        'undefined answers': undefinedAnswers,
        'answers of looped layers': loopedAnswers,
        'right by looped layers': loopedRight,
      },
    };
  },
};

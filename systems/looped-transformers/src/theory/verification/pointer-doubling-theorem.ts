import type { RandomStream } from '@sardonyx/data';
import { hopsByDefinition } from '../../tasks/hops.js';
import { ceilLog2 } from '../binary-code.js';
import { sequenceLogits } from '../construction.js';
import type { HopConstruction } from '../hop-construction.js';
import { loopedPointerDoubling } from '../looped-pointer-doubling.js';
import { pointerDoubling } from '../pointer-doubling.js';
import { randomSequences } from './random-models.js';
import type { Theorem } from './theorem.js';

export interface HopMeasurement {
  readonly blocks: number;
  /** Loops of the one looped layer. */
  readonly loops: number;
  /** Answers compared: every prefix of every sequence is one, ⊥ among them. */
  readonly answers: number;
  readonly undefinedAnswers: number;
  /** Right answers of the blocks, and of the one looped layer. */
  readonly right: number;
  readonly loopedRight: number;
}

/** hop_p of every prefix of uniform random sequences, by both constructions and by the definition. */
export async function measureHops(
  { hops, length, alphabet }: { readonly hops: number; readonly length: number; readonly alphabet: number },
  sequences: number,
  stream: RandomStream,
): Promise<HopMeasurement> {
  const blocks = pointerDoubling(hops, length, alphabet);
  const looped = loopedPointerDoubling(hops, length, alphabet);
  const drawn = randomSequences(stream, sequences, length, alphabet);
  const tokens = drawn.map((sequence) => blocks.encode(sequence));
  const truth = drawn.map((sequence) => sequence.map((_, at) => hopOf(sequence.slice(0, at + 1), hops)));
  return {
    blocks: blocks.params.block.length,
    loops: looped.loops,
    answers: sequences * length,
    undefinedAnswers: truth.flat().filter((answer) => answer === undefined).length,
    right: countRight(blocks, await sequenceLogits(blocks, tokens), truth),
    loopedRight: countRight(looped, await sequenceLogits(looped, tokens), truth),
  };
}

const hopOf = (sequence: readonly number[], hops: number): number | undefined => sequence[hopsByDefinition(sequence, hops) - 1];

const countRight = (
  construction: HopConstruction,
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
  statement: 'one layer of two heads does p-hop induction in ⌈log2 p⌉ + 2 loops, or as many blocks once',
  async verify(stream) {
    let [answers, right, loopedRight, undefinedAnswers, asStated] = [0, 0, 0, 0, 0];
    for (const [hops, length] of cases) {
      const measured = await measureHops({ hops, length, alphabet: 4 }, 6, stream);
      answers += measured.answers;
      right += measured.right;
      loopedRight += measured.loopedRight;
      undefinedAnswers += measured.undefinedAnswers;
      asStated += Number(measured.blocks === ceilLog2(hops) + 2 && measured.loops === ceilLog2(hops) + 2);
    }
    return {
      holds: right === answers && loopedRight === answers && asStated === cases.length,
      checked:
        `${loopedRight} of ${answers} answers right by one looped layer, ${right} by blocks, for ${cases.length} values of p from 1 to 32; ` +
        `${undefinedAnswers} of the answers are ⊥`,
      measured: { answers, 'right by blocks': right, 'right by one looped layer': loopedRight, 'undefined answers': undefinedAnswers },
    };
  },
};

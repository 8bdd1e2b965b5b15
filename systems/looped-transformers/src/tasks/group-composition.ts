import { commutatorSubgroup, type Group, prefixProducts, productByHalves, productOf } from './groups.js';
import { groupNamed } from './named-groups.js';
import { defineTask, type SequenceTask, type Shortcut } from './task.js';
import { TaskError } from './task-error.js';
import { completed, defaultHeldOut, type HeldOutOption, requireChoice, requireHeldOut, requireIntegers } from './task-options.js';
import { unsupervised } from './task-sequence.js';

/** Knobs of group composition. */
export interface GroupCompositionOptions extends HeldOutOption {
  /** Z_m, S_n, A_n, D_n (of order 2n), or a product such as `Z_2 x S_3`. */
  readonly group: string;
  /** Numbers of factors in training, drawn uniformly. */
  readonly lengths: readonly number[];
  /** Numbers of factors in validation and test, drawn uniformly. */
  readonly evaluateLengths: readonly number[];
  /** The whole product at the last factor, or the product of every prefix. */
  readonly supervise: 'last' | 'dense';
}

export const groupCompositionDefaults: GroupCompositionOptions = {
  group: 'S_3',
  lengths: [16],
  evaluateLengths: [16],
  supervise: 'dense',
  heldOut: defaultHeldOut,
};

/** Factors in order and their product, as the group writes its elements. */
export interface GroupCompositionProblem {
  readonly factors: readonly string[];
  readonly product: string;
}

/** Text of the token before the factors. */
const start = '#';

/**
 * `# g₁ … g_n` with the target g₁∘…∘g_n: the word problem of a finite group (arXiv:2502.17416, §4.2).
 * @throws {TaskError} `argument`
 */
export function groupComposition(options: Partial<GroupCompositionOptions> = {}): SequenceTask<GroupCompositionProblem> {
  const p = completed('group-composition', groupCompositionDefaults, options);
  requireIntegers('group-composition', { lengths: p.lengths, evaluateLengths: p.evaluateLengths }, 1);
  requireChoice('group-composition', 'supervise', p.supervise, ['last', 'dense']);
  requireHeldOut('group-composition', p.heldOut);
  const group = groupNamed(p.group);
  const numberOf = new Map(group.elements.map((name, element) => [name, element]));
  const elements = ({ factors }: GroupCompositionProblem): number[] => factors.map((factor) => numberOf.get(factor)!);
  const counts = { train: p.lengths, validation: p.evaluateLengths, test: p.evaluateLengths };
  return defineTask<GroupCompositionProblem>({
    name: 'group-composition',
    parameters: { ...p },
    // Element e is token e + 1.
    vocabulary: [start, ...group.elements],
    padding: 0,
    length: Math.max(...p.lengths, ...p.evaluateLengths) + 1,
    heldOut: p.heldOut,
    difficulty: 'factors',
    shortcuts: compositionShortcuts(group, elements),
    sample(stream, split) {
      const length = counts[split][stream.integer(counts[split].length)]!;
      const factors = Array.from({ length }, () => stream.integer(group.order));
      return { factors: factors.map((factor) => group.elements[factor]!), product: group.elements[productOf(group, factors)]! };
    },
    canonical: ({ factors }) => `${group.name} ${factors.join(' ')}`,
    difficultyOf: ({ factors }) => factors.length,
    sequence(problem) {
      const factors = elements(problem);
      const prefixes = prefixProducts(group, factors);
      const supervised = (index: number): boolean => p.supervise === 'dense' || index === factors.length - 1;
      return {
        tokens: [0, ...factors.map((factor) => factor + 1)],
        targets: [unsupervised, ...prefixes.map((product, index) => (supervised(index) ? product + 1 : unsupervised))],
      };
    },
    text: ({ factors, product }) => ({ prompt: [start, ...factors].join(' '), answer: product }),
    verify(problem) {
      const unknown = [...problem.factors, problem.product].find((factor) => !numberOf.has(factor));
      if (unknown !== undefined) {
        throw new TaskError('wrong-problem', `group-composition: expected elements of ${group.name}, given ${JSON.stringify(unknown)}`);
      }
      const expected = group.elements[productByHalves(group, elements(problem))]!;
      if (problem.product === expected) return;
      const given = `${problem.product} for ${problem.factors.join('∘')}`;
      throw new TaskError('wrong-problem', `group-composition: expected the product ${expected}, given ${given}`);
    },
  });
}

/**
 * The last factor alone, and the product modulo the commutator subgroup G′, which needs no order of the factors and is
 * right in one case of |G′|. Where G is abelian that is the whole answer, and where G′ = G it says nothing.
 */
function compositionShortcuts(
  group: Group,
  elements: (problem: GroupCompositionProblem) => number[],
): readonly Shortcut<GroupCompositionProblem>[] {
  const last = { name: 'the last factor', guess: (problem: GroupCompositionProblem) => [0, ...elements(problem).map((e) => e + 1)] };
  const commutators = commutatorSubgroup(group);
  if (commutators.length === 1 || commutators.length === group.order) return [last];
  const least = group.table.map((row) => Math.min(...commutators.map((commutator) => row[commutator]!)));
  const unordered = {
    name: 'the product of the factors in any order',
    guess: (problem: GroupCompositionProblem) => [0, ...prefixProducts(group, elements(problem)).map((product) => least[product]! + 1)],
  };
  return [last, unordered];
}

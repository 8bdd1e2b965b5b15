import { type Group, groupOf } from './groups.js';
import { TaskError } from './task-error.js';

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** Z_m: the integers modulo m under addition. */
export const cyclicGroup = (modulus: number): Group =>
  groupOf(
    `Z_${modulus}`,
    range(modulus).map((a) => range(modulus).map((b) => (a + b) % modulus)),
  );

/** S_n: all permutations of n letters; `231` sends 1 to 2, 2 to 3, 3 to 1, and (g∘h)(x) = g(h(x)). */
export const symmetricGroup = (letters: number): Group => permutationGroup(`S_${letters}`, permutations(letters));

/** A_n: the even permutations of n letters, written as those of S_n. */
export const alternatingGroup = (letters: number): Group =>
  permutationGroup(
    `A_${letters}`,
    permutations(letters).filter((permutation) => inversions(permutation) % 2 === 0),
  );

/** D_n: the 2n symmetries of a regular n-gon, rotations `r0` … and reflections `s0` …, with s_a = r_a∘s_0. */
export function dihedralGroup(corners: number): Group {
  const name = (element: number): string => `${element < corners ? 'r' : 's'}${element % corners}`;
  // r_a r_b = r_{a+b}, r_a s_b = s_{a+b}, s_a r_b = s_{a−b}, s_a s_b = r_{a−b}.
  const product = (a: number, b: number): number => {
    const turn = a < corners ? a + b : a - b + corners;
    return (((turn % corners) + corners) % corners) + (a < corners === b < corners ? 0 : corners);
  };
  const elements = range(2 * corners);
  return groupOf(
    `D_${corners}`,
    elements.map((a) => elements.map((b) => product(a, b))),
    elements.map(name),
  );
}

/** Pairs of elements, multiplied side by side. */
export function directProduct(first: Group, second: Group): Group {
  const elements = range(first.order * second.order);
  const parts = (element: number): readonly [number, number] => [Math.floor(element / second.order), element % second.order];
  const product = (a: number, b: number): number => {
    const [[a1, a2], [b1, b2]] = [parts(a), parts(b)];
    return first.table[a1]![b1]! * second.order + second.table[a2]![b2]!;
  };
  return groupOf(
    `${first.name} x ${second.name}`,
    elements.map((a) => elements.map((b) => product(a, b))),
    elements.map((element) => `(${first.elements[parts(element)[0]]},${second.elements[parts(element)[1]]})`),
  );
}

/** How a kind of group is made, and its order; larger ones than {@link largestOrder} are not built. */
const families = {
  Z: { make: cyclicGroup, order: (n: number) => n },
  S: { make: symmetricGroup, order: factorial },
  A: { make: alternatingGroup, order: (n: number) => Math.max(1, factorial(n) / 2) },
  D: { make: dihedralGroup, order: (n: number) => 2 * n },
} as const;

/** Associativity is checked on order³ triples: 720, the order of S_6, takes seconds. */
const largestOrder = 720;

/**
 * The group of a name: `Z_7`, `S_5`, `A_5`, `D_4` (of order 8), or a direct product such as `Z_2 x S_3`.
 * @throws {TaskError} `argument` for another name, or a group of more than 720 elements
 */
export const groupNamed = (name: string): Group =>
  factorsOf(name)
    .map(({ family, size }) => family.make(size))
    .reduce(directProduct);

/**
 * Elements of the group of a name, which is not built.
 * @throws {TaskError} as {@link groupNamed}
 */
export const groupOrder = (name: string): number => factorsOf(name).reduce((product, { family, size }) => product * family.order(size), 1);

/** The groups that a name multiplies. */
function factorsOf(name: string): { readonly family: (typeof families)[keyof typeof families]; readonly size: number }[] {
  const factors = name.split(/\s*[x×]\s*/).map((part) => {
    const [, family, size] = /^([ZSAD])_([1-9]\d{0,3})$/.exec(part.trim()) ?? [];
    if (family !== undefined) return { family: families[family as keyof typeof families], size: Number(size) };
    throw new TaskError('argument', `group: expected Z_m, S_n, A_n, D_n or a product such as "Z_2 x S_3", given ${JSON.stringify(name)}`);
  });
  const order = factors.reduce((product, { family, size }) => product * family.order(size), 1);
  if (order > largestOrder) {
    throw new TaskError('argument', `group: expected at most ${largestOrder} elements, given ${order} in ${JSON.stringify(name)}`);
  }
  return factors;
}

function factorial(n: number): number {
  return n <= 1 ? 1 : n * factorial(n - 1);
}

/** All permutations of 0 … n − 1 in lexicographic order, the identity first. */
function permutations(letters: number): number[][] {
  const extend = (start: readonly number[]): number[][] =>
    start.length === letters
      ? [[...start]]
      : range(letters)
          .filter((letter) => !start.includes(letter))
          .flatMap((letter) => extend([...start, letter]));
  return extend([]);
}

const inversions = (permutation: readonly number[]): number =>
  permutation.reduce((count, image, x) => count + permutation.slice(x + 1).filter((later) => later < image).length, 0);

function permutationGroup(name: string, elements: readonly (readonly number[])[]): Group {
  const written = elements.map((permutation) => permutation.map((image) => image + 1).join(''));
  const numberOf = new Map(written.map((text, element) => [text, element]));
  const compose = (g: readonly number[], h: readonly number[]): string => h.map((image) => g[image]! + 1).join('');
  return groupOf(
    name,
    elements.map((g) => elements.map((h) => numberOf.get(compose(g, h))!)),
    written,
  );
}

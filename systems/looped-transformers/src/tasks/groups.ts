import { TaskError } from './task-error.js';

/** A finite group. Elements are 0 … order − 1, the identity among them. */
export interface Group {
  readonly name: string;
  readonly order: number;
  /** How each element is written. */
  readonly elements: readonly string[];
  /** Row a, column b: a∘b. */
  readonly table: readonly (readonly number[])[];
  readonly identity: number;
  /** The inverse of every element. */
  readonly inverses: readonly number[];
}

/**
 * The group of a multiplication table.
 * @param elements how elements are written; their numbers without it
 * @throws {TaskError} `not-a-group`, naming the elements at which closure, identity, inverses or associativity fail
 */
export function groupOf(name: string, table: readonly (readonly number[])[], elements?: readonly string[]): Group {
  const order = table.length;
  const refuse = (message: string): TaskError => new TaskError('not-a-group', `group ${name}: ${message}`);
  const names = elements ?? table.map((_, element) => String(element));
  const written = (element: number): string => names[element]!;
  if (order === 0) throw refuse('expected at least one element, given none');
  if (names.length !== order || new Set(names).size !== order) {
    throw refuse(`expected ${order} different names of elements, given ${new Set(names).size}`);
  }
  for (const [a, row] of table.entries()) {
    if (row.length !== order) throw refuse(`expected ${order} products of ${written(a)}, given ${row.length}`);
    const outside = row.findIndex((product) => !Number.isInteger(product) || product < 0 || product >= order);
    if (outside >= 0) {
      throw refuse(`not closed: expected ${written(a)}∘${written(outside)} from 0 to ${order - 1}, given ${row[outside]}`);
    }
  }
  const identity = table.findIndex((row, e) => row.every((product, a) => product === a && table[a]![e] === a));
  if (identity < 0) throw refuse('expected an identity, found no element e with e∘a = a∘e = a for every a');
  const inverses = table.map((row, a) => row.findIndex((product, b) => product === identity && table[b]![a] === identity));
  const alone = inverses.indexOf(-1);
  if (alone >= 0) throw refuse(`expected an inverse of ${written(alone)}, found none`);
  const triple = associativityFailure(table);
  if (triple !== undefined) {
    const [a, b, c] = triple.map(written);
    const [left, right] = bothGroupings(table, triple).map(written);
    throw refuse(`not associative: (${a}∘${b})∘${c} = ${left} and ${a}∘(${b}∘${c}) = ${right}`);
  }
  return { name, order, elements: names, table, identity, inverses };
}

type Triple = readonly [number, number, number];

const bothGroupings = (table: readonly (readonly number[])[], [a, b, c]: Triple): readonly [number, number] => [
  table[table[a]![b]!]![c]!,
  table[a]![table[b]![c]!]!,
];

/** The first triple with (a∘b)∘c ≠ a∘(b∘c), by trying all order³ of them. */
function associativityFailure(table: readonly (readonly number[])[]): Triple | undefined {
  for (let a = 0; a < table.length; a++) {
    for (let b = 0; b < table.length; b++) {
      for (let c = 0; c < table.length; c++) {
        const [left, right] = bothGroupings(table, [a, b, c]);
        if (left !== right) return [a, b, c];
      }
    }
  }
  return undefined;
}

/** g₁∘…∘g_n from left to right; the identity where there are none. */
export const productOf = ({ table, identity }: Group, factors: readonly number[]): number =>
  factors.reduce((product, factor) => table[product]![factor]!, identity);

/** g₁, g₁∘g₂, …, g₁∘…∘g_n. */
export function prefixProducts({ table, identity }: Group, factors: readonly number[]): number[] {
  let product = identity;
  return factors.map((factor) => (product = table[product]![factor]!));
}

/** The same product, grouped as a balanced tree: every grouping agrees in a group. */
export function productByHalves(group: Group, factors: readonly number[]): number {
  if (factors.length <= 1) return factors[0] ?? group.identity;
  const middle = Math.ceil(factors.length / 2);
  return group.table[productByHalves(group, factors.slice(0, middle))]![productByHalves(group, factors.slice(middle))]!;
}

/** The subgroup that commutators a∘b∘a⁻¹∘b⁻¹ of the given elements generate, ascending. */
export function commutatorSubgroup(group: Group, within: readonly number[] = group.table.map((_, element) => element)): number[] {
  const { table, inverses, identity } = group;
  const generators = new Set<number>();
  for (const a of within) for (const b of within) generators.add(table[table[a]![b]!]![table[inverses[a]!]![inverses[b]!]!]!);
  const reached = new Set([identity]);
  // In a finite group products of generators reach inverses too.
  for (const element of reached) for (const generator of generators) reached.add(table[element]![generator]!);
  return [...reached].sort((a, b) => a - b);
}

/**
 * Whether repeated commutator subgroups end in the identity. Products in solvable groups are in TC⁰, within reach of
 * transformers of constant depth; for others, S₅ first, they are complete for NC¹ (Barrington, JCSS 38, 1989).
 */
export function isSolvable(group: Group): boolean {
  let subgroup = group.table.map((_, element) => element);
  for (;;) {
    const next = commutatorSubgroup(group, subgroup);
    if (next.length === 1) return true;
    if (next.length === subgroup.length) return false;
    subgroup = next;
  }
}

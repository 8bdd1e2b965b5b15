import { TheoryError } from './theory-error.js';

/** Row a, column b: the element a∘b. Elements are 0 … order − 1. */
export type MultiplicationTable = readonly (readonly number[])[];

/** a∘b as `a∘b`, by number. */
const refused = (message: string): TheoryError => new TheoryError('table', `multiplication table: ${message}`);

/**
 * The identity of a table that is square, closed and associative. Inverses are not asked for: what composes elements in
 * any grouping works for every monoid.
 * Throws TheoryError `table` that names the elements at fault.
 */
export function identityOf(table: MultiplicationTable): number {
  const order = table.length;
  if (order === 0) throw refused('expected at least one element, given none');
  for (const [a, row] of table.entries()) {
    if (row.length !== order) throw refused(`expected ${order} products of ${a}, given ${row.length}`);
    for (const [b, product] of row.entries()) {
      if (!Number.isInteger(product) || product < 0 || product >= order) {
        throw refused(`expected ${a}∘${b} to be an element from 0 to ${order - 1}, given ${product}`);
      }
    }
  }
  const identity = table.findIndex((row, e) => row.every((product, a) => product === a && table[a]![e] === a));
  if (identity < 0) throw refused('expected an identity, found no element e with e∘a = a∘e = a for every a');
  checkAssociative(table);
  return identity;
}

function checkAssociative(table: MultiplicationTable): void {
  for (const [a, row] of table.entries()) {
    for (const [b, ab] of row.entries()) {
      for (const [c, left] of table[ab]!.entries()) {
        const right = row[table[b]![c]!]!;
        if (left !== right) {
          throw refused(`expected (${a}∘${b})∘${c} = ${a}∘(${b}∘${c}), given ${left} and ${right}: it is not associative`);
        }
      }
    }
  }
}

/** The product of elements from left to right; the identity where there are none. */
export const productOf = (table: MultiplicationTable, elements: readonly number[]): number =>
  elements.reduce((product, element) => table[product]![element]!, identityOf(table));

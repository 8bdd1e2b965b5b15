import { randomKey } from '@sardonyx/data';
import { type Formula, parametersOf } from './formula.js';
import type { Question } from './question.js';

/**
 * The solution template of a question: a hash of the structure of the definitions that the query needs. It does not
 * depend on names, on the order of statements, on unneeded definitions, on the order of the terms of a sum, or on the values
 * of constants. 16 hexadecimal digits.
 *
 * By colour refinement (Weisfeiler and Leman, 1968): every needed parameter is coloured by its formula over the colours of
 * its operands and by the formulas that use it, again and again until no more colours appear. Questions that differ only
 * in what is listed above always get one template, so that none of them stands on the other side of a split; the
 * converse, different structures of one colouring, is harmless there.
 *
 * @param needed the parameters that the query needs, in any order
 */
export function templateOf({ definitions, query }: Question, needed: readonly string[]): string {
  const usersOf = new Map<string, string[]>(needed.map((name) => [name, []]));
  for (const name of needed) for (const part of parametersOf(definitions.get(name)!)) usersOf.get(part)!.push(name);
  const usesOf = needed.map((name) => usersOf.get(name)!.map((user) => [user, definitions.get(user)!] as const));
  let colours = new Map(needed.map((name) => [name, name === query ? 1 : 0]));
  const history: string[] = [];
  for (let distinct = 0; ; ) {
    const colourOf = (name: string): number => colours.get(name)!;
    const signatures = needed.map((name, index) => {
      const uses = usesOf[index]!.map(
        ([user, formula]) => `${colourOf(user)}=${shape(formula, (part) => (part === name ? '*' : colourOf(part)))}`,
      );
      return [colourOf(name), shape(definitions.get(name)!, colourOf), ...uses.sort()].join('|');
    });
    // A colour is the rank of its signature, which names do not change.
    const sorted = [...signatures].sort();
    history.push(sorted.join(' '));
    const ranks = new Map([...new Set(sorted)].map((signature, rank) => [signature, rank]));
    colours = new Map(needed.map((name, index) => [name, ranks.get(signatures[index]!)!]));
    if (ranks.size === distinct) break;
    distinct = ranks.size;
  }
  return randomKey(0, history.join('\n'))
    .map((word) => word.toString(16).padStart(8, '0'))
    .join('');
}

/** A formula with its parameters replaced by colours, its constants by one letter and the terms of its sums in order. */
function shape(formula: Formula, colourOf: (name: string) => number | string): string {
  switch (formula.kind) {
    case 'constant':
      return 'c';
    case 'parameter':
      return `<${colourOf(formula.name)}>`;
    case 'sum':
      return `(${formula.terms
        .map((term) => shape(term, colourOf))
        .sort()
        .join('+')})`;
    case 'difference':
      return `(${shape(formula.left, colourOf)}-${shape(formula.right, colourOf)})`;
    case 'multiple':
      return `${formula.factor}${shape(formula.of, colourOf)}`;
  }
}

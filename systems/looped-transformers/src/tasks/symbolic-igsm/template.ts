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
  let colours = new Map(needed.map((name) => [name, name === query ? 'query' : '']));
  for (let distinct = 0; ; ) {
    const colourOf = (name: string): string => colours.get(name)!;
    const next = needed.map((name) => {
      const uses = usersOf
        .get(name)!
        .map((user) => `${colourOf(user)}=${shape(definitions.get(user)!, (part) => (part === name ? '*' : colourOf(part)))}`);
      return [name, hashOf([colourOf(name), shape(definitions.get(name)!, colourOf), ...uses.sort()].join('|'))] as const;
    });
    colours = new Map(next);
    const now = new Set(colours.values()).size;
    if (now === distinct) break;
    distinct = now;
  }
  return hashOf([...colours.values()].sort().join(' '));
}

/** A formula with its parameters replaced by colours, its constants by one letter and the terms of its sums in order. */
function shape(formula: Formula, colourOf: (name: string) => string): string {
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

const hashOf = (text: string): string =>
  randomKey(0, text)
    .map((word) => word.toString(16).padStart(8, '0'))
    .join('');

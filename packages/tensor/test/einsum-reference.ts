import type { HostArray } from './conformance/case.js';
import { build, indicesOf } from './conformance/reference.js';

/**
 * Einstein summation by its definition: for every output index the sum, over all values of the other labels, of the
 * products of the elements. Labels are letters; the axes of an ellipsis get capital letters.
 */
export function einsumByLoops(equation: string, inputs: readonly HostArray[]): HostArray {
  const [left, right] = equation.split('->');
  const terms = left!.split(',').map((term, i) => withoutEllipsis(term, inputs[i]!.shape.length));
  const covered = Math.max(...left!.split(',').map((term, i) => coveredBy(term, inputs[i]!.shape.length)));
  const output =
    right === undefined
      ? implied(terms, covered)
      : withoutEllipsis(right, right.replace('...', '').length + (right.includes('...') ? covered : 0));

  const sizes = new Map<string, number>();
  terms.forEach((term, i) =>
    [...term].forEach((label, axis) => {
      const n = inputs[i]!.shape[axis]!;
      if (n !== 1 || !sizes.has(label)) sizes.set(label, n);
    }),
  );
  const summed = [...sizes.keys()].filter((label) => !output.includes(label));
  const shape = (labels: Iterable<string>) => Array.from(labels, (label) => sizes.get(label)!);
  return build(inputs[0]!.dtype, shape(output), (index) => {
    let total = 0;
    for (const rest of indicesOf(shape(summed))) {
      const valueOf = (label: string) => (output.includes(label) ? index[output.indexOf(label)]! : rest[summed.indexOf(label)]!);
      total += terms.reduce((product, term, i) => product * element(inputs[i]!, [...term].map(valueOf)), 1);
    }
    return total;
  });
}

function element({ shape, data }: HostArray, index: readonly number[]): number {
  return data[shape.reduce((flat, n, axis) => flat * n + (n === 1 ? 0 : index[axis]!), 0)]!;
}

const coveredBy = (term: string, rank: number): number => (term.includes('...') ? rank - term.replace('...', '').length : 0);

/** `...ab` for rank 4 becomes `QPab`: the last axis covered is P. */
const withoutEllipsis = (term: string, rank: number): string =>
  term.replace('...', [...'PQRS'].slice(0, coveredBy(term, rank)).reverse().join(''));

function implied(terms: readonly string[], covered: number): string {
  const all = terms.join('');
  const once = [...new Set(all)].filter((label) => label >= 'a' && all.indexOf(label) === all.lastIndexOf(label));
  return [...'PQRS'].slice(0, covered).reverse().join('') + once.sort().join('');
}

import { operatorError, ShapeError } from '../core/errors.js';
import { formatShape, type Shape } from '../core/shape.js';

/** An einsum equation applied to operands of known shapes. Labels are letters, or `…k` for the axes an ellipsis covers. */
export interface Equation {
  /** One label per axis of every operand; a repeated label means a diagonal. */
  readonly operands: readonly (readonly string[])[];
  readonly output: readonly string[];
  /** The size each label runs over; axes of size 1 are broadcast to it. */
  readonly sizes: ReadonlyMap<string, number>;
}

/**
 * NumPy's einsum notation, `ij,jk->ik`: axes with one label are multiplied together, labels missing in the output summed.
 * Without `->` the output has the labels that occur once, in alphabetical order, behind the axes of the ellipsis.
 * An ellipsis covers the axes without labels, which broadcast like those of any operator.
 */
export function parseEquation(text: string, shapes: readonly Shape[]): Equation {
  const fail = (message: string) => operatorError(ShapeError, 'einsum', `equation "${text}" ${message}`);
  const [left, right, ...more] = text.replaceAll(/\s/g, '').split('->');
  const terms = left!.split(',');
  const strange = /[^A-Za-z.]/.exec(`${terms.join('')}${right ?? ''}`)?.[0];
  if (strange || more.length > 0) {
    throw fail(strange ? `holds "${strange}"; labels are letters` : 'holds more than one "->"');
  }
  if (terms.length !== shapes.length) {
    throw fail(`names ${terms.length} operands, given ${shapes.length}`);
  }
  const covered = terms.map((term, i) => coveredAxes(term, shapes[i]!, fail));
  const ellipsis = ellipsisLabels(Math.max(...covered));
  const operands = terms.map((term, i) => labelsOf(term, ellipsis.slice(ellipsis.length - covered[i]!), fail));
  const output = right === undefined ? implicitOutput(operands, ellipsis) : labelsOf(right, ellipsis, fail);

  if (right !== undefined && !right.includes('...') && ellipsis.length > 0) {
    throw fail(`leaves the axes of the ellipsis out of the output; write "..." there or sum them first`);
  }
  const sizes = sizesOf(operands, shapes, fail);
  output.forEach((label, i) => {
    if (!sizes.has(label)) throw fail(`has "${label}" in the output but in no operand`);
    if (output.indexOf(label) !== i) throw fail(`has "${label}" twice in the output`);
  });
  return { operands, output, sizes };
}

type Fail = (message: string) => Error;

/** How many axes the ellipsis of a term stands for. */
function coveredAxes(term: string, shape: Shape, fail: Fail): number {
  const letters = term.replaceAll('.', '').length;
  const covered = shape.length - letters;
  if (term.includes('...') ? covered < 0 : covered !== 0) {
    throw fail(`gives "${term}" ${letters} labels for a tensor of shape ${formatShape(shape)}`);
  }
  return covered;
}

/** Labels of the axes an ellipsis covers, counted from the last. */
const ellipsisLabels = (count: number): string[] => Array.from({ length: count }, (_, i) => `…${count - 1 - i}`);

function labelsOf(term: string, ellipsis: readonly string[], fail: Fail): string[] {
  const parts = term.split('...');
  if (parts.length > 2 || parts.some((part) => part.includes('.'))) {
    throw fail(`has stray dots in "${term}"; an ellipsis is "...", once in each term`);
  }
  const [before, after] = parts as [string, string?];
  return after === undefined ? [...before] : [...before, ...ellipsis, ...after];
}

function implicitOutput(operands: readonly (readonly string[])[], ellipsis: readonly string[]): string[] {
  const all = operands.flat().filter((label) => !label.startsWith('…'));
  const once = all.filter((label) => all.indexOf(label) === all.lastIndexOf(label));
  return [...ellipsis, ...once.sort()];
}

function sizesOf(operands: readonly (readonly string[])[], shapes: readonly Shape[], fail: Fail): Map<string, number> {
  const sizes = new Map<string, number>();
  operands.forEach((labels, i) => {
    labels.forEach((label, axis) => {
      const n = shapes[i]![axis]!;
      const known = sizes.get(label) ?? 1;
      if (known !== 1 && n !== 1 && n !== known) {
        throw fail(`gives "${label}" the sizes ${known} and ${n} in shapes ${shapes.map(formatShape).join(' and ')}`);
      }
      sizes.set(label, known === 1 ? n : known);
    });
  });
  return sizes;
}

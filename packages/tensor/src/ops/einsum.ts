import { isFloat } from '../core/dtype.js';
import { operatorError, ShapeError } from '../core/errors.js';
import type { Tensor } from '../core/tensor.js';
import { mul } from './arithmetic.js';
import { broadcastTo, sum } from './broadcast.js';
import { commonDType, numeric } from './checks.js';
import { diagonal } from './diagonal.js';
import { parseEquation } from './einsum-equation.js';
import { matmul } from './matmul.js';
import { reshape, transpose } from './structure.js';

/** A tensor whose axes have labels, all different. */
interface Term {
  readonly tensor: Tensor;
  readonly labels: readonly string[];
}

/**
 * Products and sums over labelled axes in NumPy's notation: `einsum('bik,bkj->bij', a, b)`. Repeated labels of one operand
 * take its diagonal, labels missing in the output are summed, `...` stands for axes that broadcast, without `->` the
 * output has the labels that occur once in alphabetical order. Axes of size 1 broadcast.
 *
 * It becomes products, sums and at most one matrix product for each further operand; of three operands or more, those whose
 * product takes the fewest multiplications are taken together first.
 *
 * Throws ShapeError where the equation is malformed or does not fit the shapes, DTypeError where dtypes differ.
 */
export function einsum(equation: string, ...operands: Tensor[]): Tensor {
  if (operands.length === 0) throw operatorError(ShapeError, 'einsum', 'expected at least one tensor, given none');
  commonDType('einsum', operands, numeric);
  const {
    operands: labels,
    output,
    sizes,
  } = parseEquation(
    equation,
    operands.map((x) => x.shape),
  );
  const sizeOf = (label: string): number => sizes.get(label)!;
  const needed = (others: readonly Term[]) => new Set([...output, ...others.flatMap((term) => term.labels)]);

  let terms = operands.map((tensor, i) => dropBroadcastAxes(takeDiagonals({ tensor, labels: labels[i]! }), sizeOf));
  terms = terms.map((term, i) => sumUnneeded(term, needed(terms.toSpliced(i, 1))));
  while (terms.length > 1) {
    const [i, j] = cheapestPair(terms, sizeOf, needed);
    const rest = terms.filter((_, k) => k !== i && k !== j);
    const product = contract(terms[i]!, terms[j]!, needed(rest), rest.length === 0 ? output : undefined);
    terms = [...rest, product];
  }
  return arrange(terms[0]!, output);
}

/** Axes with the same label become one, their diagonal. */
function takeDiagonals(term: Term): Term {
  const { tensor, labels } = term;
  const second = labels.findIndex((label, axis) => labels.indexOf(label) !== axis);
  if (second === -1) return term;
  const label = labels[second]!;
  const first = labels.indexOf(label);
  const [n, m] = [tensor.shape[first]!, tensor.shape[second]!];
  // An axis of size 1 runs along with the other one.
  const square = n === m ? tensor : broadcastTo(tensor, tensor.shape.with(first, Math.max(n, m)).with(second, Math.max(n, m)));
  const rest = labels.filter((_, axis) => axis !== first && axis !== second);
  return takeDiagonals({ tensor: diagonal(square, { axes: [first, second] }), labels: [...rest, label] });
}

/** Without the axes of size 1 that other operands make longer: multiplication broadcasts over them. */
function dropBroadcastAxes({ tensor, labels }: Term, sizeOf: (label: string) => number): Term {
  const kept = labels.flatMap((label, axis) => (tensor.shape[axis] === sizeOf(label) ? [axis] : []));
  return {
    tensor: reshape(
      tensor,
      kept.map((axis) => tensor.shape[axis]!),
    ),
    labels: kept.map((axis) => labels[axis]!),
  };
}

function sumUnneeded({ tensor, labels }: Term, needed: ReadonlySet<string>): Term {
  const axes = labels.flatMap((label, axis) => (needed.has(label) ? [] : [axis]));
  return { tensor: sum(tensor, axes), labels: labels.filter((label) => needed.has(label)) };
}

/** The two terms whose product takes the fewest multiplications; among equals the one with the smallest result. */
function cheapestPair(
  terms: readonly Term[],
  sizeOf: (label: string) => number,
  needed: (others: readonly Term[]) => ReadonlySet<string>,
): [number, number] {
  const product = (labels: Iterable<string>) => [...labels].reduce((total, label) => total * sizeOf(label), 1);
  let best: { pair: [number, number]; work: number; size: number } | undefined;
  for (let i = 0; i < terms.length; i++) {
    for (let j = i + 1; j < terms.length; j++) {
      const labels = new Set([...terms[i]!.labels, ...terms[j]!.labels]);
      const kept = needed(terms.filter((_, k) => k !== i && k !== j));
      const work = product(labels);
      const size = product([...labels].filter((label) => kept.has(label)));
      if (!best || work < best.work || (work === best.work && size < best.size)) best = { pair: [i, j], work, size };
    }
  }
  return best!.pair;
}

/** The product of two terms, summed over the labels that nothing needs any more. */
function contract(a: Term, b: Term, needed: ReadonlySet<string>, output: readonly string[] | undefined): Term {
  const shared = a.labels.filter((label) => b.labels.includes(label));
  const batch = shared.filter((label) => needed.has(label));
  const inner = shared.filter((label) => !needed.has(label));
  const hasRows = a.labels.length > shared.length || b.labels.length > shared.length;
  if (inner.length === 0) return multiply(a, b, output);
  // Many scalar products: two passes over the elements are faster than as many tiny matrix products.
  if (!hasRows && batch.length > 0) return sumUnneeded(multiply(a, b, undefined), needed);
  return matrixProduct(a, b, inner, batch, output);
}

/** Element-by-element product over the labels of both. */
function multiply(a: Term, b: Term, output: readonly string[] | undefined): Term {
  const all = [...new Set([...a.labels, ...b.labels])];
  const labels = output?.filter((label) => all.includes(label)) ?? all;
  const aligned = ({ tensor, labels: own }: Term) => {
    const order = labels.filter((label) => own.includes(label));
    const arranged = arrange({ tensor, labels: own }, order);
    return reshape(
      arranged,
      labels.map((label) => (own.includes(label) ? tensor.shape[own.indexOf(label)]! : 1)),
    );
  };
  return { tensor: mul(aligned(a), aligned(b)), labels };
}

/** One term as a batch of matrices: its labels in order, the inner ones before or after the rows. */
interface Matrices {
  readonly term: Term;
  readonly rows: readonly string[];
  readonly innerFirst: boolean;
  readonly labels: readonly string[];
}

interface Layout {
  readonly left: Matrices;
  readonly right: Matrices;
  readonly result: readonly string[];
}

function matrixProduct(a: Term, b: Term, inner: readonly string[], batch: readonly string[], output: readonly string[] | undefined): Term {
  const sizes = new Map<string, number>();
  for (const { tensor, labels } of [a, b]) labels.forEach((label, axis) => sizes.set(label, tensor.shape[axis]!));
  const count = (labels: readonly string[]) => labels.reduce((total, label) => total * sizes.get(label)!, 1);

  const layouts = layoutsOf(a, b, inner, batch, output);
  const costs = layouts.map((layout) => elementsMoved(layout, count, output));
  const { left, right, result } = layouts[costs.indexOf(Math.min(...costs))]!;
  const batches = batch.length > 0 ? [count(batch)] : [];
  const matrices = ({ term, rows, labels, innerFirst }: Matrices) => {
    const sides = [count(rows), count(inner)];
    return reshape(arrange(term, labels), [...batches, ...(innerFirst ? sides.reverse() : sides)]);
  };
  const product = matmul(matrices(left), matrices(right), {
    transposeA: left.innerFirst,
    transposeB: !right.innerFirst,
  });
  return {
    tensor: reshape(
      product,
      result.map((label) => sizes.get(label)!),
    ),
    labels: result,
  };
}

/**
 * The ways to write a product as a batched matrix product: either term on the left, batch and inner axes in the order of
 * either term or of the output, rows in the order of their term or of the output.
 */
function layoutsOf(a: Term, b: Term, inner: readonly string[], batch: readonly string[], output: readonly string[] | undefined): Layout[] {
  const ordered = (order: readonly string[], labels: readonly string[]) => order.filter((label) => labels.includes(label));
  const orders = [a.labels, b.labels, ...(output ? [output] : [])];
  const rowsOf = (term: Term) => term.labels.filter((label) => !batch.includes(label) && !inner.includes(label));
  const sides = [
    [a, b],
    [b, a],
  ] as const;
  return sides.flatMap(([left, right]) =>
    orders.flatMap((batchOrder) =>
      [a.labels, b.labels].flatMap((innerOrder) =>
        (output ? [output, undefined] : [undefined]).map((rowOrder) => {
          const batches = ordered(batchOrder, batch);
          const inners = ordered(innerOrder, inner);
          const [rows, columns] = [left, right].map((term) => ordered(rowOrder ?? term.labels, rowsOf(term))) as [string[], string[]];
          return {
            left: matricesOf(left, batches, rows, inners, false),
            right: matricesOf(right, batches, columns, inners, true),
            result: [...batches, ...rows, ...columns],
          };
        }),
      ),
    ),
  );
}

/** Rows and inner axes in the cheaper order; the one the product takes untransposed where both cost the same. */
function matricesOf(
  term: Term,
  batch: readonly string[],
  rows: readonly string[],
  inner: readonly string[],
  innerFirstUntransposed: boolean,
): Matrices {
  const order = (innerFirst: boolean) => [...batch, ...(innerFirst ? [...inner, ...rows] : [...rows, ...inner])];
  const cost = (innerFirst: boolean) => costOfMoving(term.labels, order(innerFirst));
  const transposed = cost(!innerFirstUntransposed) < cost(innerFirstUntransposed);
  // Only products of floating-point matrices absorb transposes.
  const innerFirst = transposed && isFloat(term.tensor.dtype) ? !innerFirstUntransposed : innerFirstUntransposed;
  return { term, rows, innerFirst, labels: order(innerFirst) };
}

/** The work of all transposes of a layout, in elements. */
function elementsMoved(
  { left, right, result }: Layout,
  count: (labels: readonly string[]) => number,
  output: readonly string[] | undefined,
): number {
  const moved = (from: readonly string[], to: readonly string[]) => costOfMoving(from, to) * count(from);
  return moved(left.term.labels, left.labels) + moved(right.term.labels, right.labels) + (output ? moved(result, output) : 0);
}

/** Transposes that keep the last axis copy runs of elements; others take the same time at best and five times it at worst. */
const costOfMoving = (from: readonly string[], to: readonly string[]): number =>
  sameOrder(from, to) ? 0 : from.at(-1) === to.at(-1) ? 1 : 2;

const sameOrder = (a: readonly string[], b: readonly string[]): boolean => a.every((label, i) => label === b[i]);

/** The axes in the order of `labels`. */
const arrange = ({ tensor, labels }: Term, order: readonly string[]): Tensor =>
  transpose(
    tensor,
    order.map((label) => labels.indexOf(label)),
  );

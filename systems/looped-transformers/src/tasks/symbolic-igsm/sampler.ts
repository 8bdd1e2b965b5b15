import type { RandomStream } from '@sardonyx/data';
import { TaskError } from '../task-error.js';
import { type Formula, operationsOf, parameter, parametersOf } from './formula.js';
import type { Question } from './question.js';
import { drawWithoutRepetition, shuffled } from '../random-order.js';
import { drawStructureGraph, type StructureShape } from './structure-graph.js';

/** What a formula of several parameters is: their sum, twice their sum, or the difference of two. */
export const formulaForms = ['sum', 'double', 'difference'] as const;
export type FormulaForm = (typeof formulaForms)[number];

/** What questions are drawn. */
export interface QuestionShape extends StructureShape {
  readonly modulus: number;
  /** Share of the definitions that are constants whatever could be used; the others may be as well. */
  readonly constants: number;
  /** Parameters in a formula, at most; 0 for constants alone. */
  readonly maxOperands: number;
  /** What several parameters make, sums at least; two of them can make a difference. */
  readonly forms: readonly FormulaForm[];
  /** In any order, or each after those it is made of. */
  readonly statements: 'shuffled' | 'ordered';
  /** Arithmetic operations that the query needs, at least and at most. */
  readonly minOperations: number;
  readonly maxOperations: number;
}

/** Letters set aside for the items of a level: four in the paper's example, A–D, E–H, I–L and M–P. */
export const lettersPerLevel = ({ maxItems }: Pick<StructureShape, 'maxItems'>): number => Math.max(4, maxItems);

const attempts = 1000;

/**
 * A question over the edges of a random structure graph: the edges in a random order, each defined by earlier ones, a query
 * that needs as many operations as asked for, and the statements shuffled where the shape says so. What the query does not need distracts.
 * @throws {TaskError} `exhausted` where questions of so many operations are too rare
 */
export function drawQuestion(stream: RandomStream, shape: QuestionShape): Question {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const names = shuffled(
      stream,
      drawStructureGraph(stream, shape).map((edge) => nameOf(edge, shape)),
    );
    const formulas = names.map((_, index) => drawFormula(stream, names.slice(0, index), shape));
    const definitions = new Map(names.map((name, index) => [name, formulas[index]!]));
    const query = shuffled(stream, names).find((name) => {
      const operations = neededOperations(definitions, name);
      return operations >= shape.minOperations && operations <= shape.maxOperations;
    });
    if (query === undefined) continue;
    const written = shape.statements === 'ordered' ? inOrder(stream, definitions) : shuffled(stream, [...definitions]);
    return { definitions: new Map(written), query };
  }
  const { minOperations, maxOperations } = shape;
  throw new TaskError(
    'exhausted',
    `i-GSM: found no question of ${minOperations} to ${maxOperations} operations in ${attempts} draws; widen the range or raise maxEdges`,
  );
}

/** A random one of the orders in which every definition comes after those it uses: what is ready is drawn, again and again. */
function inOrder(stream: RandomStream, definitions: ReadonlyMap<string, Formula>): [string, Formula][] {
  const waiting = new Map(definitions);
  return Array.from(definitions, () => {
    const ready = [...waiting].filter(([, formula]) => parametersOf(formula).every((part) => !waiting.has(part)));
    const next = ready[stream.integer(ready.length)]!;
    waiting.delete(next[0]);
    return next;
  });
}

function nameOf({ level, parent, child }: ReturnType<typeof drawStructureGraph>[number], shape: QuestionShape): string {
  const letter = (level: number, item: number): string => String.fromCharCode(65 + level * lettersPerLevel(shape) + item);
  return `${letter(level, parent)}#${letter(level + 1, child)}`;
}

/** A constant where nothing is defined yet; else one to three earlier parameters, copied, added, subtracted or doubled. */
function drawFormula(stream: RandomStream, earlier: readonly string[], { modulus, constants, maxOperands, forms }: QuestionShape): Formula {
  const constant = (): Formula => ({ kind: 'constant', value: stream.integer(modulus) });
  if (earlier.length === 0 || maxOperands === 0 || (constants > 0 && stream.uniform() < constants)) return constant();
  const count = 1 + stream.integer(Math.min(maxOperands, earlier.length));
  const terms = drawWithoutRepetition(stream, earlier, count).map(parameter);
  if (count === 1) return stream.integer(2) === 0 ? constant() : terms[0]!;
  const sum: Formula = { kind: 'sum', terms };
  const made: Record<FormulaForm, Formula> = {
    sum,
    double: { kind: 'multiple', factor: 2, of: sum },
    difference: { kind: 'difference', left: terms[0]!, right: terms[1]! },
  };
  const possible = formulaForms.filter((form) => forms.includes(form) && (form !== 'difference' || count === 2));
  return made[possible[stream.integer(possible.length)]!];
}

function neededOperations(definitions: ReadonlyMap<string, Formula>, query: string): number {
  const needed = new Set([query]);
  for (const name of needed) for (const part of parametersOf(definitions.get(name)!)) needed.add(part);
  return [...needed].reduce((total, name) => total + operationsOf(definitions.get(name)!), 0);
}

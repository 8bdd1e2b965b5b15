import { TaskError } from '../task-error.js';
import { type Formula, operationsOf, parametersOf, printFormula, valueOf } from './formula.js';

/** Definitions in the order they are written, and the parameter whose value is asked for. */
export interface Question {
  readonly definitions: ReadonlyMap<string, Formula>;
  readonly query: string;
}

/** A parameter and its value. */
export interface SolutionStep {
  readonly parameter: string;
  readonly value: number;
}

/** A question as text: `E#I := 4. E#J := E#I. E#J?` */
export const printQuestion = ({ definitions, query }: Question): string =>
  [...Array.from(definitions, ([name, formula]) => `${name} := ${printFormula(formula)}.`), `${query}?`].join(' ');

/**
 * Values of the parameters that the query needs, each after those it is made of: the order in which evaluation from
 * the query, operand by operand, finishes them. The query is last.
 * @throws {TaskError} `cycle`, `undefined-parameter`
 */
export function solve({ definitions, query }: Question, modulus: number): SolutionStep[] {
  const values = new Map<string, number>();
  const path: string[] = [];
  const visit = (name: string): void => {
    if (values.has(name)) return;
    if (path.includes(name)) {
      const cycle = [...path.slice(path.indexOf(name)), name].join(' → ');
      throw new TaskError('cycle', `i-GSM: expected definitions without a cycle, given ${cycle}; define one of them by others`);
    }
    const formula = definitions.get(name);
    if (formula === undefined) {
      const user = path.at(-1);
      const where = user === undefined ? 'which is asked for' : `which ${user} uses`;
      throw new TaskError('undefined-parameter', `i-GSM: expected a definition of ${name}, ${where}, found none; add "${name} := …."`);
    }
    path.push(name);
    for (const part of parametersOf(formula)) visit(part);
    path.pop();
    values.set(
      name,
      valueOf(formula, (part) => values.get(part)!, modulus),
    );
  };
  visit(query);
  return Array.from(values, ([parameter, value]) => ({ parameter, value }));
}

/**
 * Values of all parameters, needed or not: whatever is ready is evaluated until nothing is left (Kahn's algorithm).
 * @throws {TaskError} `cycle` or `undefined-parameter`, naming parameters that never became ready
 */
export function solveInTopologicalOrder({ definitions }: Question, modulus: number): Map<string, number> {
  const values = new Map<string, number>();
  const waitsFor = new Map(Array.from(definitions, ([name, formula]) => [name, new Set(parametersOf(formula))] as const));
  const usersOf = new Map<string, string[]>();
  for (const [name, parts] of waitsFor) for (const part of parts) usersOf.set(part, [...(usersOf.get(part) ?? []), name]);
  const ready = [...waitsFor].filter(([, parts]) => parts.size === 0).map(([name]) => name);
  for (const name of ready) {
    values.set(
      name,
      valueOf(definitions.get(name)!, (part) => values.get(part)!, modulus),
    );
    for (const user of usersOf.get(name) ?? []) {
      waitsFor.get(user)!.delete(name);
      if (waitsFor.get(user)!.size === 0) ready.push(user);
    }
  }
  if (values.size === definitions.size) return values;
  const stuck = [...definitions.keys()].filter((name) => !values.has(name));
  const missing = [...usersOf.keys()].find((name) => !definitions.has(name));
  const reason = missing === undefined ? 'they wait for each other' : `${missing} is not defined`;
  throw new TaskError(
    missing === undefined ? 'cycle' : 'undefined-parameter',
    `i-GSM: expected every parameter to become known, ${stuck.join(', ')} never do: ${reason}`,
  );
}

/** Arithmetic operations in the definitions of these parameters. */
export const operationCount = ({ definitions }: Question, parameters: readonly string[]): number =>
  parameters.reduce((total, name) => total + operationsOf(definitions.get(name)!), 0);

/** Definitions on the longest way from the query to a constant, the query's own not counted. */
export function depthOf({ definitions, query }: Question): number {
  const depths = new Map<string, number>();
  const depth = (name: string): number => {
    const known = depths.get(name);
    if (known !== undefined) return known;
    const below = parametersOf(definitions.get(name)!).map((part) => 1 + depth(part));
    depths.set(name, Math.max(0, ...below));
    return depths.get(name)!;
  };
  return depth(query);
}

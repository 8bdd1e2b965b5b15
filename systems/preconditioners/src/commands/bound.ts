import { type BoundReport, violations } from '../bounds/regret-meter.js';
import { defineCommand, readJsonFile } from '@sardonyx/study';
import { z } from 'zod';
import { PreconditionerError } from '../errors.js';
import type { PreconditionerSet } from '../preconditioner-set.js';
import type { OnlineLosses } from '../problems/online-losses.js';
import { runOnline } from '../problems/online-run.js';
import { diagonalSet, fullSet, leftSet, rightSet, scalarSet } from '../sets/standard-sets.js';
import { badInput } from './bad-input.js';
import { describedLosses, problemDescription, type ProblemDescription } from './problem-description.js';
import { describedSet } from './set-description.js';

/** Regret and bounds of every set asked for. */
async function meteredSets(problem: ProblemDescription, path: string): Promise<[set: string, BoundReport[]][]> {
  const losses = await describedLosses(problem, path);
  const { rows, columns } = losses;
  const d = rows * columns;
  const sets =
    problem.set === undefined
      ? [scalarSet(d), diagonalSet(d), fullSet(d), leftSet(rows, columns), rightSet(rows, columns)]
      : [describedSet(problem.set)];
  const all: [string, BoundReport[]][] = [];
  for (const set of sets) all.push([set.name, await metered(problem, losses, set)]);
  return all;
}

async function metered(problem: ProblemDescription, losses: OnlineLosses, set: PreconditionerSet): Promise<BoundReport[]> {
  if (set.dimension !== losses.rows * losses.columns) {
    throw new PreconditionerError(
      'shape',
      `set: expected one on ${losses.rows} × ${losses.columns} = ${losses.rows * losses.columns} parameters, got ${set.dimension}`,
    );
  }
  const point = (name: 'star' | 'x0'): Float64Array | undefined => {
    const given = problem[name];
    if (given === undefined || given.length === set.dimension) return given && Float64Array.from(given);
    throw new PreconditionerError('shape', `${name}: expected ${set.dimension} numbers, got ${given.length}`);
  };
  const [star, start] = [point('star'), point('x0')];
  const { reports } = await runOnline({
    set,
    losses,
    rounds: problem.rounds,
    epsilon: problem.epsilon,
    beta2: problem.beta2,
    ...(problem.learningRate !== undefined && { learningRate: problem.learningRate }),
    ...(problem.domain !== 'none' && { domainRadius: problem.domain.radius }),
    ...(start !== undefined && { start }),
    ...((star !== undefined || problem.type === 'quadratic') && { star: star ?? new Float64Array(set.dimension) }),
  });
  return reports;
}

/** Runs a method on a problem and prints its regret beside every bound. */
export const bound = defineCommand({
  name: 'bound',
  summary: 'realised regret, every bound and their ratio on a problem; fails where a ratio exceeds 1',
  arguments: [
    {
      name: 'file',
      summary: 'problem.json: type, shape, data, and optionally set, x0, learningRate, epsilon, beta2, domain, star, rounds',
    },
  ],
  examples: ['bound problem.json', 'bound problem.json --json'],
  params: z.object({}),
  async run(ctx) {
    const path = ctx.arguments[0]!;
    const problem = await readJsonFile(path, problemDescription);
    const all = await meteredSets(problem, path).catch((cause: unknown) => {
      throw badInput(path, cause);
    });
    for (const [set, { name, realised, bound, ratio, notApplicable }] of all.flatMap(([set, reports]) =>
      reports.map((report) => [set, report] as const),
    )) {
      const label = `${set}: ${name}`.padEnd(40);
      if (ctx.json) ctx.print(JSON.stringify({ set, name, realised, bound, ratio, notApplicable }));
      else if (notApplicable === '')
        ctx.print(
          `${label} realised ${realised.toPrecision(6).padStart(12)}   bound ${bound.toPrecision(6).padStart(12)}   ratio ${ratio.toPrecision(4)}`,
        );
      else ctx.print(`${label} ${notApplicable}`);
    }
    const broken = violations(all.flatMap(([, reports]) => reports));
    if (broken.length === 0) return;
    throw new Error(
      `bound: expected no ratio above 1, got ${broken.map(({ name, ratio }) => `${ratio} for ${name}`).join(', ')}; the losses are not convex, or this is a bug`,
    );
  },
});

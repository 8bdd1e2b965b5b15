import { z } from 'zod';
import type { ProblemOf, TaskName } from './registry.js';

/* How the problems of every task stand in a file. */

const solvedQuestion = z.object({ question: z.string(), answer: z.string().regex(/^\d+$/, 'expected digits') });

const count = z.int().min(0);

const solutionStep = z.object({ parameter: z.string(), value: count });

/** The schema of every task's problems. */
export const problemFormats = {
  addition: z.object({ prompt: z.string(), answer: z.string() }),
  'p-hop': z.object({
    sequence: z.string().regex(/^[a-z]+$/, 'expected letters from a to z'),
    hops: z.int().min(1),
    chain: z.array(z.int().min(1)),
    answer: z.string().length(1),
  }),
  'group-composition': z.object({ factors: z.array(z.string()).min(1), product: z.string() }),
  'symbolic-igsm': z.object({
    question: z.string(),
    answer: count,
    solution: z.array(solutionStep),
    operations: count,
    depth: count,
    template: z.string(),
    further: z.array(solutionStep).default([]),
  }),
  'variable-assignment': solvedQuestion.extend({ shots: z.array(solvedQuestion) }),
} satisfies { readonly [Name in TaskName]: z.ZodType<ProblemOf<Name>> };

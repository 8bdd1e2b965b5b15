import { schemaProblems } from '@sardonyx/study/schema-problems';
import { z } from 'zod';
import { additionDefaults } from './addition.js';
import { groupCompositionDefaults } from './group-composition.js';
import { pHopDefaults } from './p-hop.js';
import type { OptionsOf, TaskName } from './registry.js';
import { igsmDefaults } from './symbolic-igsm/igsm.js';
import { notations } from './symbolic-igsm/notation.js';
import { formulaForms } from './symbolic-igsm/sampler.js';
import { TaskError } from './task-error.js';
import { defaultHeldOut, largestHeldOut } from './task-options.js';
import { variableAssignmentDefaults } from './variable-assignment.js';

/*
 * The options of the tasks as schemas: for flags, forms, files and their documentation. What depends on several options at
 * once, a task itself checks.
 */

const heldOut = z
  .number()
  .min(0)
  .max(largestHeldOut)
  .default(defaultHeldOut)
  .describe('share of all problems in each of validation and test; 0 lets training meet the problems of the test');

const counts = z.array(z.int().min(1).max(65_536)).min(1);

const supervise = z.enum(['last', 'dense']);

/** The schema of every task's options, defaults included. */
export const taskParameters = {
  addition: z.strictObject({
    digits: z.int().min(1).max(12).default(additionDefaults.digits).describe('digits of every operand'),
    operands: counts.default([...additionDefaults.operands]).describe('numbers of operands in training, drawn uniformly'),
    evaluateOperands: counts
      .default([...additionDefaults.evaluateOperands])
      .describe('numbers of operands in validation and test; those absent from training are never trained on'),
    heldOut,
  }),
  'p-hop': z.strictObject({
    length: z.int().min(3).max(65_536).default(pHopDefaults.length).describe('symbols of a sequence, n'),
    hops: z.int().min(1).max(4096).default(pHopDefaults.hops).describe('hops back from the last symbol, p'),
    alphabet: z.int().min(2).max(26).default(pHopDefaults.alphabet).describe('different symbols, |Σ|'),
    sampler: z
      .enum(['rejection', 'planted', 'uniform'])
      .default(pHopDefaults.sampler)
      .describe('uniform sequences redrawn until the last hop is real; a chosen chain; or uniform with the fixed points left in'),
    supervise: supervise.default(pHopDefaults.supervise).describe('the answer at the last symbol, or at every prefix with a real one'),
    heldOut,
  }),
  'group-composition': z.strictObject({
    group: z.string().default(groupCompositionDefaults.group).describe('Z_m, S_n, A_n, D_n (order 2n), or a product such as "Z_2 x S_3"'),
    lengths: counts.default([...groupCompositionDefaults.lengths]).describe('numbers of factors in training, drawn uniformly'),
    evaluateLengths: counts.default([...groupCompositionDefaults.evaluateLengths]).describe('numbers of factors in validation and test'),
    supervise: supervise
      .default(groupCompositionDefaults.supervise)
      .describe('the whole product at the last factor, or the product of every prefix'),
    heldOut,
  }),
  'symbolic-igsm': z.strictObject({
    levels: z.int().min(2).max(6).default(igsmDefaults.levels).describe('levels of the hierarchy of items'),
    minItems: z.int().min(1).max(13).default(igsmDefaults.minItems).describe('items of a level, at least'),
    maxItems: z.int().min(1).max(13).default(igsmDefaults.maxItems).describe('items of a level, at most'),
    maxEdges: z.int().min(1).max(1000).default(igsmDefaults.maxEdges).describe('parameters of a question, at most'),
    modulus: z.int().min(2).max(997).default(igsmDefaults.modulus).describe('arithmetic is modulo this'),
    constants: z
      .number()
      .min(0)
      .lt(1)
      .default(igsmDefaults.constants)
      .describe('share of the definitions that are constants whatever could be used; the others may be as well'),
    maxOperands: z
      .int()
      .min(0)
      .max(16)
      .default(igsmDefaults.maxOperands)
      .describe('parameters in one definition, at most; 0 for constants alone'),
    forms: z
      .array(z.enum(formulaForms))
      .default([...igsmDefaults.forms])
      .describe('what several parameters make: sum, double for 2 * (A#E + A#F), difference of two'),
    statements: z
      .enum(['shuffled', 'ordered'])
      .default(igsmDefaults.statements)
      .describe('definitions in any order, or each after those it is made of'),
    minOperations: z
      .int()
      .min(0)
      .max(1000)
      .default(igsmDefaults.minOperations)
      .describe('arithmetic operations that the answer needs, at least'),
    maxOperations: z
      .int()
      .min(0)
      .max(1000)
      .default(igsmDefaults.maxOperations)
      .describe('arithmetic operations that the answer needs, at most'),
    format: z.enum(['answerOnly', 'cot']).default(igsmDefaults.format).describe('the answer alone, or a chain of thought before it'),
    notation: z
      .enum(notations)
      .default(igsmDefaults.notation)
      .describe('a token for every letter, number and mark; or one for a parameter, and definitions without := and the point'),
    supervise: supervise
      .default(igsmDefaults.supervise)
      .describe('the query alone, or in training every parameter after it whose template is of training'),
    heldOut,
  }),
  'variable-assignment': z.strictObject({
    depth: z
      .int()
      .min(0)
      .max(25)
      .default(variableAssignmentDefaults.depth)
      .describe('copies between the number and the variable asked for'),
    chains: z
      .int()
      .min(1)
      .max(26)
      .default(variableAssignmentDefaults.chains)
      .describe('chains of copies; one is asked for, the others distract'),
    extraVariables: z
      .int()
      .min(0)
      .max(25)
      .default(variableAssignmentDefaults.extraVariables)
      .describe('further numbers that nothing copies'),
    largestValue: z
      .int()
      .min(0)
      .max(9999)
      .default(variableAssignmentDefaults.largestValue)
      .describe('numbers are from 0 to this, all different'),
    names: z
      .enum(['ordered', 'random'])
      .default(variableAssignmentDefaults.names)
      .describe('a, b, c, … in the order of the assignments, or random letters'),
    order: z
      .enum(['layers', 'shuffled'])
      .default(variableAssignmentDefaults.order)
      .describe('all numbers, then all first copies, …; or any order'),
    form: z.enum(['math', 'code']).default(variableAssignmentDefaults.form).describe('a=1, b=a, b=? or lines of a program that print(b)'),
    shots: z.int().min(0).max(64).default(variableAssignmentDefaults.shots).describe('solved questions of training before the one asked'),
    heldOut,
  }),
} satisfies { readonly [Name in TaskName]: z.ZodType<OptionsOf<Name>> };

/**
 * Options as a file or a flag gives them, complete and checked one by one.
 * @throws {TaskError} `argument`, with everything that is wrong
 */
export function checkedTaskParameters(name: TaskName, given: unknown): Readonly<Record<string, unknown>> {
  const parsed = taskParameters[name].safeParse(given);
  if (parsed.success) return parsed.data;
  const problems = schemaProblems(taskParameters[name], parsed.error, given);
  throw new TaskError('argument', `Cannot make the task ${name}: ${problems.join('; ')}`);
}

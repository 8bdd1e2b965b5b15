import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { schemaProblems } from '../src/schema-problems.js';

type Tree = { readonly kind: 'leaf'; readonly size: number } | { readonly kind: 'node'; readonly of: readonly Tree[] };
const tree: z.ZodType<Tree> = z.lazy(() =>
  z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('leaf'), size: z.int().min(1) }),
    z.strictObject({ kind: z.literal('node'), of: z.array(tree).min(1) }),
  ]),
);
const schema = z.strictObject({
  loops: z.int().min(1).max(64).default(1),
  rate: z.number().positive().default(0.1),
  from: z.number().min(0).optional(),
  optimizer: z.enum(['adamW', 'muon']).default('muon'),
  tied: z.boolean().default(false),
  names: z.array(z.string().regex(/^[a-z]+$/, 'expected letters from a to z')).default([]),
  hash: z
    .string()
    .regex(/^[0-9a-f]{4}$/)
    .optional(),
  precision: z.literal('float32', 'only float32 is trained in').default('float32'),
  shape: z.tuple([z.int().min(1), z.int().min(1)]).optional(),
  sizes: z.record(z.string(), z.int().min(1)).default({}),
  limit: z.union([z.literal('none'), z.strictObject({ radius: z.number().positive() })]).default('none'),
  data: z
    .union([z.strictObject({ task: z.string(), hops: z.int() }), z.strictObject({ text: z.array(z.string()).min(1), length: z.int() })])
    .optional(),
  tree: tree.optional(),
  source: z.union([z.strictObject({ task: z.enum(['a', 'b']) }), z.strictObject({ text: z.string() })]).optional(),
});

function problems(given: unknown): string[] {
  const parsed = schema.safeParse(given);
  if (parsed.success) throw new Error('expected a refusal');
  return schemaProblems(schema, parsed.error, given);
}

describe('problems of a value from JSON', () => {
  it.each<[unknown, string]>([
    [{ loops: 0 }, 'loops: expected an integer from 1 to 64, given 0'],
    [{ loops: 1.5 }, 'loops: expected an integer from 1 to 64, given 1.5'],
    [{ loops: 'x' }, 'loops: expected an integer from 1 to 64, given "x"'],
    [{ rate: 0 }, 'rate: expected a number above 0, given 0'],
    [{ from: -1 }, 'from: expected a number of at least 0, given -1'],
    [{ from: null }, 'from: expected a number of at least 0, given null'],
    [{ optimizer: 'adam' }, 'optimizer: expected one of adamW, muon, given "adam"'],
    [{ tied: 'yes' }, 'tied: expected true or false, given "yes"'],
    [{ names: 'a' }, 'names: expected a list, given "a"'],
    [{ names: ['a', 'B1'] }, 'names.1: expected letters from a to z, given "B1"'],
    [{ precision: 'float16' }, 'precision: only float32 is trained in, given "float16"'],
    [{ shape: [3] }, 'shape: expected a list of 2, given [3]'],
    [{ shape: [3, 0] }, 'shape.1: expected an integer of at least 1, given 0'],
    [{ sizes: { a: 0 } }, 'sizes.a: expected an integer of at least 1, given 0'],
    [{ limit: 'some' }, 'limit: expected "none" or an object, given "some"'],
    [{ limit: { radius: 0 } }, 'limit.radius: expected a number above 0, given 0'],
    [{ data: { task: 'p-hop', hops: 'two' } }, 'data.hops: expected an integer, given "two"'],
    [{ data: { text: [], length: 8 } }, 'data.text: expected a list of at least 1, given []'],
    [{ data: { text: ['a'] } }, 'data.length: expected an integer, given nothing'],
    [{ source: { task: 'c' } }, 'source.task: expected one of a, b, given "c"'],
    [{ tree: { kind: 'node', of: [{ kind: 'leaf', size: 0 }] } }, 'tree.of.0.size: expected an integer of at least 1, given 0'],
    [{ tree: { kind: 'twig' } }, 'tree.kind: expected "leaf" or "node", given "twig"'],
    [{ tree: { kind: 'leaf', size: 1, off: 2 } }, 'tree: unknown field "off"; there is: kind, size'],
    [{ loop: 1 }, 'the whole: unknown field "loop"; did you mean loops?'],
    [{ limit: { radius: 1, zebra: 1 } }, 'limit: unknown field "zebra"; there is: radius'],
    [5, 'the whole: expected an object, given 5'],
  ])('of %j', (given, problem) => expect(problems(given)).toEqual([problem]));

  it('falls back on what the schema itself says where that is all there is', () => {
    expect(problems({ hash: 'xyz' })).toEqual(['hash: invalid string: must match pattern /^[0-9a-f]{4}$/, given "xyz"']);
  });

  it('names every problem, and cuts values that are long', () => {
    expect(problems({ loops: 0, rate: 'x'.repeat(100) })).toEqual([
      'loops: expected an integer from 1 to 64, given 0',
      `rate: expected a number above 0, given "${'x'.repeat(59)}…`,
    ]);
  });
});

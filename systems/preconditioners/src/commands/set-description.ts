import { type Matrix, matrixFromRows } from '@sardonyx/linalg';
import { z } from 'zod';
import { algebraSet } from '../algebra/algebra-set.js';
import { circulantSet, commutantSet, polynomialAlgebraSet } from '../algebra/named-algebras.js';
import type { PreconditionerSet } from '../preconditioner-set.js';
import { blockDiagonalSet, kroneckerIdentitySet, rotatedSet } from '../sets/composed-sets.js';
import { diagonalSet, fullSet, leftSet, modeSet, rightSet, rowScalarSet, scalarSet } from '../sets/standard-sets.js';

const extent = z.int().min(1);
const rows = z.array(z.array(z.number()).min(1)).min(1);

/** A set as a file describes it: `{"kind": "left", "rows": 3, "columns": 4}`. */
export type SetDescription =
  | { readonly kind: 'scalar' | 'diag' | 'full' | 'circulant'; readonly n: number }
  | { readonly kind: 'left' | 'right' | 'rows'; readonly rows: number; readonly columns: number }
  | { readonly kind: 'mode'; readonly shape: readonly number[]; readonly mode: number }
  | { readonly kind: 'blocks'; readonly blocks: readonly SetDescription[] }
  | { readonly kind: 'rotate'; readonly U: readonly (readonly number[])[]; readonly inner: SetDescription }
  | { readonly kind: 'kronId'; readonly n: number; readonly inner: SetDescription }
  | { readonly kind: 'commutant'; readonly permutations: readonly (readonly number[])[] }
  | { readonly kind: 'polynomials'; readonly of: readonly (readonly number[])[] }
  | { readonly kind: 'custom'; readonly generators: readonly (readonly (readonly number[])[])[]; readonly closure?: boolean | undefined };

/** The format of a set in a file. */
export const setDescription: z.ZodType<SetDescription> = z.lazy(() =>
  z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.enum(['scalar', 'diag', 'full', 'circulant']), n: extent }),
    z.strictObject({ kind: z.enum(['left', 'right', 'rows']), rows: extent, columns: extent }),
    z.strictObject({ kind: z.literal('mode'), shape: z.array(extent).min(1), mode: z.int().min(0) }),
    z.strictObject({ kind: z.literal('blocks'), blocks: z.array(setDescription).min(1) }),
    z.strictObject({ kind: z.literal('rotate'), U: rows, inner: setDescription }),
    z.strictObject({ kind: z.literal('kronId'), n: extent, inner: setDescription }),
    z.strictObject({ kind: z.literal('commutant'), permutations: z.array(z.array(z.int().min(0)).min(1)).min(1) }),
    z.strictObject({ kind: z.literal('polynomials'), of: rows }),
    z.strictObject({ kind: z.literal('custom'), generators: z.array(rows).min(1), closure: z.boolean().optional() }),
  ]),
);

/**
 * The set of a description. Custom generators span the space as given, unless `closure` asks for the algebra they generate.
 * @throws {PreconditionerError} those of the set; `not-an-algebra` for custom generators that are not closed
 * @throws {LinalgError} `shape` for matrices with ragged rows
 */
export function describedSet(description: SetDescription): PreconditionerSet {
  switch (description.kind) {
    case 'scalar':
      return scalarSet(description.n);
    case 'diag':
      return diagonalSet(description.n);
    case 'full':
      return fullSet(description.n);
    case 'circulant':
      return circulantSet(description.n);
    case 'left':
      return leftSet(description.rows, description.columns);
    case 'right':
      return rightSet(description.rows, description.columns);
    case 'rows':
      return rowScalarSet(description.rows, description.columns);
    case 'mode':
      return modeSet(description.shape, description.mode);
    case 'blocks':
      return blockDiagonalSet(description.blocks.map(describedSet));
    case 'rotate':
      return rotatedSet(matrixFromRows(description.U), describedSet(description.inner));
    case 'kronId':
      return kroneckerIdentitySet(describedSet(description.inner), description.n);
    case 'commutant':
      return commutantSet(description.permutations);
    case 'polynomials':
      return polynomialAlgebraSet(matrixFromRows(description.of));
    case 'custom':
      return algebraSet(matricesOf(description.generators), { closure: description.closure ?? false });
  }
}

/** Generators as matrices. */
export const matricesOf = (generators: readonly (readonly (readonly number[])[])[]): Matrix[] =>
  generators.map((generator) => matrixFromRows(generator));

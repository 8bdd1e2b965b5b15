import type { Precision } from '../matrix.js';
import { reflectorNeed, takeReflectorScratch } from '../reflectors.js';
import { type Block, inWorkspace, type Need, type Workspace } from '../workspace.js';
import { divideAndConquer, divideAndConquerNeed } from './divide-and-conquer.js';
import { implicitQl, rotationElements } from './implicit-ql.js';
import { jacobi } from './jacobi.js';
import type { SymmetricPart } from './symmetric-part.js';
import { backTransform, tridiagonalize, tridiagonalNeed } from './tridiagonal.js';

/** `ql`: tridiagonal form and implicit QL. `divide-and-conquer`: tridiagonal form, torn and merged. `jacobi`: two-sided Jacobi. */
export type EigenMethod = 'ql' | 'jacobi' | 'divide-and-conquer';

/** A solved eigenproblem in the working memory. */
export interface EigenRows {
  readonly workspace: Workspace;
  /** Unsorted. */
  readonly eigenvalues: Float64Array;
  /** The eigenvector of each eigenvalue is a row; absent where vectors were not asked for. */
  readonly rows: Block | undefined;
  /** Sweeps of the Jacobi method, 0 for the others. */
  readonly sweeps: number;
}

/** How to solve, and blocks that `use` takes beside the solution. */
export interface EigenRowsOptions {
  readonly method: EigenMethod;
  readonly precision: Precision;
  readonly vectors: boolean;
  readonly blocks?: NonNullable<Need['blocks']>;
}

/**
 * Solves a symmetric eigenproblem and hands the solution on while it lies in the working memory.
 * @throws {LinalgError} `no-convergence`, `too-large`
 */
export function eigenRows<Result>(
  { matrix, largest }: SymmetricPart,
  { method, precision, vectors, blocks = [] }: EigenRowsOptions,
  use: (solution: EigenRows) => Result,
): Result {
  const n = matrix.rows;
  const exponent = scalingExponent(largest, precision);
  const need = method === 'jacobi' ? jacobiNeed(n) : tridiagonalMethodNeed(n, vectors);
  return inWorkspace(precision, { blocks: [...(need.blocks ?? []), ...blocks], scalars: (need.scalars ?? 0) + n }, (workspace) => {
    const block = workspace.load(matrix);
    scaleBlock(workspace, block, n, -exponent);
    const solved = method === 'jacobi' ? byJacobi(workspace, n, block) : byTridiagonal(workspace, n, block, method, vectors);
    // A power of two: exact.
    const eigenvalues = exponent === 0 ? solved.eigenvalues : solved.eigenvalues.map((value) => value * 2 ** exponent);
    return use({ workspace, ...solved, eigenvalues, rows: vectors ? solved.rows : undefined });
  });
}

/** The power of two that the matrix is divided by: none unless squares of elements would over- or underflow. */
function scalingExponent(largest: number, precision: Precision): number {
  const safe = precision === 'f64' ? 400 : 40;
  const exponent = largest === 0 ? 0 : Math.floor(Math.log2(largest));
  return Math.abs(exponent) <= safe ? 0 : exponent;
}

function scaleBlock({ values }: Workspace, { offset, stride }: Block, n: number, exponent: number): void {
  if (exponent === 0) return;
  // Two factors, since one may overflow.
  const half = 2 ** Math.trunc(exponent / 2);
  const rest = 2 ** (exponent - Math.trunc(exponent / 2));
  for (let i = 0; i < n; i++) {
    for (let at = offset + i * stride; at < offset + i * stride + n; at++) values[at] = values[at]! * half * rest;
  }
}

type Solved = Pick<EigenRows, 'eigenvalues' | 'rows' | 'sweeps'>;

function jacobiNeed(n: number): Need {
  return {
    blocks: [
      [n, n],
      [n, n],
    ],
  };
}

function byJacobi(workspace: Workspace, n: number, block: Block): Solved {
  const rows = identityBlock(workspace, n);
  const sweeps = jacobi(workspace, n, block, rows);
  const eigenvalues = Float64Array.from({ length: n }, (_, i) => workspace.values[block.offset + i * block.stride + i]!);
  return { eigenvalues, rows, sweeps };
}

function tridiagonalMethodNeed(n: number, vectors: boolean): Need {
  const square = [n, n] as const;
  if (!vectors) return { blocks: [square, ...tridiagonalNeed(n)], scalars: 4 * n + rotationElements(n) };
  const { blocks = [], scalars = 0 } = divideAndConquerNeed(n);
  return { blocks: [square, square, ...tridiagonalNeed(n), ...reflectorNeed(n, n), ...blocks], scalars: 4 * n + scalars };
}

function byTridiagonal(workspace: Workspace, n: number, block: Block, method: EigenMethod, vectors: boolean): Solved {
  const tridiagonal = tridiagonalize(workspace, n, block);
  const { diagonal, coupling } = tridiagonal;
  const solved = (rows: Block | undefined): Solved => ({ eigenvalues: workspace.doubles.slice(diagonal, diagonal + n), rows, sweeps: 0 });
  if (!vectors) {
    implicitQl(workspace, diagonal, coupling, 0, n, workspace.takeDoubles(rotationElements(n)));
    return solved(undefined);
  }
  let rows: Block;
  if (method === 'ql') {
    rows = identityBlock(workspace, n);
    implicitQl(workspace, diagonal, coupling, 0, n, workspace.takeDoubles(rotationElements(n)), { ...rows, columns: n });
  } else {
    rows = workspace.takeBlock(n, n);
    divideAndConquer(workspace, n, diagonal, coupling, rows);
  }
  backTransform(workspace, tridiagonal, block, takeReflectorScratch(workspace, n, n), rows, n);
  return solved(rows);
}

function identityBlock(workspace: Workspace, n: number): Block {
  const rows = workspace.takeBlock(n, n);
  workspace.clear(rows, n, n);
  for (let i = 0; i < n; i++) workspace.values[rows.offset + i * rows.stride + i] = 1;
  return rows;
}

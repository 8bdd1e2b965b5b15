import { machineEpsilon } from '../matrix.js';
import type { Block, Need, Workspace } from '../workspace.js';
import { implicitQl, rotationElements } from './implicit-ql.js';
import { type SecularEquation, type SecularRoot, secularRoot } from './secular.js';

/** Orders up to this are solved by QL. */
const leafOrder = 32;

/** What {@link divideAndConquer} takes: blocks for gathered rows and for the vectors of the merged problem, and scalars. */
export function divideAndConquerNeed(n: number): Need {
  return {
    blocks: [
      [n, n],
      [n, n],
    ],
    scalars: 8 * n + rotationElements(n) + 16,
  };
}

/** Space of one solution, shared by all merges. */
interface Scratch {
  readonly gathered: Block;
  readonly vectors: Block;
  readonly pairs: number;
  readonly poles: number;
  readonly weights: number;
  readonly products: number;
  readonly column: number;
  readonly places: number;
  readonly sums: number;
}

/**
 * Eigenvalues, unsorted in place of the diagonal, and eigenvectors, one a row of `rows`, of a symmetric tridiagonal matrix of
 * order `n`: torn into halves, merged through the secular equation with deflation (Cuppen, Numer. Math. 36, 1981), vectors
 * from recomputed weights (Gu and Eisenstat, SIAM J. Matrix Anal. Appl. 16(1), 1995). Up to `4n³/3` flops, all products,
 * less what deflation saves. Scalars are float64, vectors in the precision of the workspace.
 * @throws {LinalgError} `no-convergence`
 */
export function divideAndConquer(workspace: Workspace, n: number, diagonal: number, coupling: number, rows: Block): void {
  const scratch: Scratch = {
    gathered: workspace.takeBlock(n, n),
    vectors: workspace.takeBlock(n, n),
    pairs: workspace.takeDoubles(rotationElements(n)),
    poles: workspace.takeDoubles(n),
    weights: workspace.takeDoubles(n),
    products: workspace.takeDoubles(n),
    column: workspace.takeDoubles(n),
    places: workspace.takeIntegers(n),
    sums: workspace.takeDoubles(2),
  };
  workspace.clear(rows, n, n);
  solve(workspace, { diagonal, coupling, rows }, 0, n, scratch);
}

/** The tridiagonal matrix and the rows that become its eigenvectors. */
interface Problem {
  readonly diagonal: number;
  readonly coupling: number;
  readonly rows: Block;
}

function solve(workspace: Workspace, problem: Problem, begin: number, end: number, scratch: Scratch): void {
  const { doubles, values } = workspace;
  const { diagonal, coupling, rows } = problem;
  if (end - begin <= leafOrder) {
    for (let i = begin; i < end; i++) values[rows.offset + i * rows.stride + i] = 1;
    const block = { offset: rows.offset + begin, stride: rows.stride, columns: end - begin };
    implicitQl(workspace, diagonal, coupling, begin, end, scratch.pairs, block);
    return;
  }
  const middle = (begin + end) >> 1;
  const torn = doubles[coupling + middle - 1]!;
  const size = Math.abs(torn);
  doubles[diagonal + middle - 1] = doubles[diagonal + middle - 1]! - size;
  doubles[diagonal + middle] = doubles[diagonal + middle]! - size;
  solve(workspace, problem, begin, middle, scratch);
  solve(workspace, problem, middle, end, scratch);
  merge(workspace, problem, begin, middle, end, torn, scratch);
}

/** Rows of one merge that couple, by where they are not zero: in the left half, in both, in the right half. */
const halves = { left: 0, both: 1, right: 2 } as const;
type Half = (typeof halves)[keyof typeof halves];

/** The rank-one problem of a merge after deflation. */
interface Deflated {
  /** Rows that couple, by increasing pole. */
  readonly coupled: number[];
  readonly separate: number[];
  readonly half: Uint8Array;
  readonly z: Float64Array;
}

/** Joins two solved halves: `diag(d) + ρ·zzᵀ` in their eigenvectors, `ρ = 2|torn|`, `‖z‖ = 1`. */
function merge(workspace: Workspace, problem: Problem, begin: number, middle: number, end: number, torn: number, scratch: Scratch): void {
  const { doubles, values } = workspace;
  const { diagonal, rows } = problem;
  const rho = 2 * Math.abs(torn);
  const z = new Float64Array(end - begin);
  for (let i = begin; i < end; i++) {
    const component = values[rows.offset + i * rows.stride + (i < middle ? middle - 1 : middle)]!;
    z[i - begin] = (i >= middle && torn < 0 ? -component : component) * Math.SQRT1_2;
  }
  const deflated = deflate(workspace, problem, begin, middle, end, rho, z);
  const { coupled } = deflated;
  if (coupled.length === 0) return;

  const { poles, weights, sums } = scratch;
  coupled.forEach((index, i) => {
    doubles[poles + i] = doubles[diagonal + begin + index]!;
    doubles[weights + i] = rho * z[index]! * z[index]!;
  });
  const equation: SecularEquation = { order: coupled.length, poles, weights, sums };
  const roots = coupled.map((_, j) => secularRoot(workspace, equation, j));
  writeVectors(workspace, deflated, roots, scratch);
  combineRows(workspace, problem, begin, middle, end, deflated, scratch);

  const separate = deflated.separate.map((index) => doubles[diagonal + begin + index]!);
  roots.forEach(({ origin, shift }, j) => void (doubles[diagonal + begin + j] = doubles[poles + origin]! + shift));
  separate.forEach((value, i) => void (doubles[diagonal + begin + roots.length + i] = value));
}

/**
 * Separates the rows that hardly couple, and of two nearly equal poles one, by a rotation; the error is a few units of
 * rounding of the largest element (Dongarra and Sorensen, SIAM J. Sci. Stat. Comput. 8(2), 1987).
 */
function deflate(
  { doubles, kernels, precision }: Workspace,
  { diagonal, rows }: Problem,
  begin: number,
  middle: number,
  end: number,
  rho: number,
  z: Float64Array,
): Deflated {
  const n = end - begin;
  const d = doubles.subarray(diagonal + begin, diagonal + end);
  const half = new Uint8Array(n);
  for (let i = 0; i < n; i++) half[i] = i < middle - begin ? halves.left : halves.right;
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => d[i]! - d[j]!);
  let largest = 0;
  for (let i = 0; i < n; i++) largest = Math.max(largest, Math.abs(d[i]!), Math.abs(z[i]!));
  const tolerance = 8 * machineEpsilon[precision] * largest;
  const coupled: number[] = [];
  const separate: number[] = [];
  let previous = -1;
  for (const i of order) {
    if (rho * Math.abs(z[i]!) <= tolerance) {
      separate.push(i);
      continue;
    }
    if (previous >= 0) {
      const length = Math.hypot(z[i]!, z[previous]!);
      const cosine = z[i]! / length;
      const sine = -z[previous]! / length;
      const distance = d[i]! - d[previous]!;
      if (Math.abs(distance * cosine * sine) <= tolerance) {
        z[i] = length;
        z[previous] = 0;
        if (half[i] !== half[previous]) half[i] = half[previous] = halves.both;
        const [x, y] = [previous, i].map((index) => rows.offset + (begin + index) * rows.stride + begin);
        kernels.rotatePair(n, x!, y!, cosine, sine);
        const before = d[previous]!;
        d[previous] = before * cosine * cosine + d[i]! * sine * sine;
        d[i] = before * sine * sine + d[i]! * cosine * cosine;
        separate.push(previous);
      } else coupled.push(previous);
    }
    previous = i;
  }
  if (previous >= 0) coupled.push(previous);
  return { coupled, separate, half, z };
}

/** Eigenvectors of the rank-one problem, one a row, their components grouped by the half that the rows come from. */
function writeVectors(
  { doubles, integers, kernels }: Workspace,
  { coupled, half, z }: Deflated,
  roots: readonly SecularRoot[],
  { poles, products, column, places, vectors }: Scratch,
): void {
  const k = coupled.length;
  doubles.fill(1, products, products + k);
  roots.forEach(({ origin, shift }, j) => kernels.secularProducts(k, j, poles, doubles[poles + origin]!, shift, products));
  for (let i = 0; i < k; i++) {
    const weight = Math.sqrt(Math.max(0, -doubles[products + i]!));
    doubles[products + i] = z[coupled[i]!]! < 0 ? -weight : weight;
  }
  groupedPlaces(coupled, half).forEach((place, i) => void (integers[places + i] = place));
  roots.forEach(({ origin, shift }, j) => {
    const row = vectors.offset + j * vectors.stride;
    kernels.secularVector(k, poles, products, doubles[poles + origin]!, shift, places, column, row);
  });
}

/** Where each coupled row goes when those of the left half come first and those of the right half last. */
function groupedPlaces(coupled: readonly number[], half: Uint8Array): number[] {
  const next = [0, 0, 0];
  for (const index of coupled) for (let h = half[index]! + 1; h < 3; h++) next[h]!++;
  return coupled.map((index) => next[half[index] as Half]!++);
}

/** The new rows: products of the vectors with the old rows, each half of the columns with the rows that are not zero there. */
function combineRows(
  { kernels, values, integers }: Workspace,
  { rows }: Problem,
  begin: number,
  middle: number,
  end: number,
  { coupled, separate, half }: Deflated,
  { gathered, vectors, places }: Scratch,
): void {
  const n = end - begin;
  const k = coupled.length;
  const gather = (index: number, place: number): void => {
    const from = rows.offset + (begin + index) * rows.stride + begin;
    values.copyWithin(gathered.offset + place * gathered.stride, from, from + n);
  };
  coupled.forEach((index, i) => gather(index, integers[places + i]!));
  separate.forEach((index, i) => gather(index, k + i));
  const leftOnly = coupled.filter((index) => half[index] === halves.left).length;
  const notRight = coupled.filter((index) => half[index] !== halves.right).length;
  const target = rows.offset + begin * rows.stride + begin;
  const width = middle - begin;
  const { offset: g, stride: gs } = gathered;
  const { offset: v, stride: vs } = vectors;
  kernels.multiply(0, 0, k, width, notRight, 1, v, vs, g, gs, 0, target, rows.stride, 0);
  const from = g + leftOnly * gs + width;
  kernels.multiply(0, 0, k, n - width, k - leftOnly, 1, v + leftOnly, vs, from, gs, 0, target + width, rows.stride, 0);
  for (let i = 0; i < separate.length; i++) {
    const row = g + (k + i) * gs;
    values.copyWithin(target + (k + i) * rows.stride, row, row + n);
  }
}

import { householder, qr } from '@sardonyx/linalg';
import { concat, evaluate, eye, type FloatDType, jit, matmul, sliceAxis, sub, type Tensor } from '@sardonyx/tensor';
import { onDevice, onHost } from './host-decompositions.js';

/** Columns that the host reduces at a time: few enough for its cache, many enough that the rest is products. */
const panelWidth = 128;

/**
 * The orthonormal factor of a QR factorization of a square tensor [n, n], by Householder reflectors. The host takes small
 * matrices whole, and of large ones panels of columns, while their reflectors go through the rest of the matrix as compiled products:
 * 10/3·n³ of their operations against n²·128 of the host's.
 * @throws {LinalgError} `non-finite`
 */
export async function orthonormalized(a: Tensor): Promise<Tensor> {
  if (a.shape[0]! <= 2 * panelWidth) return onDevice(qr(await onHost(a)).q, a.dtype);
  // One after another, so that each finds the buffers of the one before: fresh memory costs more than the factorization.
  const result = latest.then(() => inPanels(a));
  latest = result.catch(() => undefined);
  return result;
}

let latest: Promise<unknown> = Promise.resolve();

async function inPanels(a: Tensor): Promise<Tensor> {
  const n = a.shape[0]!;
  const done: Tensor[] = [];
  let left: Left | undefined = { rest: a, basis: eye(n, { dtype: a.dtype as FloatDType }), panel: sliceAxis(a, 1, 0, panelWidth) };
  while (left) {
    const { vectors, triangle } = householder(await onHost(left.panel));
    const [v, t] = [onDevice(vectors, a.dtype), onDevice(triangle, a.dtype)];
    const next: Reflected = reflect(left, v, t);
    done.push(next.done);
    // Buffers of this size are not for the garbage collector.
    const { rest, ...own }: Left = left;
    for (const used of [...Object.values(own), v, t, ...(rest === a ? [] : [rest])]) used.dispose();
    left = next.left;
  }
  const q = await evaluate(concat(done, 1));
  for (const columns of done) columns.dispose();
  return q;
}

/** What is left to do: the matrix below and to the right of the panels done, its first columns, and the columns of Q to come. */
interface Left {
  readonly rest: Tensor;
  readonly panel: Tensor;
  readonly basis: Tensor;
}

interface Reflected {
  /** Finished columns of Q, as many as the panel had. */
  readonly done: Tensor;
  readonly left?: Left;
}

/**
 * Takes the reflectors H = I − V·T·Vᵀ of the panel through the other columns C of the rest, Hᵀ·C, and through the columns B of Q that
 * are left, B·H.
 */
const reflect = jit(
  ({ rest, basis }: Left, vectors: Tensor, triangle: Tensor): Reflected => {
    const [m, width] = vectors.shape as [number, number];
    const turned = sub(basis, matmul(matmul(matmul(basis, vectors), triangle), vectors, { transposeB: true }));
    const done = sliceAxis(turned, 1, 0, width);
    if (m === width) return { done };
    const columns = sliceAxis(rest, 1, width, m);
    const products = matmul(triangle, matmul(vectors, columns, { transposeA: true }), { transposeA: true });
    const moved = sliceAxis(sub(columns, matmul(vectors, products)), 0, width, m);
    const panel = sliceAxis(moved, 1, 0, Math.min(panelWidth, m - width));
    return { done, left: { rest: moved, panel, basis: sliceAxis(turned, 1, width, m) } };
  },
  { name: 'QR factorization, products of a panel' },
);

import type { Floats } from '../matrix.js';
import type { Kernels } from './kernels.js';

/** The kernels as plain loops: the reference of the compiled ones, and what runs where WebAssembly SIMD does not. */
export function typescriptKernels(values: Floats, doubles: Float64Array, integers: Int32Array): Kernels {
  return { ...productKernels(values), ...rotationKernels(values, doubles, integers), ...secularKernels(values, doubles, integers) };
}

type ProductKernels = Pick<
  Kernels,
  'multiply' | 'dot' | 'rowDots' | 'addRows' | 'symmetricTimesVector' | 'choleskyRows' | 'solveRows' | 'mirrorLower'
>;

/** Depth of the rows of `B` that stay in the cache while the rows of `C` pass. */
const depthBlock = 64;

function productKernels(values: Floats): ProductKernels {
  const dot = (n: number, x: number, y: number): number => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += values[x + i]! * values[y + i]!;
    return sum;
  };
  const addRow = (n: number, factor: number, x: number, y: number): void => {
    for (let i = 0; i < n; i++) values[y + i] = values[y + i]! + factor * values[x + i]!;
  };
  return {
    dot,
    multiply(transposeLeft, transposeRight, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc, lower) {
      const columnsOf = (i: number): number => (lower ? Math.min(i + 1, n) : n);
      for (let i = 0; i < m; i++) {
        const row = c + i * ldc;
        for (let j = 0; j < columnsOf(i); j++) values[row + j] = beta === 0 ? 0 : beta * values[row + j]!;
      }
      for (let p0 = 0; p0 < k; p0 += depthBlock) {
        const p1 = Math.min(p0 + depthBlock, k);
        for (let i = 0; i < m; i++) {
          const row = c + i * ldc;
          for (let p = p0; p < p1; p++) {
            const factor = alpha * values[transposeLeft ? a + p * lda + i : a + i * lda + p]!;
            if (!transposeRight) addRow(columnsOf(i), factor, b + p * ldb, row);
            else for (let j = 0; j < columnsOf(i); j++) values[row + j] = values[row + j]! + factor * values[b + j * ldb + p]!;
          }
        }
      }
    },
    rowDots(m, n, matrix, stride, x, out) {
      for (let r = 0; r < m; r++) values[out + r] = dot(n, matrix + r * stride, x);
    },
    addRows(m, n, alpha, coefficients, matrix, stride, y) {
      for (let r = 0; r < m; r++) addRow(n, alpha * values[coefficients + r]!, matrix + r * stride, y);
    },
    symmetricTimesVector(n, a, stride, x, y) {
      for (let i = 0; i < n; i++) {
        const row = a + i * stride;
        values[y + i] = dot(i + 1, row, x);
        addRow(i, values[x + i]!, row, y);
      }
    },
    choleskyRows(n, a, stride) {
      for (let i = 0; i < n; i++) {
        const row = a + i * stride;
        for (let j = 0; j < i; j++) values[row + j] = (values[row + j]! - dot(j, row, a + j * stride)) / values[a + j * stride + j]!;
        const pivot = values[row + i]! - dot(i, row, row);
        if (!(pivot > 0)) return i;
        values[row + i] = Math.sqrt(pivot);
      }
      return -1;
    },
    solveRows(m, n, l, lStride, b, bStride) {
      for (let i = 0; i < m; i++) {
        const row = b + i * bStride;
        for (let j = 0; j < n; j++) values[row + j] = (values[row + j]! - dot(j, row, l + j * lStride)) / values[l + j * lStride + j]!;
      }
    },
    mirrorLower(n, a, stride) {
      for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) values[a + j * stride + i] = values[a + i * stride + j]!;
    },
  };
}

type RotationKernels = Pick<Kernels, 'rotatePair' | 'rotateRows' | 'transposeRows'>;

function rotationKernels(values: Floats, doubles: Float64Array, integers: Int32Array): RotationKernels {
  return {
    rotatePair(n, x, y, cosine, sine) {
      for (let i = 0; i < n; i++) {
        const u = values[x + i]!;
        const w = values[y + i]!;
        values[x + i] = cosine * u + sine * w;
        values[y + i] = cosine * w - sine * u;
      }
    },
    rotateRows(count, pairs, top, stride, n) {
      for (let k = 0; k < count; k++) {
        const cosine = doubles[pairs + 2 * k]!;
        const sine = doubles[pairs + 2 * k + 1]!;
        const lower = top + (count - k) * stride;
        this.rotatePair(n, lower, lower - stride, cosine, sine);
      }
    },
    transposeRows(m, n, order, matrix, stride, out, outStride) {
      for (let i = 0; i < m; i++) {
        const row = matrix + integers[order + i]! * stride;
        for (let j = 0; j < n; j++) values[out + j * outStride + i] = values[row + j]!;
      }
    },
  };
}

type SecularKernels = Pick<Kernels, 'secularSums' | 'secularProducts' | 'secularVector'>;

function secularKernels(values: Floats, doubles: Float64Array, integers: Int32Array): SecularKernels {
  return {
    secularSums(begin, end, poles, weights, origin, shift, out) {
      let sum = 0;
      let slope = 0;
      for (let i = begin; i < end; i++) {
        const difference = doubles[poles + i]! - origin - shift;
        const quotient = doubles[weights + i]! / difference;
        sum += quotient;
        slope += quotient / difference;
      }
      doubles[out] = sum;
      doubles[out + 1] = slope;
    },
    secularProducts(k, j, poles, origin, shift, products) {
      const own = doubles[poles + j]!;
      for (let i = 0; i < k; i++) {
        const difference = doubles[poles + i]! - origin - shift;
        doubles[products + i] = doubles[products + i]! * (i === j ? difference : difference / (doubles[poles + i]! - own));
      }
    },
    secularVector(k, poles, weights, origin, shift, places, scratch, row) {
      let squares = 0;
      for (let i = 0; i < k; i++) {
        const v = doubles[weights + i]! / (doubles[poles + i]! - origin - shift);
        doubles[scratch + i] = v;
        squares += v * v;
      }
      const scale = 1 / Math.sqrt(squares);
      for (let i = 0; i < k; i++) values[row + integers[places + i]!] = doubles[scratch + i]! * scale;
    },
  };
}

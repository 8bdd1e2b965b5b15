import {
  addToDiagonal,
  inverseRoot,
  type InverseRootOptions,
  kernelsInUse,
  type Matrix,
  matrix,
  multiply,
  qr,
  symmetricEigen,
  symmetricRankUpdate,
  symmetrize,
  toPrecision,
} from '@sardonyx/linalg';
import { serveContender } from '../contender.js';
import { dataStream, projection, uniform } from '../formula.js';
import { type LinalgCase, linalgCaseSchema } from '../linalg-cases.js';
import type { PreparedCase } from '../prepared-case.js';

/** Added to the diagonal of `GGᵀ/n`, whose smallest eigenvalue is about `1/n²`. */
const ridge = 1e-3;

function prepare({ kind, n, precision, method = 'eigen' }: LinalgCase): PreparedCase {
  const random = toPrecision(matrix(n, n, Float64Array.from(uniform(n * n, dataStream, 1))), precision);
  const note = `${kernelsInUse()} kernels, one thread`;
  let latest: Record<string, Matrix> = {};
  const prepared = (step: () => Record<string, Matrix>): PreparedCase => ({
    step: () => void (latest = step()),
    inspect: () =>
      Object.fromEntries(
        Object.entries(latest).map(([name, { data }]) => [name, projection(name === 'absoluteVectors' ? data.map(Math.abs) : data)]),
      ),
    note,
  });
  switch (kind) {
    case 'gemm':
      return prepared(() => ({ product: multiply(random, random) }));
    case 'qr':
      return prepared(() => ({ ...qr(random, { positiveDiagonal: true }) }));
    case 'eigh': {
      const symmetric = symmetrize(random);
      return prepared(() => {
        const { values, vectors } = symmetricEigen(symmetric);
        // The signs of vectors are anyone's choice.
        return { values: matrix(n, 1, values), absoluteVectors: vectors };
      });
    }
    case 'inverse-root': {
      const definite = addToDiagonal(symmetricRankUpdate(random, undefined, { alpha: 1 / n }), ridge);
      const options: InverseRootOptions = { method, measureResidual: false };
      return prepared(() => ({ root: inverseRoot(definite, 2, options).root }));
    }
  }
}

await serveContender<LinalgCase>({
  name: 'sardonyx',
  versions: { node: process.versions.node },
  parseCase: (value) => linalgCaseSchema.parse(value),
  prepare,
});

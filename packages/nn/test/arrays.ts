import { type FloatDType, tensor, Tensor, treeMap } from '@sardonyx/tensor';

/** A tensor as the fixtures hold it. */
export interface FixtureArray {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

const isArray = (value: object): value is FixtureArray => 'shape' in value && 'data' in value;

/** A tree of fixtures with tensors in place of arrays. */
export function tensorsOf<T>(tree: unknown, dtype: FloatDType = 'float64'): T {
  if (typeof tree !== 'object' || tree === null) return tree as T;
  if (isArray(tree)) return tensor([...tree.data], [...tree.shape], dtype) as T;
  return Object.fromEntries(Object.entries(tree).map(([name, value]) => [name, tensorsOf(value, dtype)])) as T;
}

export const numbers = async (x: Tensor): Promise<number[]> => Array.from(await x.data(), Number);

/** The largest difference of elements. */
export async function distance(a: Tensor, b: Tensor | readonly number[]): Promise<number> {
  const [x, y] = [await numbers(a), b instanceof Tensor ? await numbers(b) : b];
  if (x.length !== y.length) return Number.POSITIVE_INFINITY;
  return Math.max(...x.map((v, i) => Math.abs(v - y[i]!)));
}

export const inFloat64 = <T>(tree: T): T => treeMap((leaf) => leaf.cast('float64'), tree);

import { type FloatDType, jit, random, type Tensor, toArrays, treeLeaves, treeMap, valueAndGrad, evaluate } from '@sardonyx/tensor';
import type { Optimizer, OptimizerState } from '../src/index.js';

/** A small tree of parameters of ranks 0 to 3, some of which are packed together. */
export interface Model {
  readonly scale: Tensor;
  readonly layers: readonly { readonly weight: Tensor; readonly bias: Tensor }[];
  readonly stack: Tensor;
}

/** Normal parameters of a seed; a second seed serves for gradients. */
export function model(seed: number, dtype: FloatDType = 'float32'): Model {
  const key = random.key(seed);
  const draw = (name: number, shape: number[]) => random.normal(random.foldIn(key, name), shape, { dtype });
  return {
    scale: draw(0, []),
    layers: [1, 2].map((i) => ({ weight: draw(2 * i, [3, 4]), bias: draw(2 * i + 1, [4]) })),
    stack: draw(9, [2, 3, 2]),
  };
}

/** A copy whose leaves are values of their own, so that it may be donated. */
export const copy = <T>(tree: T): Promise<T> => evaluate(treeMap((leaf) => leaf.add(0), tree));

export interface TrainingState<P> {
  readonly params: P;
  readonly state: OptimizerState<P>;
}

export const start = <P>(optimizer: Optimizer, params: P): Promise<TrainingState<P>> => copy({ params, state: optimizer.init(params) });

/** The training state after the host's share of its last step. */
export async function refreshed<P>(optimizer: Optimizer, { params, state }: TrainingState<P>): Promise<TrainingState<P>> {
  const [next, nextState] = (await optimizer.refresh?.(state, params)) ?? [params, state];
  return { params: next, state: nextState };
}

const updaters = new WeakMap<Optimizer, unknown>();

/** A compiled update with given gradients, compiled once per optimizer. The state is not donated. */
function updater<P>(optimizer: Optimizer): (from: TrainingState<P>, gradients: P) => TrainingState<P> {
  const known = updaters.get(optimizer) as ((from: TrainingState<P>, gradients: P) => TrainingState<P>) | undefined;
  const made =
    known ??
    jit(({ params, state }: TrainingState<P>, gradients: P): TrainingState<P> => {
      const [next, nextState] = optimizer.update(gradients, state, params);
      return { params: next, state: nextState };
    });
  updaters.set(optimizer, made);
  return made;
}

/** The state after updates with the given gradients, one after another. */
export async function after<P>(optimizer: Optimizer, params: P, gradients: readonly P[], from?: TrainingState<P>) {
  const update = updater<P>(optimizer);
  let current = from ?? (await start(optimizer, params));
  for (const g of gradients) current = await refreshed(optimizer, await evaluate(update(current, g)));
  return current;
}

/** Gradients for `model`, one a seed. */
export const gradientsOf = (seeds: readonly number[], dtype: FloatDType = 'float32') =>
  Promise.all(seeds.map((seed) => evaluate(model(seed, dtype))));

/**
 * `steps` updates down the gradient of a loss, in compiled calls of `unrolled` updates (of one, where the host has a share
 * in them); the loss at the end, or where it is found below `goal`, which is looked at every 250 updates.
 */
export async function minimize<P>(
  optimizer: Optimizer,
  loss: (params: P) => Tensor,
  params: P,
  { steps, most = 20, goal = -Infinity }: { readonly steps: number; readonly most?: number; readonly goal?: number },
): Promise<number> {
  const unrolled = optimizer.refresh ? 1 : most;
  const advance = jit(
    (given: TrainingState<P>): TrainingState<P> => {
      let { params: p, state } = given;
      for (let i = 0; i < unrolled; i++) [p, state] = optimizer.update(valueAndGrad(loss)(p)[1], state, p);
      return { params: p, state };
    },
    { donate: [0] },
  );
  let current = await start(optimizer, params);
  let value = Infinity;
  for (let done = 0; done < steps; ) {
    current = await refreshed(optimizer, advance(current));
    await evaluate(current.state.step);
    done += unrolled;
    if (done < steps && done % 250 !== 0) continue;
    value = await loss(current.params).item();
    if (value < goal) break;
  }
  advance.dispose();
  return value;
}

/** All elements of a tree by path: equal exactly where the trees are equal bit for bit (up to the sign of zero). */
export async function elements(tree: unknown): Promise<Record<string, number[]>> {
  const arrays = await toArrays(tree);
  return Object.fromEntries(Object.entries(arrays).map(([path, { data }]) => [path, Array.from(data, Number)]));
}

export const dtypesOf = (tree: unknown): string[] => [...new Set(treeLeaves(tree).map(({ dtype }) => dtype))];

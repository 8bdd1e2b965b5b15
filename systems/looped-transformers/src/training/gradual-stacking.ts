import type { OptimizerState } from '@sardonyx/optim';
import { tensor, treeLeaves, treeMap, type Tensor } from '@sardonyx/tensor';
import { checkConfig, type LoopedTransformerConfig, type LoopedTransformerParameters } from '../model/model.js';
import { ModelError } from '../model/model-error.js';

/** How a model grows while it is trained. */
export interface Stacking {
  /** Layers that are added at a time, and that the first stage trains. */
  readonly blockSize: number;
  /** How fast the stages grow in steps; 1 by default. */
  readonly exponent?: number;
}

/** A stage of growing a model: so many layers, for so many steps. */
export interface StackingStage {
  readonly layers: number;
  readonly steps: number;
}

/**
 * The stages of gradual stacking to `layers` layers by blocks of `blockSize`: the first trains one block, each of the others one
 * more. A stage's share of the steps grows as its number to the power `exponent` (1 by default, 0 for equal shares).
 * The MIDAS schedule of arXiv:2409.19044. Throws ModelError `option`.
 */
export function stackingStages(layers: number, blockSize: number, steps: number, exponent = 1): StackingStage[] {
  const count = layers / blockSize;
  if (!Number.isInteger(count) || count < 1) {
    throw new ModelError('option', `${layers} layers cannot be cut in blocks of ${blockSize}; choose a divisor of ${layers}`);
  }
  if (!Number.isInteger(steps) || steps < count) {
    throw new ModelError('option', `${count} stages need as many steps at least, given ${steps}`);
  }
  const shares = Array.from({ length: count }, (_, i) => (i + 1) ** exponent);
  const total = shares.reduce((a, b) => a + b);
  let done = 0;
  let sum = 0;
  return shares.map((share, i) => {
    sum += share;
    // Every stage to come keeps one step at least.
    const end = Math.min(steps - (count - 1 - i), Math.max(done + 1, Math.round((steps * sum) / total)));
    const stage = { layers: (i + 1) * blockSize, steps: end - done };
    done = end;
    return stage;
  });
}

/** A model in training. */
export interface GrowingModel {
  readonly config: LoopedTransformerConfig;
  readonly params: LoopedTransformerParameters;
  readonly optimizer: OptimizerState<LoopedTransformerParameters>;
}

/**
 * The model with its middle block of `blockSize` layers there twice, one after the other, and the optimizer's state of these layers
 * with it (arXiv:2409.19044). Of n blocks the middle one is number ⌈n/2⌉. Copies are bit for bit; all other tensors are the
 * ones given. Throws ModelError `option` where the layers cannot be cut so, or the state is not one of these parameters.
 */
export async function duplicateMiddle(model: GrowingModel, blockSize: number): Promise<GrowingModel> {
  const { config, params, optimizer } = model;
  expectGrowable(model, blockSize);
  const blocks = config.layers / blockSize;
  const from = (Math.ceil(blocks / 2) - 1) * blockSize;
  const grow = async <T extends { readonly block: readonly unknown[] }>(tree: T): Promise<T> => {
    const copied = await copyOf(tree.block.slice(from, from + blockSize));
    const end = from + blockSize;
    return { ...tree, block: [...tree.block.slice(0, end), ...copied, ...tree.block.slice(end)] };
  };
  const slots: Record<string, LoopedTransformerParameters> = {};
  for (const [name, slot] of Object.entries(optimizer.slots)) {
    slots[name] = await grow(slot);
  }
  const grown = { ...config, layers: config.layers + blockSize };
  checkConfig(grown);
  return { config: grown, params: await grow(params), optimizer: { ...optimizer, slots } };
}

/**
 * Refuses a model that cannot grow by blocks of this size, or whose optimizer does not keep a state for each layer.
 * Throws ModelError `option`.
 */
export function expectGrowable({ config, optimizer }: Pick<GrowingModel, 'config' | 'optimizer'>, blockSize: number): void {
  if (config.tieBlocks === 'soft') {
    throw new ModelError('option', 'a model of softly tied blocks cannot grow by stacking; tie them hard, or apply the block once');
  }
  if (!Number.isInteger(config.layers / blockSize)) {
    throw new ModelError('option', `${config.layers} layers cannot be cut in blocks of ${blockSize}; choose a divisor of ${config.layers}`);
  }
  for (const [name, slot] of Object.entries(optimizer.slots)) {
    if (Array.isArray(slot.block) && slot.block.length === config.layers) continue;
    throw new ModelError(
      'option',
      `the optimizer's ${name} is no tree of the model's ${config.layers} layers; stack before training, or use an optimizer with a state for each parameter`,
    );
  }
}

/** The same tree with buffers of its own: one buffer cannot be donated twice. */
async function copyOf<T>(tree: T): Promise<T> {
  const leaves = treeLeaves(tree);
  const elements = await Promise.all(leaves.map((leaf) => leaf.data()));
  const copies = new Map<Tensor, Tensor>(leaves.map((leaf, i) => [leaf, tensor(elements[i]!, leaf.shape, leaf.dtype)]));
  return treeMap((leaf) => copies.get(leaf)!, tree);
}

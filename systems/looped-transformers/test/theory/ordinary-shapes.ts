import { random, type Tensor, treeLeaves } from '@sardonyx/tensor';
import { expect } from 'vitest';
import { checkConfig, initLoopedTransformer } from '../../src/model/model.js';
import { actualSize, type Construction } from '../../src/theory/construction.js';

const shapes = (tree: unknown): string[] => treeLeaves(tree).map((leaf: Tensor) => `[${leaf.shape.join(', ')}]`);

/** The weights are those of the ordinary model of their configuration, part for part, and of the size that is claimed. */
export function expectOrdinaryModel(construction: Construction<never, unknown>): void {
  checkConfig(construction.config);
  expect(Object.keys(construction.params).sort()).toEqual(Object.keys(initLoopedTransformer(random.key(0), construction.config)).sort());
  expect(shapes(construction.params)).toEqual(shapes(initLoopedTransformer(random.key(0), construction.config)));
  expect(construction.config.norm).toBe('none');
  expect(construction.config.activation).toBe('relu');
  expect(actualSize(construction)).toEqual(construction.claimed);
}

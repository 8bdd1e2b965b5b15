import type { RandomStream } from '@sardonyx/data';
import { drawWithoutRepetition } from '../random-order.js';

/** Levels of items, each item of a level joined to some of the level before it. */
export interface StructureShape {
  readonly levels: number;
  /** Items of a level, at least and at most. */
  readonly minItems: number;
  readonly maxItems: number;
  /** Edges are never more. */
  readonly maxEdges: number;
}

/** A parent of one level and a child of the next; levels and items count from 0. */
export interface StructureEdge {
  readonly level: number;
  readonly parent: number;
  readonly child: number;
}

/** The fewest and most edges that a structure may have. */
export const edgeRange = ({ levels, minItems, maxItems, maxEdges }: StructureShape): readonly [number, number] => [
  (levels - 1) * minItems,
  Math.min(maxEdges, (levels - 1) * maxItems ** 2),
];

/**
 * A random structure graph after algorithm 1 of Ye et al. (arXiv:2407.20311): the number of edges is drawn first, then
 * levels grow until they can hold it, then every item below the first level gets a parent, then edges are added.
 */
export function drawStructureGraph(stream: RandomStream, shape: StructureShape): StructureEdge[] {
  const { levels, minItems, maxItems, maxEdges } = shape;
  const least = (levels - 1) * minItems;
  const edges = Math.min(maxEdges, least + stream.integer((levels - 1) * maxItems ** 2 - least + 1));
  const items = drawLevels(stream, shape, edges);
  const chosen: StructureEdge[] = [];
  const others: StructureEdge[] = [];
  for (let level = 0; level + 1 < levels; level++) {
    for (let child = 0; child < items[level + 1]!; child++) {
      const first = stream.integer(items[level]!);
      for (let parent = 0; parent < items[level]!; parent++) (parent === first ? chosen : others).push({ level, parent, child });
    }
  }
  return [...chosen, ...drawWithoutRepetition(stream, others, edges - chosen.length)];
}

/** Items of every level: between `edges` and the fewest and most edges such levels allow, there is room. */
function drawLevels(stream: RandomStream, { levels, minItems, maxItems }: StructureShape, edges: number): number[] {
  const items = new Array<number>(levels).fill(minItems);
  const growth = stream.uniform();
  for (;;) {
    const growing = items.flatMap((count, level) => (count < maxItems ? [level] : []));
    const fewest = items.slice(1).reduce((a, b) => a + b, 0);
    const most = items.slice(1).reduce((total, count, level) => total + count * items[level]!, 0);
    const enough = most >= edges;
    if (growing.length === 0 || (enough && (fewest === edges || stream.uniform() >= growth))) return items;
    items[growing[stream.integer(growing.length)]!]! += 1;
  }
}

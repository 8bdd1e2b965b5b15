import type * as Plot from '@observablehq/plot';

/** How dots look. */
export interface DotStyle {
  readonly radius: number;
  /** CSS colour. */
  readonly fill: string;
  readonly opacity: number;
}

/**
 * Discs at places of a plot's two scales, as one path: tens of thousands of elements would take seconds to lay out. The scales need
 * domains of their own.
 */
export function manyDots(places: readonly (readonly [x: number, y: number])[], { radius, fill, opacity }: DotStyle): Plot.Markish {
  return (_index, { x, y }, _values, _dimensions, { document }) => {
    const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
    // Lines of no length have round ends.
    const points = places.map((place) => `M${Number(x!(place[0])).toFixed(1)} ${Number(y!(place[1])).toFixed(1)}h0`);
    path.setAttribute('d', points.join(''));
    path.setAttribute('fill', 'none');
    path.setAttribute('stroke', fill);
    path.setAttribute('stroke-opacity', String(opacity));
    path.setAttribute('stroke-width', String(2 * radius));
    path.setAttribute('stroke-linecap', 'round');
    return path;
  };
}

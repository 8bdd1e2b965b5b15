/** A box in pixels, y downwards. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Where beside a line across a frame its label hides least: above or below the line, at its right or left end.
 *
 * @param frame the plotting area
 * @param along position of the line: the y of a horizontal one
 * @param label size of the label
 * @param crowd how many points lie in a box
 */
export function labelPlace(
  frame: Box,
  along: number,
  label: { readonly width: number; readonly height: number },
  crowd: (box: Box) => number,
): Box {
  const air = 3;
  const rows = [along - air - label.height, along + air];
  const columns = [frame.left + frame.width - label.width - air, frame.left + air];
  const places = columns.flatMap((left) => rows.map((top): Box => ({ left, top, ...label })));
  const inside = places.filter(({ top, height }) => top >= frame.top && top + height <= frame.top + frame.height);
  const candidates = inside.length > 0 ? inside : places;
  return candidates.reduce((best, place) => (crowd(place) < crowd(best) ? place : best));
}

/** Whether the segment from one point to another touches a box: told by a few points along it. */
export function crosses(box: Box, fromX: number, fromY: number, toX: number, toY: number): boolean {
  if (Math.max(fromX, toX) < box.left || Math.min(fromX, toX) > box.left + box.width) return false;
  const steps = Math.min(32, 1 + Math.ceil((Math.abs(toX - fromX) + Math.abs(toY - fromY)) / 6));
  for (let step = 0; step <= steps; step++) {
    const x = fromX + ((toX - fromX) * step) / steps;
    const y = fromY + ((toY - fromY) * step) / steps;
    if (x >= box.left && x <= box.left + box.width && y >= box.top && y <= box.top + box.height) return true;
  }
  return false;
}

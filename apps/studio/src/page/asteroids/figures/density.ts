/** Counts of points in the cells of a grid, row by row from the lower edge. */
export interface Density {
  readonly columns: number;
  readonly rows: number;
  readonly x: readonly [low: number, high: number];
  readonly y: readonly [low: number, high: number];
  readonly counts: Uint32Array;
  /** Points outside of the grid. */
  readonly outside: number;
}

/** Counts the points at `indices`; a point on the upper edge belongs to the last cell. */
export function densityOf(
  xs: Float64Array,
  ys: Float64Array,
  indices: ArrayLike<number>,
  grid: Pick<Density, 'columns' | 'rows' | 'x' | 'y'>,
): Density {
  const { columns, rows, x, y } = grid;
  const counts = new Uint32Array(columns * rows);
  let outside = 0;
  for (let k = 0; k < indices.length; k++) {
    const column = cellOf(xs[indices[k]!]!, x, columns);
    const row = cellOf(ys[indices[k]!]!, y, rows);
    if (column < 0 || row < 0) outside++;
    else counts[row * columns + column]!++;
  }
  return { columns, rows, x, y, counts, outside };
}

function cellOf(value: number, [low, high]: readonly [number, number], cells: number): number {
  if (!(value >= low && value <= high)) return -1;
  return Math.min(cells - 1, Math.floor(((value - low) / (high - low)) * cells));
}

/** Middles and counts of the cells that hold points, as CSV. */
export function densityCsv({ columns, rows, x, y, counts }: Density, xName: string, yName: string): string {
  const lines = [`${xName},${yName},count`];
  counts.forEach((count, cell) => {
    if (count === 0) return;
    const middle = ([low, high]: readonly [number, number], at: number, cells: number): string =>
      (low + ((at + 0.5) * (high - low)) / cells).toPrecision(6);
    lines.push(`${middle(x, cell % columns, columns)},${middle(y, Math.floor(cell / columns), rows)},${count}`);
  });
  return `${lines.join('\n')}\n`;
}

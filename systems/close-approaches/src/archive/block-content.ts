import { decodeSafetensors, encodeSafetensors, type SafetensorsTensor } from '@sardonyx/data';
import { ArchiveError } from './archive-error.js';

/**
 * What a block records.
 *
 * - `snapshot`: all that a run continues from, one row a live particle
 * - `approaches`: close approaches that ended since the snapshot before, one row each
 * - `removals`: particles that ended since the snapshot before, one row each
 * - `excursions`: approaches under way at the snapshot of the same step, one row each
 */
export const blockTypes = ['snapshot', 'approaches', 'removals', 'excursions'] as const;
export type BlockType = (typeof blockTypes)[number];

/** Arrays by name; the first axis of each is the row. */
export type Columns = Readonly<Record<string, SafetensorsTensor>>;

/** Rows, and arrays that are the same in every part of a run: the planets, say. */
export interface BlockContent {
  readonly rows: Columns;
  readonly shared: Columns;
}

/** In which order the blocks of one step are written: the rows since the snapshot before, what is under way, then the snapshot. */
export const writingOrder: readonly BlockType[] = ['approaches', 'removals', 'excursions', 'snapshot'];

/** What rows are ordered by. With it the bytes of an archive do not depend on the order in which workers finish. */
const orders: Readonly<Record<BlockType, readonly string[]>> = {
  snapshot: ['particle'],
  approaches: ['closed', 'particle', 'planet', 'left'],
  removals: ['step', 'particle'],
  excursions: ['particle', 'planet'],
};

/**
 * Number of rows of a content.
 * @throws {ArchiveError} `content` where columns differ in length
 */
export function rowCount({ rows }: Pick<BlockContent, 'rows'>): number {
  const counts = Object.entries(rows).map(([name, { shape }]) => [name, shape[0] ?? 0] as const);
  const count = counts[0]?.[1] ?? 0;
  const other = counts.find(([, rows]) => rows !== count);
  if (other === undefined) return count;
  throw new ArchiveError('content', `rows of a block: expected ${count} in every column, got ${other[1]} in "${other[0]}"; correct it`);
}

/**
 * The payload of a block: a safetensors file with rows in canonical order.
 * @throws {ArchiveError} `content` where columns differ in length or one of the order is missing
 */
export function encodeContent(type: BlockType, content: BlockContent): Uint8Array {
  const rows = orderedRows(type, content.rows);
  const named = (prefix: string, columns: Columns) =>
    Object.entries(columns).map(([name, column]) => [`${prefix}/${name}`, column] as const);
  return encodeSafetensors(Object.fromEntries([...named('rows', rows), ...named('shared', content.shared)]));
}

/** Reads a payload. Arrays are views on `bytes` where aligned. */
export function decodeContent(bytes: Uint8Array): BlockContent {
  const tensors = Object.entries(decodeSafetensors(bytes).tensors);
  const named = (prefix: string): Columns =>
    Object.fromEntries(tensors.filter(([name]) => name.startsWith(prefix)).map(([name, column]) => [name.slice(prefix.length), column]));
  return { rows: named('rows/'), shared: named('shared/') };
}

/**
 * The same columns with rows in the block's canonical order.
 * @throws {ArchiveError} `content`
 */
export function orderedRows(type: BlockType, rows: Columns): Columns {
  const count = rowCount({ rows });
  const keys = orders[type].map((name) => {
    const column = rows[name];
    if (column === undefined) throw new ArchiveError('content', `rows of "${type}": expected a column "${name}", got none; add it`);
    return column.data;
  });
  const compare = (a: number, b: number): number => {
    for (const key of keys) {
      const [x, y] = [key[a]!, key[b]!];
      if (x !== y) return x < y ? -1 : 1;
    }
    return a - b;
  };
  const order = Uint32Array.from({ length: count }, (_, row) => row);
  let sorted = true;
  for (let row = 1; row < count && sorted; row++) sorted = compare(row - 1, row) < 0;
  return sorted ? rows : selectRows(rows, order.sort(compare));
}

/** The rows of the given indices, in their order. */
export function selectRows(rows: Columns, indices: ArrayLike<number>): Columns {
  return mapColumns(rows, (column) => {
    const { data, width } = viewed(column);
    const selected = data.constructor as new (length: number) => typeof data;
    const out = new selected(indices.length * width);
    for (let k = 0; k < indices.length; k++) {
      for (let j = 0; j < width; j++) out[k * width + j] = data[indices[k]! * width + j]!;
    }
    return withData(column, indices.length, out);
  });
}

/**
 * Rows of several contents, one after the other.
 * @throws {ArchiveError} `content` where they differ in columns
 */
export function concatenateRows(parts: readonly Columns[]): Columns {
  const [first, ...others] = parts;
  if (first === undefined) return {};
  if (others.length === 0) return first;
  return mapColumns(first, (column, name) => {
    const columns = parts.map((part) => part[name]);
    const total = columns.reduce((sum, part) => sum + checkedLike(name, column, part).data.length, 0);
    const rows = columns.reduce((sum, part) => sum + part!.shape[0]!, 0);
    const out = new (column.data.constructor as new (length: number) => Float64Array)(total);
    let position = 0;
    for (const part of columns) {
      out.set(part!.data as Float64Array, position);
      position += part!.data.length;
    }
    return withData(column, rows, out);
  });
}

function checkedLike(name: string, column: SafetensorsTensor, other: SafetensorsTensor | undefined): SafetensorsTensor {
  const shape = (tensor: SafetensorsTensor) => `${tensor.dtype} of rows of [${tensor.shape.slice(1).join(', ')}]`;
  if (other !== undefined && shape(other) === shape(column)) return other;
  throw new ArchiveError(
    'content',
    `column "${name}": expected ${shape(column)} in every block, got ${other === undefined ? 'none' : shape(other)}; use blocks of one run`,
  );
}

const mapColumns = (columns: Columns, map: (column: SafetensorsTensor, name: string) => SafetensorsTensor): Columns =>
  Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, map(column, name)]));

/** Elements as of one array type (only copied, never computed with), and how many make a row. */
const viewed = (column: SafetensorsTensor): { data: Float64Array; width: number } => ({
  data: column.data as Float64Array,
  width: column.shape.slice(1).reduce((product, size) => product * size, 1),
});

const withData = (column: SafetensorsTensor, rows: number, data: Float64Array): SafetensorsTensor =>
  ({ dtype: column.dtype, shape: [rows, ...column.shape.slice(1)], data }) as SafetensorsTensor;

/** A column of float64, with rows of `width` numbers. */
export const floatColumn = (data: Float64Array, width?: number): SafetensorsTensor => ({
  dtype: 'F64',
  shape: width === undefined ? [data.length] : [data.length / width, width],
  data,
});

/** A column of 32-bit integers, with rows of `width` numbers. */
export const integerColumn = (data: Int32Array, width?: number): SafetensorsTensor => ({
  dtype: 'I32',
  shape: width === undefined ? [data.length] : [data.length / width, width],
  data,
});

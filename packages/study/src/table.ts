import { readFileSync } from 'node:fs';
import { parquetReadObjects, parquetSchema, parquetMetadata } from 'hyparquet';
import { type ColumnSource, parquetWriteBuffer } from 'hyparquet-writer';
import { DefinitionError } from './errors.js';
import { attempt, type FileSystem } from './file-system.js';
import { writeAtomically } from './atomic-write.js';
import type { CheckpointArray } from './checkpoint-file.js';

/** Column types of a table. `int64` values are BigInts; the other numbers are numbers. */
export type ColumnType = 'float64' | 'float32' | 'int32' | 'int64' | 'utf8' | 'bool';
export type Columns = Readonly<Record<string, ColumnType>>;
type Value<T extends ColumnType> = T extends 'utf8' ? string : T extends 'bool' ? boolean : T extends 'int64' ? bigint : number;
export type Row<C extends Columns> = { readonly [K in keyof C]: Value<C[K]> };
export type Cell = string | number | bigint | boolean;

/** Rows of typed columns that a study appends to; they become `tables/<name>.parquet`. */
export interface Table<C extends Columns> {
  readonly columns: C;
  readonly rowCount: number;
  /** Adds one row. Throws `DefinitionError` when a column is missing, unknown, or holds a value of another type. */
  append(row: Row<C>): void;
}

const parquetTypes = {
  float64: 'DOUBLE',
  float32: 'FLOAT',
  int32: 'INT32',
  int64: 'INT64',
  utf8: 'STRING',
  bool: 'BOOLEAN',
} as const;

/** The rows so far, column by column. */
export class TableRows<C extends Columns> implements Table<C> {
  readonly columns: C;
  readonly #name: string;
  readonly #values: Record<string, Cell[]> = {};
  #rowCount = 0;

  constructor(name: string, columns: C) {
    if (Object.keys(columns).length === 0) throw new DefinitionError(`Cannot make the table "${name}": it has no columns.`);
    this.#name = name;
    this.columns = columns;
    for (const column of Object.keys(columns)) this.#values[column] = [];
  }

  get rowCount(): number {
    return this.#rowCount;
  }

  append(row: Row<C>): void {
    const given: Readonly<Record<string, unknown>> = row;
    const unknown = Object.keys(given).filter((column) => !Object.hasOwn(this.columns, column));
    if (unknown.length > 0) throw this.#mistake(`it has no column ${unknown.join(', ')}`);
    const cells = Object.entries(this.columns).map(([column, type]) => [column, this.#cell(column, type, given[column])] as const);
    for (const [column, cell] of cells) this.#values[column]?.push(cell);
    this.#rowCount++;
  }

  /** Writes the rows as a Parquet file, atomically. */
  save(files: FileSystem, path: string): void {
    const columnData: ColumnSource[] = Object.entries(this.columns).map(([name, type]) => ({
      name,
      type: parquetTypes[type],
      data: this.#values[name] ?? [],
      nullable: false,
    }));
    writeAtomically(files, path, [new Uint8Array(parquetWriteBuffer({ columnData }))]);
  }

  /** The rows as arrays of a checkpoint; text is UTF-8 bytes with the end of each value. */
  toArrays(): Record<string, CheckpointArray> {
    const arrays: Record<string, CheckpointArray> = {};
    for (const [column, type] of Object.entries(this.columns)) {
      Object.assign(arrays, pack(column, type, this.#values[column] ?? []));
    }
    return arrays;
  }

  /** The inverse of {@link toArrays}, into an empty table of the same columns. */
  restoreRows(arrays: Readonly<Record<string, CheckpointArray>>): void {
    for (const [column, type] of Object.entries(this.columns)) {
      const cells = unpack(column, type, arrays);
      this.#values[column] = cells;
      this.#rowCount = cells.length;
    }
  }

  #cell(column: string, type: ColumnType, value: unknown): Cell {
    switch (type) {
      case 'float64':
      case 'float32':
        if (typeof value === 'number') return type === 'float32' ? Math.fround(value) : value;
        break;
      case 'int32':
        // `| 0` also turns -0 into 0, which is the only zero that an int32 has.
        if (typeof value === 'number' && (value | 0) === value) return value | 0;
        break;
      case 'int64':
        if (typeof value === 'bigint' && BigInt.asIntN(64, value) === value) return value;
        break;
      case 'utf8':
        // Lone surrogates have no UTF-8; what comes back from a file must equal what a reader sees before.
        if (typeof value === 'string') return Buffer.from(value, 'utf8').toString('utf8');
        break;
      case 'bool':
        if (typeof value === 'boolean') return value;
        break;
    }
    throw this.#mistake(`column "${column}" expects ${type}, got ${describe(value)}`);
  }

  #mistake(detail: string): DefinitionError {
    return new DefinitionError(`Cannot append to the table "${this.#name}": ${detail}. Its columns are ${JSON.stringify(this.columns)}.`);
  }
}

function describe(value: unknown): string {
  return value === undefined ? 'nothing' : `${typeof value} ${String(value)}`;
}

function pack(column: string, type: ColumnType, cells: readonly Cell[]): Record<string, CheckpointArray> {
  const shape = [cells.length];
  switch (type) {
    case 'float64':
      return { [column]: { dtype: type, shape, data: Float64Array.from(cells as number[]) } };
    case 'float32':
      return { [column]: { dtype: type, shape, data: Float32Array.from(cells as number[]) } };
    case 'int32':
      return { [column]: { dtype: type, shape, data: Int32Array.from(cells as number[]) } };
    case 'int64':
      return { [column]: { dtype: type, shape, data: BigInt64Array.from(cells as bigint[]) } };
    case 'bool':
      return { [column]: { dtype: type, shape, data: Uint8Array.from(cells as boolean[], Number) } };
    case 'utf8': {
      const texts = (cells as string[]).map((text) => Buffer.from(text, 'utf8'));
      const ends = new Float64Array(texts.length);
      texts.reduce((end, text, index) => (ends[index] = end + text.length), 0);
      const bytes = new Uint8Array(Buffer.concat(texts));
      return {
        [column]: { dtype: 'uint8', shape: [bytes.length], data: bytes },
        [`${column}/ends`]: { dtype: 'float64', shape, data: ends },
      };
    }
  }
}

function unpack(column: string, type: ColumnType, arrays: Readonly<Record<string, CheckpointArray>>): Cell[] {
  const data: ArrayLike<number | bigint> = arrays[column]?.data ?? [];
  if (type === 'bool') return Array.from(data, (value) => value === 1);
  if (type !== 'utf8') return Array.from(data);
  const bytes = Buffer.from(data as Uint8Array);
  const ends = Array.from(arrays[`${column}/ends`]?.data ?? [], Number);
  return ends.map((end, index) => bytes.toString('utf8', ends[index - 1] ?? 0, end));
}

/** A table read back: its columns in order, each an array of `rowCount` cells. */
export interface TableData {
  readonly rowCount: number;
  readonly columns: Readonly<Record<string, readonly Cell[]>>;
}

/** Reads a Parquet file. Throws `StorageError` when there is none. */
export async function readTable(path: string): Promise<TableData> {
  const bytes = attempt('read', path, () => readFileSync(path));
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  const names = parquetSchema(parquetMetadata(file)).children.map((child) => child.element.name);
  const rows: Record<string, unknown>[] = await parquetReadObjects({ file });
  const columns = Object.fromEntries(names.map((name) => [name, rows.map((row) => row[name] as Cell)]));
  return { rowCount: rows.length, columns };
}

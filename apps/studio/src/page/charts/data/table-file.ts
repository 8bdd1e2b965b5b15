import { parquetMetadataAsync, parquetRead, parquetSchema } from 'hyparquet';

/** Columns of a Parquet file; those that were not asked for are there without their cells. */
export interface TableColumns {
  readonly columns: Readonly<Record<string, readonly unknown[]>>;
  readonly rowCount: number;
}

/** Reads some columns of a Parquet file. Names that the file lacks are passed over. */
export async function readColumns(file: ArrayBuffer, wanted: readonly string[]): Promise<TableColumns> {
  const metadata = await parquetMetadataAsync({ byteLength: file.byteLength, slice: (start, end) => file.slice(start, end) });
  const names = parquetSchema(metadata).children.map((child) => child.element.name);
  const columns: Record<string, unknown[]> = Object.fromEntries(names.map((name) => [name, []]));
  const present = names.filter((name) => wanted.includes(name));
  if (present.length > 0) {
    await parquetRead({
      file,
      metadata,
      columns: present,
      onChunk: ({ columnName, columnData, rowStart }) => {
        const cells = columns[columnName]!;
        for (let index = 0; index < columnData.length; index++) cells[rowStart + index] = columnData[index];
      },
    });
  }
  return { columns, rowCount: Number(metadata.num_rows) };
}

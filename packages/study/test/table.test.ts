import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DefinitionError } from '../src/errors.js';
import { nodeFileSystem } from '../src/file-system.js';
import { type Columns, readTable, TableRows } from '../src/table.js';
import { temporaryDirectory } from './temporary-directory.js';

const columns = { f64: 'float64', f32: 'float32', i32: 'int32', i64: 'int64', text: 'utf8', flag: 'bool' } as const satisfies Columns;
const anyRow = fc.record({
  f64: fc.double(),
  f32: fc.float(),
  i32: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  i64: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  text: fc.string({ unit: 'grapheme' }),
  flag: fc.boolean(),
});

describe('table', () => {
  it('comes back from Parquet as it was', async () => {
    const path = join(temporaryDirectory(), 't.parquet');
    await fc.assert(
      fc.asyncProperty(fc.array(anyRow, { maxLength: 30 }), async (rows) => {
        const table = new TableRows('t', columns);
        for (const row of rows) table.append(row);
        table.save(nodeFileSystem, path);
        const read = await readTable(path);
        expect(read.rowCount).toBe(rows.length);
        expect(Object.keys(read.columns)).toEqual(Object.keys(columns));
        for (const name of Object.keys(columns) as (keyof typeof columns)[]) {
          expect(read.columns[name]).toEqual(rows.map((row) => row[name]));
        }
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  it('comes back from a checkpoint as it was, and goes on', () => {
    fc.assert(
      fc.property(fc.array(anyRow, { maxLength: 30 }), anyRow, (rows, next) => {
        const [table, restored] = [new TableRows('t', columns), new TableRows('t', columns)];
        for (const row of rows) table.append(row);
        restored.restoreRows(table.toArrays());
        expect(restored.rowCount).toBe(rows.length);
        table.append(next);
        restored.append(next);
        expect(restored.toArrays()).toEqual(table.toArrays());
      }),
      { seed: 2, numRuns: 60 },
    );
  });

  it.each([
    ['a missing column', { step: 1 }, /"loss" expects float64, got nothing/],
    ['an unknown column', { step: 1, loss: 1, los: 2 }, /no column los/],
    ['a fraction as int32', { step: 0.5, loss: 1 }, /"step" expects int32, got number 0.5/],
    ['an int32 out of range', { step: 2 ** 31, loss: 1 }, /"step" expects int32/],
    ['text as a number', { step: 1, loss: '1' }, /"loss" expects float64, got string 1/],
  ])('refuses %s and stays as it was', (_, row, message) => {
    const table = new TableRows('t', { step: 'int32', loss: 'float64' });
    expect(() => table.append(row as never)).toThrow(DefinitionError);
    expect(() => table.append(row as never)).toThrow(message);
    expect(table.rowCount).toBe(0);
    expect(table.toArrays()).toEqual(new TableRows('t', { step: 'int32', loss: 'float64' }).toArrays());
  });
});

import { FormatError, quoted } from './format-error.js';
import { isMpcOrb, mpcOrbsIn, parseMpcOrb } from './mpc-orb.js';
import { type MpcorbObject, parseMpcorbObject } from './mpcorb-json.js';
import { eachItem, type Reader } from './orbit-reader.js';
import { sbdbRowReader } from './sbdb.js';

/* Orbits as JSON, of the Minor Planet Center and of JPL. */

/** Objects of an array, flat or nested; or the members of one nested orbit, or of an answer that holds some. */
export const readMpcorbJson: Reader = async (source, add, options) => {
  const whole: Record<string, unknown> = {};
  let line = 0;
  const addObject = (value: unknown): void => {
    if (isMpcOrb(value)) for (const orbit of mpcOrbsIn(value)) add(++line, () => parseMpcOrb(orbit));
    else add(++line, () => parseMpcorbObject(objectOf(value)));
  };
  await eachItem(source, options, ({ member, isItem, value }) => {
    if (member === undefined || (member === 'mpc_orb' && isItem)) addObject(value);
    else if (member === 'mpc_orb') addObject({ mpc_orb: value });
    else whole[member] = value;
  });
  if (isMpcOrb(whole)) addObject(whole);
};

function objectOf(value: unknown): MpcorbObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as MpcorbObject;
  throw new FormatError(
    'json',
    {},
    {
      expected: 'an object of an orbit',
      given: quoted(JSON.stringify(value)),
      remedy: 'download the file again, or leave the item out with --skip-bad',
    },
  );
}

/** Rows of a query. */
export const readSbdbJson: Reader = async (source, add, options) => {
  const fields: string[] = [];
  let read: ReturnType<typeof sbdbRowReader> | undefined;
  // Rows may come before the names of their fields.
  const waiting: { row: (string | null)[]; line: number }[] = [];
  const addRow = (row: (string | null)[], line: number): void => {
    read ??= readerOf(source.name, fields);
    const reader = read;
    add(line, () => {
      if (row.length >= fields.length) return reader(row);
      throw new FormatError(
        'line-too-short',
        {},
        {
          expected: `${fields.length} fields`,
          given: `${row.length}: ${quoted(JSON.stringify(row))}`,
          remedy: 'query the database again, or leave the row out with --skip-bad',
        },
      );
    });
  };
  await eachItem(source, options, ({ member, value, index }) => {
    if (member === 'fields') fields.push(String(value));
    if (member !== 'data') return;
    if (!Array.isArray(value))
      throw new FormatError(
        'json',
        { file: source.name, column: `data[${index}]` },
        { expected: 'a row', given: quoted(JSON.stringify(value)), remedy: 'query the database again' },
      );
    const cells = value as unknown[];
    const row = cells.map((cell) => (cell === null || cell === undefined ? null : String(cell)));
    if (fields.length === 0) waiting.push({ row, line: index + 1 });
    else addRow(row, index + 1);
  });
  for (const { row, line } of waiting) addRow(row, line);
};

function readerOf(file: string, fields: readonly string[]): ReturnType<typeof sbdbRowReader> {
  try {
    return sbdbRowReader(fields);
  } catch (cause) {
    throw cause instanceof FormatError ? cause.at({ file }) : cause;
  }
}

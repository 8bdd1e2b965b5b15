import { calendarDate } from '../orbit/time.js';
import type { ByteSource } from './byte-source.js';
import { FormatError, quoted } from './format-error.js';
import { jsonItems } from './json-items.js';
import { parseNumber, parseOptionalNumber } from './text-lines.js';

/** A close approach as JPL's tables give it. */
export interface CloseApproach {
  readonly designation: string;
  /** The planet approached; tables without the field are of the Earth. */
  readonly body: string;
  readonly orbit: string;
  /** JD TDB. */
  readonly time: number;
  /** 3-sigma uncertainty of the time, days; an upper bound where the table says `<`; NaN where unknown. */
  readonly timeSigma: number;
  /** au; `distanceMin` and `distanceMax` are 3-sigma bounds, NaN where unknown. */
  readonly distance: number;
  readonly distanceMin: number;
  readonly distanceMax: number;
  /** km/s. */
  readonly speed: number;
  readonly speedAtInfinity: number;
  /** NaN where unknown. */
  readonly absoluteMagnitude: number;
  /** km; NaN where unknown. */
  readonly diameter: number;
}

/** Whether these are the fields of a table of approaches. */
export const isCadHeader = (fields: readonly string[]): boolean => ['des', 'jd', 'dist', 'v_rel'].every((field) => fields.includes(field));

type Row = readonly (string | number | null)[];

/**
 * Reads a table of JPL's close-approach service, its members in any order.
 * @throws {FormatError} `json`, `truncated`, `missing-column`, `bad-number`, with the row's number
 */
export async function readCad(source: ByteSource): Promise<CloseApproach[]> {
  const fields: string[] = [];
  const rows: Row[] = [];
  let count: number | undefined;
  for await (const items of jsonItems(source)) {
    for (const { member, value, index } of items) {
      if (member === 'fields') fields.push(String(value));
      else if (member === 'count') count = Number(value);
      // Rows may come before the names of their fields.
      else if (member === 'data') rows.push(rowOf(value, { file: source.name, line: index + 1 }));
    }
  }
  const approaches = rows.map((row, index) => approachOf(fields, row, { file: source.name, line: index + 1 }));
  if (fields.length === 0 && count !== 0) throw missingField(source.name, 'fields');
  if (count !== undefined && count !== approaches.length) {
    throw new FormatError(
      'truncated',
      { file: source.name, column: 'count' },
      { expected: `${count} rows`, given: String(approaches.length), remedy: 'download the file again' },
    );
  }
  return approaches;
}

function rowOf(value: unknown, place: { file: string; line: number }): Row {
  if (Array.isArray(value)) return value as Row;
  throw new FormatError('json', place, { expected: 'a row', given: quoted(JSON.stringify(value)), remedy: 'query the service again' });
}

const missingField = (file: string | undefined, field: string): FormatError =>
  new FormatError(
    'missing-column',
    { file, column: field },
    { expected: 'this field', given: 'none', remedy: 'query the service again with it' },
  );

function approachOf(fields: readonly string[], row: Row, { file, line }: { file: string; line: number }): CloseApproach {
  if (row.length < fields.length)
    throw new FormatError(
      'line-too-short',
      { file, line },
      { expected: `${fields.length} fields`, given: `${row.length}: ${quoted(JSON.stringify(row))}`, remedy: 'query the service again' },
    );
  const text = (field: string): string | undefined => {
    const index = fields.indexOf(field);
    const value = index < 0 ? undefined : row[index];
    return value === null || value === undefined ? undefined : String(value);
  };
  const needed = (field: string): number => {
    const value = text(field);
    if (value === undefined) throw missingField(undefined, field);
    return parseNumber(value, field);
  };
  try {
    return {
      designation: text('des') ?? '',
      body: text('body') ?? 'Earth',
      orbit: text('orbit_id') ?? '',
      time: needed('jd'),
      timeSigma: durationOf(text('t_sigma_f')),
      distance: needed('dist'),
      distanceMin: parseOptionalNumber(text('dist_min'), 'dist_min'),
      distanceMax: parseOptionalNumber(text('dist_max'), 'dist_max'),
      speed: needed('v_rel'),
      speedAtInfinity: parseOptionalNumber(text('v_inf'), 'v_inf'),
      absoluteMagnitude: parseOptionalNumber(text('h'), 'h'),
      diameter: parseOptionalNumber(text('diameter'), 'diameter'),
    };
  } catch (cause) {
    throw cause instanceof FormatError ? cause.at({ file, line }) : cause;
  }
}

/** Days of `00:17` (hours and minutes), `12_03:40` (days before them) or `< 00:01`. @throws {FormatError} `bad-number` */
function durationOf(text: string | undefined): number {
  if (text === undefined || text.trim() === '') return NaN;
  const match = /^<?\s*(?:(\d+)_)?(\d+):(\d\d)$/.exec(text.trim());
  if (match !== null) return Number(match[1] ?? 0) + Number(match[2]) / 24 + Number(match[3]) / 1440;
  throw new FormatError(
    'bad-number',
    { column: 't_sigma_f' },
    { expected: 'a duration such as "< 00:01" or "1_03:40"', given: quoted(text), remedy: 'query the service again' },
  );
}

/** A duration in whole minutes, as the service writes it. */
function durationText(days: number): string | null {
  if (Number.isNaN(days)) return null;
  const minutes = Math.round(days * 1440);
  if (minutes <= 1) return '< 00:01';
  const two = (value: number): string => String(value).padStart(2, '0');
  const [whole, rest] = [Math.floor(minutes / 1440), minutes % 1440];
  return `${whole > 0 ? `${whole}_` : ''}${two(Math.floor(rest / 60))}:${two(rest % 60)}`;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `2020-Jan-01 00:54`, as the service writes dates. */
export function cadDate(jd: number): string {
  // Half a minute on, to round to minutes.
  const { year, month, day } = calendarDate(jd + 0.5 / 1440);
  const minutes = Math.floor((day % 1) * 1440 + 1e-9);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${year}-${months[month - 1]}-${two(Math.floor(day))} ${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** The layout of the service, with the planet of every approach. */
export const formatCad = (approaches: Iterable<CloseApproach>, source: string): string =>
  `${[...cadLines(approaches, source)].join('\n')}\n`;

const fields = ['des', 'orbit_id', 'jd', 'cd', 'dist', 'dist_min', 'dist_max', 'v_rel', 'v_inf', 't_sigma_f', 'body', 'h', 'diameter'];

/** The same line by line, as approaches come; how many there were stands at the end. */
export function* cadLines(approaches: Iterable<CloseApproach>, source: string): Generator<string> {
  const text = (value: number): string | null => (Number.isNaN(value) ? null : String(value));
  yield `{"signature":${JSON.stringify({ source, version: '1.5' })},"fields":${JSON.stringify(fields)},"data":[`;
  let count = 0;
  let last: string | undefined;
  for (const a of approaches) {
    if (last !== undefined) yield `${last},`;
    last = JSON.stringify([
      a.designation,
      a.orbit,
      String(a.time),
      cadDate(a.time),
      text(a.distance),
      text(a.distanceMin),
      text(a.distanceMax),
      text(a.speed),
      text(a.speedAtInfinity),
      durationText(a.timeSigma),
      a.body,
      text(a.absoluteMagnitude),
      text(a.diameter),
    ]);
    count++;
  }
  if (last !== undefined) yield last;
  yield `],"count":${count}}`;
}

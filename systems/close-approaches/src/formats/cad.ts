import { calendarDate } from '../orbit/time.js';
import type { ByteSource } from './byte-source.js';
import { FormatError } from './format-error.js';
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

/**
 * Reads a table of JPL's close-approach service.
 * @throws {FormatError} `json`, `truncated`, `missing-column`, `bad-number`, with the row's number
 */
export async function readCad(source: ByteSource): Promise<CloseApproach[]> {
  const fields: string[] = [];
  const approaches: CloseApproach[] = [];
  let count: number | undefined;
  for await (const items of jsonItems(source)) {
    for (const { member, value, index } of items) {
      if (member === 'fields') fields.push(String(value));
      else if (member === 'count') count = Number(value);
      else if (member === 'data')
        approaches.push(approachOf(fields, value as (string | number | null)[], { file: source.name, line: index + 1 }));
    }
  }
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

const missingField = (file: string | undefined, field: string): FormatError =>
  new FormatError(
    'missing-column',
    { file, column: field },
    { expected: 'this field', given: 'none', remedy: 'query the service again with it' },
  );

function approachOf(
  fields: readonly string[],
  row: readonly (string | number | null)[],
  { file, line }: { file: string; line: number },
): CloseApproach {
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
export function formatCad(approaches: readonly CloseApproach[], source: string): string {
  const text = (value: number): string | null => (Number.isNaN(value) ? null : String(value));
  const fields = ['des', 'orbit_id', 'jd', 'cd', 'dist', 'dist_min', 'dist_max', 'v_rel', 'v_inf', 't_sigma_f', 'body', 'h', 'diameter'];
  const rows = approaches.map((a) => [
    a.designation,
    a.orbit,
    String(a.time),
    cadDate(a.time),
    text(a.distance),
    text(a.distanceMin),
    text(a.distanceMax),
    text(a.speed),
    text(a.speedAtInfinity),
    null,
    a.body,
    text(a.absoluteMagnitude),
    text(a.diameter),
  ]);
  return `{"signature":${JSON.stringify({ source, version: '1.5' })},"count":${rows.length},"fields":${JSON.stringify(fields)},"data":[\n${rows
    .map((row) => JSON.stringify(row))
    .join(',\n')}\n]}\n`;
}

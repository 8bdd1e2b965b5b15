import { BadInputError } from '@sardonyx/study/errors';

/**
 * Why a file cannot be used.
 *
 * - `unreadable`: there is no such file, or it may not be read
 * - `unwritable`: there is no such folder, or nothing may be written to it
 * - `unknown-format`: the content is of no format known here
 * - `line-too-short`, `bad-number`, `missing-column`, `missing-value`, `packed-date`, `packed-designation`: a field of a table
 * - `json`, `compression`, `truncated`: the file's syntax is broken
 * - `open-orbit`: e ≥ 1 where a table of ellipses has it, or a format that holds ellipses only
 * - `not-an-orbit`: elements of no conic
 * - `perihelion-mismatch`: q differs from a·(1 − e)
 * - `frame`, `units`, `light-time`, `center`: axes, units, corrections or origin that orbits cannot be taken from
 * - `no-data`: a file without a single row
 * - `not-a-kernel`, `byte-order`, `transfer`, `kernel-type`, `kernel-span`: an SPK file
 * - `catalogue-version`, `catalogue-checksum`: a catalogue of another version, or damaged
 * - `not-representable`: what a format cannot hold
 */
export type FormatErrorCode =
  | 'unreadable'
  | 'unwritable'
  | 'unknown-format'
  | 'line-too-short'
  | 'bad-number'
  | 'missing-column'
  | 'missing-value'
  | 'packed-date'
  | 'packed-designation'
  | 'json'
  | 'compression'
  | 'truncated'
  | 'open-orbit'
  | 'not-an-orbit'
  | 'perihelion-mismatch'
  | 'frame'
  | 'units'
  | 'light-time'
  | 'center'
  | 'no-data'
  | 'not-a-kernel'
  | 'byte-order'
  | 'transfer'
  | 'kernel-type'
  | 'kernel-span'
  | 'catalogue-version'
  | 'catalogue-checksum'
  | 'not-representable';

/** Where something stands in a file. Lines count from 1. */
export interface Place {
  readonly file?: string | undefined;
  readonly line?: number | undefined;
  readonly column?: string | undefined;
}

/** What is wrong there. */
export interface Fault {
  readonly expected: string;
  /** The offending text or value. */
  readonly given: string;
  /** What to do. */
  readonly remedy: string;
}

/** A file that cannot be used as it is. */
export class FormatError extends BadInputError {
  readonly place: Place;
  readonly fault: Fault;

  constructor(code: FormatErrorCode, place: Place, fault: Fault) {
    super(code, `${whereOf(place)}: expected ${fault.expected}, got ${fault.given}; ${fault.remedy}.`);
    this.place = place;
    this.fault = fault;
  }

  /** The same error at a place that its thrower did not know. */
  at(place: Place): FormatError {
    return new FormatError(this.code as FormatErrorCode, { ...place, ...withoutUndefined(this.place) }, this.fault);
  }
}

function whereOf({ file = 'input', line, column }: Place): string {
  return `${file}${line === undefined ? '' : `, line ${line}`}${column === undefined ? '' : `, ${column}`}`;
}

const withoutUndefined = (place: Place): Place =>
  Object.fromEntries(Object.entries(place).filter(([, value]) => value !== undefined)) as Place;

/** A piece of text for a message: quoted, and cut where it is long. */
export const quoted = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}...` : text);

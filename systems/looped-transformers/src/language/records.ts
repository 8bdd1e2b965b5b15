import { problemsOf, type SchemaProblem, shownValue, valueAt } from '@sardonyx/study/schema-problems';
import type { z } from 'zod';
import { LanguageDataError } from './language-data-error.js';

export interface RecordOptions {
  /** Records to take at most; bad ones that are passed over do not count. */
  readonly limit?: number;
  /** Passes bad records over and counts them, instead of throwing. */
  readonly skipBad?: boolean;
}

/** One record of a file and where it stands: `line 3`, `item 7`, `problem at line 12`. */
export interface FileRecord<T> {
  readonly place: string;
  readonly value: T;
}

/** A record that its reader could not even parse, and why. */
export interface BrokenRecord {
  readonly place: string;
  readonly problem: LanguageDataError;
}

/**
 * The records of a file, checked against a schema one by one. Iterate once; `skipped` then says how many were passed over.
 * Errors name the file, the place and the field.
 */
export class FileRecords<T> implements AsyncIterable<FileRecord<T>> {
  /** Bad records that were passed over. */
  skipped = 0;

  /** @throws {LanguageDataError} `invalid-option` where the limit is no positive integer */
  constructor(
    private readonly path: string,
    private readonly source: AsyncIterable<FileRecord<unknown> | BrokenRecord>,
    private readonly schema: z.ZodType<T>,
    private readonly options: RecordOptions = {},
  ) {
    const { limit } = options;
    if (limit === undefined || (Number.isInteger(limit) && limit > 0)) return;
    throw new LanguageDataError('invalid-option', 'limit of records', 'a positive integer', String(limit), 'leave it out for all records');
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<FileRecord<T>, void> {
    const { limit = Infinity, skipBad = false } = this.options;
    let taken = 0;
    for await (const record of this.source) {
      const parsed = 'problem' in record ? undefined : this.schema.safeParse(record.value);
      if (parsed?.success) {
        yield { place: record.place, value: parsed.data };
        taken += 1;
        if (taken >= limit) return;
      } else if (skipBad) {
        this.skipped += 1;
      } else {
        throw 'problem' in record ? record.problem : this.refusal(record, parsed!.error!);
      }
    }
  }

  private refusal({ place, value }: FileRecord<unknown>, error: z.ZodError): LanguageDataError {
    const { at, expected, given } = firstProblem(this.schema, error, value);
    return badRecord(`file ${this.path}, ${place}${at === '' ? '' : `, field ${at}`}`, expected, given);
  }
}

/** The first thing that a schema refuses, as errors of this system tell it. */
export function firstProblem(schema: z.ZodType, error: z.ZodError, value: unknown) {
  const [{ at, problem, given }] = problemsOf(schema, error, value) as [SchemaProblem];
  return { at, expected: problem.replace(/^expected /, ''), given: given ?? shownValue(valueAt(value, at === '' ? [] : at.split('.'))) };
}

/** The error of one record; readers that parse for themselves use it too. */
export const badRecord = (what: string, expected: string, given: string, cause?: unknown): LanguageDataError =>
  new LanguageDataError('bad-record', what, expected, given, 'repair it, or pass bad records over', { cause });

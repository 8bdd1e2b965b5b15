import { BadInputError, type CommandContext, TimeLeft } from '@sardonyx/study';
import { z } from 'zod';
import { type Catalogue, CatalogueBuilder } from '../formats/catalogue.js';
import type { ByteSource } from '../formats/byte-source.js';
import { fileSource } from '../formats/file-source.js';
import type { FileFormat } from '../formats/file-format.js';
import { FormatError } from '../formats/format-error.js';
import type { ReadOptions } from '../formats/orbit-reader.js';
import { readOrbits } from '../formats/read-orbits.js';

/** Bytes of a row of the longest files, MPCORB.DAT, at least: room is made by it. */
const shortestRow = 170;

/** Seconds between two lines of progress. */
const progressSeconds = 2;

/** Tells how far work is, now and then. */
export class Progress {
  readonly #left = new TimeLeft();
  #told = Date.now();

  constructor(
    private readonly ctx: CommandContext,
    private readonly what: string,
  ) {}

  update(done: number, total: number): void {
    const now = Date.now();
    this.#left.update(done, total, now);
    if (now - this.#told < progressSeconds * 1000) return;
    this.#told = now;
    const seconds = this.#left.seconds();
    const left = seconds === undefined ? '' : `, ${seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`} left`;
    this.ctx.log(`${this.what}: ${Math.floor((100 * done) / Math.max(1, total))} %${left}`);
  }
}

/** What was read of one file. */
export interface ReadFile {
  readonly file: string;
  readonly format: FileFormat;
  readonly orbits: number;
  /** Rows left out. */
  readonly bad: number;
  /** Messages of the first of them. */
  readonly badExamples: readonly string[];
  /** What had to be done to its numbers before they were orbits about the Sun. */
  readonly notes: readonly string[];
}

/** How files are read beside their rows. */
export type ReadCatalogueOptions = Pick<ReadOptions, 'axes' | 'epoch' | 'until'>;

/** The option of axes that a table without a word about them is on. */
export const axesParameter = z
  .enum(['', 'ecliptic', 'equator'])
  .default('')
  .describe('axes of tables of states that do not say theirs; empty takes the ecliptic, and says so');

export const axesOf = (axes: z.output<typeof axesParameter>): ReadCatalogueOptions => (axes === '' ? {} : { axes });

/** @throws {BadInputError} `file` where it cannot be opened */
export async function openSource(path: string): Promise<ByteSource> {
  try {
    return await fileSource(path);
  } catch (cause) {
    if (!(cause instanceof FormatError)) throw cause;
    throw new BadInputError('file', `Cannot read "${path}": ${cause.fault.given}. Check the path.`, { cause });
  }
}

/** Reads files of orbits of any format into one catalogue. @throws {FormatError}, `no-data` where no row is left; {BadInputError} `file` */
export async function readCatalogue(
  ctx: CommandContext,
  paths: readonly string[],
  skipBad: boolean,
  options: ReadCatalogueOptions = {},
): Promise<{ catalogue: Catalogue; files: ReadFile[] }> {
  const builder = new CatalogueBuilder();
  const files: ReadFile[] = [];
  for (const path of paths) {
    const source = await openSource(path);
    builder.reserve(builder.count + source.size / shortestRow);
    const progress = new Progress(ctx, path);
    const bad: FormatError[] = [];
    let count = 0;
    const before = builder.count;
    const notes: string[] = [];
    const skip = (error: FormatError): void => {
      count++;
      if (bad.length < 5) bad.push(error);
    };
    const format = await readOrbits(source, builder, {
      signal: ctx.signal,
      progress: () => progress.update(source.bytesRead, source.size),
      ...options,
      note: (text) => {
        if (notes.includes(text)) return;
        notes.push(text);
        ctx.log(`${path}: ${text}`);
      },
      ...(skipBad && { skip }),
    });
    files.push({ file: path, format, orbits: builder.count - before, bad: count, badExamples: bad.map(({ message }) => message), notes });
  }
  if (builder.count === 0) throw nothingLeft(files);
  return { catalogue: builder.build(), files };
}

function nothingLeft(files: readonly ReadFile[]): FormatError {
  const bad = files.reduce((sum, file) => sum + file.bad, 0);
  const first = files.flatMap(({ badExamples }) => badExamples)[0];
  return new FormatError(
    'no-data',
    { file: files.map(({ file }) => file).join(', ') },
    {
      expected: 'at least one orbit that can be used',
      given: first === undefined ? 'none' : `none and ${bad} that cannot, the first: ${first.replace(/\.$/, '')}`,
      remedy: 'correct the rows, or give another file',
    },
  );
}

/** The bodies of these designations or names. @throws {BadInputError} `unknown-body` */
export function chosenBodies(catalogue: Catalogue, bodies: readonly string[]): number[] {
  if (bodies.length === 0) return Array.from({ length: catalogue.count }, (_, index) => index);
  return bodies.map((body) => {
    const byDesignation = catalogue.designations.findIndex((designation) => designation === body);
    const index = byDesignation >= 0 ? byDesignation : catalogue.names.findIndex((name) => name.toLowerCase() === body.toLowerCase());
    if (index >= 0) return index;
    throw new BadInputError(
      'unknown-body',
      `Cannot find "${body}": expected a number, designation or name of the ${catalogue.count} bodies read. Check its spelling.`,
    );
  });
}

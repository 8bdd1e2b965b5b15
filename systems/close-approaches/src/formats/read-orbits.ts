import { sunGm } from '../constants.js';
import { keplerianOf } from '../orbit/elements-from-state.js';
import { OrbitError } from '../orbit/orbit-error.js';
import type { StateVector } from '../planets/initial-states.js';
import { parseAstdysHeader, parseAstdysLine, parseAstdysOrbits } from './astdys.js';
import { allBytes, type ByteSource } from './byte-source.js';
import { CatalogueBuilder } from './catalogue.js';
import { decodeCatalogue } from './catalogue-file.js';
import { csvFields } from './csv.js';
import { type FileFormat, fileFormats, recognizeFormat } from './file-format.js';
import { FormatError, quoted } from './format-error.js';
import { parseHorizons } from './horizons.js';
import { jsonItems } from './json-items.js';
import { parseMercuryBodies } from './mercury-files.js';
import { endsHeader, looksLikeOrbitLine, parseMpcorbLine } from './mpcorb.js';
import { parseMpcorbObject } from './mpcorb-json.js';
import type { OrbitRecord } from './orbit-record.js';
import { sbdbRowReader } from './sbdb.js';
import { naif, SpkKernel } from './spk.js';
import { expandTabs, lineBatches, linesOf, type TextLine } from './text-lines.js';

export interface ReadOptions {
  /** Called with the error of a row that is left out; without it the first such row ends the reading. */
  readonly skip?: (error: FormatError) => void;
  /** Called now and then while the source is read. */
  readonly progress?: () => void;
  readonly signal?: AbortSignal;
}

/** Adds a record read by `read` at a place, or leaves it out. */
type Add = (line: number | undefined, read: () => OrbitRecord) => void;

/**
 * Reads the orbits of a file of any format that has some into `builder`, and says what the file was.
 * @throws {FormatError} `unknown-format`; `no-data` for a format without orbits; what a row throws, with file and line
 */
export async function readOrbits(source: ByteSource, builder: CatalogueBuilder, options: ReadOptions = {}): Promise<FileFormat> {
  const format = await recognizeFormat(source);
  const before = builder.count;
  const add: Add = (line, read) => {
    try {
      builder.add(read());
    } catch (cause) {
      const error = rowError(cause, { file: source.name, line });
      if (options.skip === undefined) throw error;
      options.skip(error);
    }
  };
  const reader = readers[format];
  if (reader === undefined) {
    throw new FormatError(
      'no-data',
      { file: source.name },
      { expected: 'a file of orbits', given: fileFormats[format], remedy: 'give a catalogue or an ephemeris' },
    );
  }
  await reader(source, add, options);
  if (builder.count === before && options.skip === undefined) {
    throw new FormatError('no-data', { file: source.name }, { expected: 'at least one orbit', given: 'none', remedy: 'download it again' });
  }
  builder.addSource(source.name);
  return format;
}

function rowError(cause: unknown, place: { readonly file: string; readonly line: number | undefined }): FormatError {
  if (cause instanceof FormatError) return cause.at(place);
  if (cause instanceof OrbitError)
    return new FormatError('not-an-orbit', place, {
      expected: 'an orbit',
      given: cause.message,
      remedy: 'correct the row, or leave it out with --skip-bad',
    });
  throw cause;
}

type Reader = (source: ByteSource, add: Add, options: ReadOptions) => Promise<void>;

const readers: Partial<Record<FileFormat, Reader>> = {
  catalogue: async (source, add) => {
    const catalogue = decodeCatalogue(source.name, await allBytes(source));
    for (let i = 0; i < catalogue.count; i++) add(i + 1, () => catalogue.record(i));
  },
  mpcorb: (source, add, options) => readMpcorb(source, add, options),
  'mpcorb-json': (source, add, options) =>
    eachItem(source, options, ({ value, index }) => add(index + 1, () => parseMpcorbObject(value as Readonly<Record<string, unknown>>))),
  'sbdb-json': (source, add, options) => readSbdbJson(source, add, options),
  'sbdb-csv': (source, add, options) => readSbdbCsv(source, add, options),
  horizons: async (source, add) => {
    const { target, states } = await atFile(source.name, async () => parseHorizons(await allLines(source)));
    const { time, state } = states[0]!;
    const [, number, name] = /^(\d+)\s+(.*?)\s*(?:\(.*\))?$/.exec(target) ?? [];
    add(undefined, () => ({
      designation: number ?? target.replace(/^\((.*)\)$/, '$1'),
      name: name ?? '',
      epoch: time,
      ...keplerianOf(state, sunGm),
    }));
  },
  astdys: (source, add) => readAstdys(source, add),
  spk: async (source, add) => {
    const kernel = new SpkKernel(source.name, await allBytes(source));
    for (const target of kernel.targets) add(undefined, () => orbitInKernel(kernel, target));
  },
  'mercury-bodies': async (source, add) => {
    const { bodies } = await atFile(source.name, async () => parseMercuryBodies(await allLines(source)));
    for (const { name, state, epoch, nongravitational } of bodies) {
      const [a1, a2, a3] = nongravitational;
      add(undefined, () => ({
        designation: name,
        epoch,
        ...keplerianOf(state, sunGm),
        ...(a1 !== 0 && { a1 }),
        ...(a2 !== 0 && { a2 }),
        ...(a3 !== 0 && { a3 }),
      }));
    }
  },
};

/** Lines of a small file. */
async function allLines(source: ByteSource): Promise<TextLine[]> {
  return linesOf(new TextDecoder().decode(await allBytes(source)));
}

async function atFile<T>(file: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    throw cause instanceof FormatError ? cause.at({ file }) : cause;
  }
}

async function eachItem(
  source: ByteSource,
  { progress, signal }: ReadOptions,
  take: (item: { member: string | undefined; value: unknown; index: number }) => void,
): Promise<void> {
  for await (const items of jsonItems(source)) {
    signal?.throwIfAborted();
    for (const item of items) take(item);
    progress?.();
  }
}

/** Lines of orbits follow the line of dashes; a file cut out of the middle has no header. */
async function readMpcorb(source: ByteSource, add: Add, { progress, signal }: ReadOptions): Promise<void> {
  let inHeader: boolean | undefined;
  for await (const lines of lineBatches(source)) {
    signal?.throwIfAborted();
    inHeader ??= lines.some(({ text }) => endsHeader(text)) || !lines.some(({ text }) => looksLikeOrbitLine(expandTabs(text)));
    for (const { text, number } of lines) {
      if (inHeader) inHeader = !endsHeader(text);
      else if (text.trim() !== '') add(number, () => parseMpcorbLine(text));
    }
    progress?.();
  }
}

async function readSbdbJson(source: ByteSource, add: Add, options: ReadOptions): Promise<void> {
  const fields: string[] = [];
  let read: ReturnType<typeof sbdbRowReader> | undefined;
  // Rows may come before the names of their fields.
  const waiting: { row: (string | null)[]; line: number }[] = [];
  await eachItem(source, options, ({ member, value, index }) => {
    if (member === 'fields') fields.push(String(value));
    if (member !== 'data') return;
    if (!Array.isArray(value))
      throw new FormatError(
        'json',
        { file: source.name, column: `data[${index}]` },
        { expected: 'a row', given: quoted(JSON.stringify(value)), remedy: 'query the database again' },
      );
    const row = (value as unknown[]).map((cell) => (cell === null || cell === undefined ? null : String(cell)));
    if (fields.length === 0) waiting.push({ row, line: index + 1 });
    else add(index + 1, () => (read ??= headerReader(source.name, fields))(row));
  });
  for (const { row, line } of waiting) add(line, () => (read ??= headerReader(source.name, fields))(row));
}

function headerReader(file: string, fields: readonly string[]): ReturnType<typeof sbdbRowReader> {
  try {
    return sbdbRowReader(fields);
  } catch (cause) {
    throw cause instanceof FormatError ? cause.at({ file }) : cause;
  }
}

async function readSbdbCsv(source: ByteSource, add: Add, { progress, signal }: ReadOptions): Promise<void> {
  let fields: string[] | undefined;
  let read: ReturnType<typeof sbdbRowReader> | undefined;
  for await (const lines of lineBatches(source)) {
    signal?.throwIfAborted();
    for (const { text, number } of lines) {
      if (text.trim() === '') continue;
      if (fields === undefined || read === undefined) {
        const names = csvFields(text.replace(/^#\s*/, '')).map((field) => field.trim());
        if (text.startsWith('#') && !names.includes('e')) continue;
        fields = names;
        read = headerReader(source.name, fields);
        continue;
      }
      if (text.startsWith('#')) continue;
      const [count, row] = [fields.length, read];
      add(number, () => {
        const values = csvFields(text);
        if (values.length >= count) return row(values);
        throw new FormatError(
          'line-too-short',
          {},
          {
            expected: `${count} fields`,
            given: `${values.length}: ${quoted(text)}`,
            remedy: 'restore the line, or leave it out with --skip-bad',
          },
        );
      });
    }
    progress?.();
  }
}

async function readAstdys(source: ByteSource, add: Add): Promise<void> {
  const lines = await allLines(source);
  const end = lines.findIndex(({ text }) => text.trim() === 'END_OF_HEADER');
  if (end < 0)
    throw new FormatError(
      'unknown-format',
      { file: source.name },
      { expected: 'END_OF_HEADER', given: 'no such line', remedy: 'download it from AstDyS again' },
    );
  await atFile(source.name, () => {
    const { records } = parseAstdysHeader(lines.slice(0, end));
    const content = lines.slice(end + 1).filter(({ text }) => text.trim() !== '' && !text.trimStart().startsWith('!'));
    if (records === '1L') for (const { text, number } of content) add(number, () => parseAstdysLine(text));
    else for (const { record, line } of parseAstdysOrbits(content)) add(line, () => record);
    return Promise.resolve();
  });
}

/** The osculating orbit of a body at the start of its span; of the Sun's companions only. */
function orbitInKernel(kernel: SpkKernel, target: number): OrbitRecord {
  const epoch = kernel.span(target)[0];
  const { center, state } = kernel.state(target, epoch);
  if (center !== naif.sun) {
    throw new FormatError(
      'center',
      { column: `body ${target}` },
      {
        expected: 'states relative to the Sun (10)',
        given: `relative to ${center}`,
        remedy: 'get a heliocentric kernel, or leave the body out with --skip-bad',
      },
    );
  }
  return { designation: nameOfTarget(target), epoch, ...keplerianOf(state as StateVector, sunGm) };
}

/** Numbered asteroids are 2000000 or 20000000 plus their number. */
const nameOfTarget = (target: number): string =>
  target > 20_000_000 && target < 50_000_000
    ? String(target - 20_000_000)
    : target > 2_000_000 && target < 3_000_000
      ? String(target - 2_000_000)
      : String(target);

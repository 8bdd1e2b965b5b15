import { sunGm } from '../constants.js';
import { keplerianOf } from '../orbit/elements-from-state.js';
import { OrbitError } from '../orbit/orbit-error.js';
import { parseAstdysHeader, parseAstdysLine, parseAstdysOrbits } from './astdys.js';
import { allBytes, type ByteSource } from './byte-source.js';
import { CatalogueBuilder } from './catalogue.js';
import { decodeCatalogue } from './catalogue-file.js';
import { readHorizons, readSpk, readStatesCsv } from './ephemeris-readers.js';
import { type FileFormat, fileFormats, recognizeFormat } from './file-format.js';
import { FormatError } from './format-error.js';
import { readMpcorbJson, readSbdbJson } from './json-readers.js';
import { parseMercuryBodies } from './mercury-files.js';
import { endsHeader, looksLikeOrbitLine, parseMpcorbLine } from './mpcorb.js';
import { type Add, allLines, atFile, type Reader, type ReadOptions, readTable } from './orbit-reader.js';
import { sbdbRowReader } from './sbdb.js';
import { expandTabs, lineBatches } from './text-lines.js';

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

const readers: Partial<Record<FileFormat, Reader>> = {
  catalogue: async (source, add) => {
    const catalogue = decodeCatalogue(source.name, await allBytes(source));
    for (let i = 0; i < catalogue.count; i++) add(i + 1, () => catalogue.record(i));
  },
  mpcorb: readMpcorb,
  'mpcorb-json': readMpcorbJson,
  'sbdb-json': readSbdbJson,
  'sbdb-csv': (source, add, options) => readTable(source, add, options, sbdbRowReader),
  horizons: readHorizons,
  'states-csv': readStatesCsv,
  astdys: readAstdys,
  spk: readSpk,
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

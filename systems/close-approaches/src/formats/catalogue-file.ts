import { Catalogue } from './catalogue.js';
import { crc32c } from './crc32c.js';
import { FormatError } from './format-error.js';
import { type OrbitColumn, orbitColumns } from './orbit-record.js';
import { TextColumn } from './text-column.js';

/*
 * The binary catalogue (.orbits), little-endian:
 *
 *   bytes 0–7    `SDXORBIT`
 *   8–11         uint32 version, 1
 *   12–15        uint32 length of the header in bytes
 *   16–19        uint32 CRC-32C of the header
 *   20–23        0
 *   24–          header: JSON {count, sources, sections: [{name, kind, unit, offset, bytes, crc32c}]}
 *   sections     each from a multiple of 8 on, `offset` from the start of the file:
 *                kind `f64`: count doubles; kind `text`: count + 1 uint32 offsets into the UTF-8 that follows
 *
 * A section of a name that a reader does not know is left aside.
 */
const magic = 'SDXORBIT';
const version = 1;
const prefixBytes = 24;

interface Section {
  readonly name: string;
  readonly kind: 'f64' | 'text';
  readonly unit: string;
  readonly offset: number;
  readonly bytes: number;
  readonly crc32c: number;
}

interface Header {
  readonly count: number;
  readonly sources: readonly string[];
  readonly sections: readonly Section[];
}

/** Whether bytes start as a catalogue does. */
export const isCatalogue = (start: Uint8Array): boolean => new TextDecoder('latin1').decode(start.subarray(0, 8)) === magic;

/** The file of a catalogue, in pieces. Equal catalogues give equal bytes. */
export function encodeCatalogue(catalogue: Catalogue): Uint8Array[] {
  const contents: { name: string; kind: 'f64' | 'text'; unit: string; data: Uint8Array }[] = [
    { name: 'designation', kind: 'text', unit: '', data: encodeTexts(catalogue.designations) },
    { name: 'name', kind: 'text', unit: '', data: encodeTexts(catalogue.names) },
    ...(catalogue.solutions.isBlank ? [] : [{ name: 'solution', kind: 'text' as const, unit: '', data: encodeTexts(catalogue.solutions) }]),
    ...Array.from(catalogue.columns, ([name, values]) => ({
      name,
      kind: 'f64' as const,
      unit: orbitColumns[name],
      data: encodeNumbers(values),
    })),
  ];
  const headerFor = (start: number): string => {
    let offset = start;
    const sections = contents.map(({ name, kind, unit, data }): Section => {
      const section = { name, kind, unit, offset, bytes: data.length, crc32c: crc32c(data) };
      offset += aligned(data.length);
      return section;
    });
    return JSON.stringify({ count: catalogue.count, sources: catalogue.sources, sections } satisfies Header);
  };
  // Offsets are of one width by a start beyond any header of this length.
  const start = aligned(prefixBytes + new TextEncoder().encode(headerFor(1e9)).length + 16 * contents.length);
  const header = new TextEncoder().encode(headerFor(start));
  const head = new Uint8Array(start).fill(0x20);
  head.set(new TextEncoder().encode(magic));
  const view = new DataView(head.buffer);
  view.setUint32(8, version, true);
  view.setUint32(12, header.length, true);
  view.setUint32(16, crc32c(header), true);
  view.setUint32(20, 0, true);
  head.set(header, prefixBytes);
  return [head, ...contents.flatMap(({ data }) => [data, new Uint8Array(aligned(data.length) - data.length)])];
}

const aligned = (bytes: number): number => Math.ceil(bytes / 8) * 8;

const isLittleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/** The bytes of doubles; on machines of the file's own byte order a view of them. */
function encodeNumbers(values: Float64Array): Uint8Array {
  if (isLittleEndian) return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const bytes = new Uint8Array(8 * values.length);
  const view = new DataView(bytes.buffer);
  values.forEach((value, index) => view.setFloat64(8 * index, value, true));
  return bytes;
}

function decodeNumbers(data: Uint8Array, count: number): Float64Array {
  if (isLittleEndian && data.byteOffset % 8 === 0) return new Float64Array(data.buffer, data.byteOffset, count);
  const numbers = new DataView(data.buffer, data.byteOffset, data.byteLength);
  return Float64Array.from({ length: count }, (_, index) => numbers.getFloat64(8 * index, true));
}

function encodeTexts({ offsets, content }: TextColumn): Uint8Array {
  const bytes = new Uint8Array(4 * offsets.length + content.length);
  const view = new DataView(bytes.buffer);
  offsets.forEach((offset, index) => view.setUint32(4 * index, offset, true));
  bytes.set(content, 4 * offsets.length);
  return bytes;
}

/**
 * Reads the bytes of a catalogue.
 * @throws {FormatError} `unknown-format`, `catalogue-version`, `truncated`, `catalogue-checksum` with the section's name
 */
export function decodeCatalogue(file: string, bytes: Uint8Array): Catalogue {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!isCatalogue(bytes)) {
    throw new FormatError(
      'unknown-format',
      { file },
      { expected: `a catalogue, starting with ${magic}`, given: 'another file', remedy: 'import it first' },
    );
  }
  const given = view.getUint32(8, true);
  if (given !== version) {
    throw new FormatError(
      'catalogue-version',
      { file },
      { expected: `version ${version}`, given: String(given), remedy: 'import the original files again' },
    );
  }
  const header = readHeader(file, bytes, view);
  const section = (name: string): Uint8Array | undefined => {
    const found = header.sections.find((candidate) => candidate.name === name);
    return found === undefined ? undefined : checkedSection(file, bytes, found);
  };
  const texts = (name: string): TextColumn => {
    const data = section(name);
    return data === undefined ? TextColumn.empty(header.count) : decodeTexts(data, header.count);
  };
  const columns = new Map<OrbitColumn, Float64Array>();
  for (const name of Object.keys(orbitColumns) as OrbitColumn[]) {
    const data = section(name);
    if (data === undefined) continue;
    columns.set(name, decodeNumbers(data, header.count));
  }
  return new Catalogue(texts('designation'), texts('name'), columns, header.sources, texts('solution'));
}

function readHeader(file: string, bytes: Uint8Array, view: DataView): Header {
  const content = bytes.subarray(prefixBytes, prefixBytes + view.getUint32(12, true));
  if (crc32c(content) !== view.getUint32(16, true)) {
    throw new FormatError(
      'catalogue-checksum',
      { file, column: 'header' },
      { expected: 'the checksum it was written with', given: 'another', remedy: 'import the original files again' },
    );
  }
  return JSON.parse(new TextDecoder().decode(content)) as Header;
}

function checkedSection(file: string, bytes: Uint8Array, { name, offset, bytes: length, crc32c: expected }: Section): Uint8Array {
  const data = bytes.subarray(offset, offset + length);
  if (data.length < length) {
    throw new FormatError(
      'truncated',
      { file, column: name },
      { expected: `${offset + length} bytes`, given: `${bytes.length}`, remedy: 'import the original files again' },
    );
  }
  if (crc32c(data) !== expected) {
    throw new FormatError(
      'catalogue-checksum',
      { file, column: name },
      { expected: 'the checksum it was written with', given: `another over ${length} bytes`, remedy: 'import the original files again' },
    );
  }
  return data;
}

function decodeTexts(data: Uint8Array, count: number): TextColumn {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const offsets = Uint32Array.from({ length: count + 1 }, (_, index) => view.getUint32(4 * index, true));
  return new TextColumn(offsets, data.slice(4 * (count + 1)));
}

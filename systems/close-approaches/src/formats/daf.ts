import { FormatError, quoted } from './format-error.js';

/* DAF, the container of NAIF's kernels: records of 1024 bytes; a file record, then summaries of arrays of doubles in a chain. */

const recordBytes = 1024;
const summaryBytes = 40;
const mostSummaries = 25;
/** What transfers over text channels damage; NAIF's check string. */
const transferCheck = 'FTPSTR:\r:\n:\r\n:\r\x00:\x81:\x10\xce:ENDFTP';

/** One array of an SPK file, with its summary. */
export interface DafArray {
  readonly name: string;
  /** TDB seconds past J2000. */
  readonly start: number;
  readonly end: number;
  readonly target: number;
  readonly center: number;
  readonly frame: number;
  readonly type: number;
  readonly data: Float64Array;
}

/** Arrays of an SPK file, in the file's order. @throws {FormatError} `not-a-kernel`, `byte-order`, `truncated` */
export function readDaf(file: string, bytes: Uint8Array): DafArray[] {
  const text = (from: number, length: number): string => new TextDecoder('latin1').decode(bytes.subarray(from, from + length));
  const id = text(0, 8);
  if (bytes.length < recordBytes || (id !== 'DAF/SPK ' && id !== 'NAIF/DAF')) {
    throw new FormatError(
      'not-a-kernel',
      { file },
      { expected: 'an SPK kernel, starting with DAF/SPK', given: quoted(id), remedy: 'give a binary kernel (.bsp)' },
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isLittle = byteOrder(file, text(88, 8), view);
  const [nd, ni] = [view.getInt32(8, isLittle), view.getInt32(12, isLittle)];
  if (nd !== 2 || ni !== 6) {
    throw new FormatError(
      'not-a-kernel',
      { file },
      { expected: 'summaries of 2 doubles and 6 integers', given: `${nd} and ${ni}`, remedy: 'give a kernel of ephemerides' },
    );
  }
  const arrays: DafArray[] = [];
  const seen = new Set<number>();
  for (let record = view.getInt32(76, isLittle); record !== 0; ) {
    const at = (record - 1) * recordBytes;
    if (seen.has(record) || record < 1 || at + 2 * recordBytes > bytes.length) throw cutOff(file, `record ${record}`, bytes.length);
    seen.add(record);
    const count = view.getFloat64(at + 16, isLittle);
    for (let i = 0; i < count; i++) {
      arrays.push(
        readArray(file, view, isLittle, at + 24 + summaryBytes * i, text(at + recordBytes + summaryBytes * i, summaryBytes).trim()),
      );
    }
    record = view.getFloat64(at, isLittle);
  }
  return arrays;
}

function byteOrder(file: string, format: string, view: DataView): boolean {
  if (format === 'LTL-IEEE') return true;
  if (format === 'BIG-IEEE') return false;
  // Files from before the field was introduced: the number of doubles tells.
  if (view.getInt32(8, true) === 2) return true;
  if (view.getInt32(8, false) === 2) return false;
  throw new FormatError(
    'byte-order',
    { file },
    { expected: 'LTL-IEEE or BIG-IEEE', given: quoted(format), remedy: 'convert the kernel with NAIF’s bingo or tobin' },
  );
}

const cutOff = (file: string, what: string, size: number): FormatError =>
  new FormatError('truncated', { file }, { expected: `the kernel to reach ${what}`, given: `${size} bytes`, remedy: 'download it again' });

function readArray(file: string, view: DataView, isLittle: boolean, at: number, name: string): DafArray {
  const [target, center, frame, type, first, last] = Array.from({ length: 6 }, (_, i) => view.getInt32(at + 16 + 4 * i, isLittle)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (first < 1 || last < first || 8 * last > view.byteLength)
    throw cutOff(file, `word ${last} of segment ${quoted(name)}`, view.byteLength);
  const data = Float64Array.from({ length: last - first + 1 }, (_, i) => view.getFloat64(8 * (first - 1 + i), isLittle));
  return { name, start: view.getFloat64(at, isLittle), end: view.getFloat64(at + 8, isLittle), target, center, frame, type, data };
}

/** Writes an SPK file of arrays. */
export function writeDaf(arrays: readonly DafArray[], { littleEndian = true, name = '' } = {}): Uint8Array {
  const groups = Math.max(1, Math.ceil(arrays.length / mostSummaries));
  const firstDataRecord = 2 + 2 * groups;
  const words = arrays.reduce((sum, { data }) => sum + data.length, 0);
  const bytes = new Uint8Array((firstDataRecord - 1) * recordBytes + Math.ceil((8 * words) / recordBytes) * recordBytes);
  const view = new DataView(bytes.buffer);
  const text = (at: number, value: string, length: number): void => {
    for (let i = 0; i < length; i++) bytes[at + i] = i < value.length ? value.charCodeAt(i) : 0x20;
  };
  const integer = (at: number, value: number): void => view.setInt32(at, value, littleEndian);
  const number = (at: number, value: number): void => view.setFloat64(at, value, littleEndian);
  text(0, 'DAF/SPK ', 8);
  integer(8, 2);
  integer(12, 6);
  text(16, name, 60);
  integer(76, 2);
  integer(80, 2 * groups);
  text(88, littleEndian ? 'LTL-IEEE' : 'BIG-IEEE', 8);
  text(699, transferCheck, transferCheck.length);
  let word = ((firstDataRecord - 1) * recordBytes) / 8 + 1;
  for (let group = 0; group < groups; group++) {
    const at = (1 + 2 * group) * recordBytes;
    const members = arrays.slice(group * mostSummaries, (group + 1) * mostSummaries);
    number(at, group === groups - 1 ? 0 : 4 + 2 * group);
    number(at + 8, group === 0 ? 0 : 2 * group);
    number(at + 16, members.length);
    text(at + recordBytes, '', recordBytes);
    members.forEach((array, i) => {
      const summary = at + 24 + summaryBytes * i;
      number(summary, array.start);
      number(summary + 8, array.end);
      [array.target, array.center, array.frame, array.type, word, word + array.data.length - 1].forEach((value, k) =>
        integer(summary + 16 + 4 * k, value),
      );
      text(at + recordBytes + summaryBytes * i, array.name, summaryBytes);
      array.data.forEach((value, k) => number(8 * (word - 1 + k), value));
      word += array.data.length;
    });
  }
  integer(84, word);
  return bytes;
}

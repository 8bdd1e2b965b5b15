import { FormatError, quoted } from './format-error.js';

/* DAF, the container of NAIF's kernels: records of 1024 bytes; a file record, then summaries of arrays of doubles in a chain. */

const recordBytes = 1024;
const summaryBytes = 40;
const mostSummaries = 25;
/** What transfers over text channels damage; NAIF's check string, and where it stands in files that have one. */
const transferTests = 'FTPSTR:\r:\n:\r\n:\r\x00:\x81:\x10\xce:';
const transferCheck = `${transferTests}ENDFTP`;
const transferCheckAt = 699;

/** Whether a file begins as a DAF does, whatever arrays it holds; those written before 1990 do not say which. */
export const isDaf = (start: string): boolean => start.startsWith('DAF/') || start.startsWith('NAIF/DAF') || start.startsWith('DAFETF');

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

/** Arrays of an SPK file, in the file's order. @throws {FormatError} `not-a-kernel`, `byte-order`, `transfer`, `truncated` */
export function readDaf(file: string, bytes: Uint8Array): DafArray[] {
  const text = (from: number, length: number): string => new TextDecoder('latin1').decode(bytes.subarray(from, from + length));
  const id = text(0, 8);
  if (id !== 'DAF/SPK ' && id !== 'NAIF/DAF') throw anotherKernel(file, id);
  if (bytes.length < recordBytes) throw cutOff(file, 'the end of its file record', bytes.length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  requireWholeTransfer(file, text(transferCheckAt, transferCheck.length), text(0, recordBytes));
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

function anotherKernel(file: string, id: string): FormatError {
  const [given, remedy] = id.startsWith('DAFETF')
    ? ['a kernel in transfer format', 'make it binary with NAIF’s tobin']
    : id.startsWith('DAF/')
      ? [`${quoted(id.trim())}: a DAF, but not an SPK kernel`, 'give a kernel of ephemerides (.bsp)']
      : [quoted(id), 'give a binary kernel (.bsp)'];
  return new FormatError('not-a-kernel', { file }, { expected: 'an SPK kernel, starting with DAF/SPK', given, remedy });
}

/**
 * Whether the kernel came through unchanged: ends of lines and bytes beyond ASCII are what transfers as text change. Kernels from before
 * the check was introduced have blanks there; later ones may test for more.
 */
function requireWholeTransfer(file: string, check: string, fileRecord: string): void {
  if (check.startsWith(transferTests) || (isBlank(check) && !/FTPSTR|ENDFTP/.test(fileRecord))) return;
  throw new FormatError(
    'transfer',
    { file, column: `bytes ${transferCheckAt} to ${transferCheckAt + transferCheck.length - 1}` },
    {
      expected: `NAIF’s check of transfers ${JSON.stringify(transferCheck)}`,
      given: `${JSON.stringify(check)}: the kernel was changed on its way, as text is`,
      remedy: 'download it again as a binary file',
    },
  );
}

const isBlank = (text: string): boolean => /^[ \0]*$/.test(text);

const orders = { 'LTL-IEEE': true, 'BIG-IEEE': false } as const;

/** Whether numbers are little-endian: as the label says, and as the number of doubles in a summary tells, which is 2. */
function byteOrder(file: string, label: string, view: DataView): boolean {
  const isPlausible = (isLittle: boolean): boolean => view.getInt32(8, isLittle) === 2;
  const refusal = (expected: string, given: string, remedy: string): FormatError =>
    new FormatError('byte-order', { file, column: 'bytes 88 to 95' }, { expected, given, remedy });
  // Files from before the label was introduced.
  const named = isBlank(label) ? isPlausible(true) || !isPlausible(false) : orders[label as keyof typeof orders];
  if (named === undefined)
    throw refusal('a byte order of LTL-IEEE or BIG-IEEE', quoted(label), 'convert the kernel with NAIF’s bingo, or by toxfr and tobin');
  if (isPlausible(named) || !isPlausible(!named)) return named;
  throw refusal(
    `numbers in the byte order of the label ${label}`,
    `numbers in that of ${named ? 'BIG-IEEE' : 'LTL-IEEE'}`,
    'download the kernel again, or correct the label',
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
  text(transferCheckAt, transferCheck, transferCheck.length);
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

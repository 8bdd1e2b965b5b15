/** A table of text with a line of column names. */
export interface DelimitedText {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/**
 * Comma-separated values after RFC 4180: quoted fields may hold commas, line ends and doubled quotes; LF and CRLF, a byte-order
 * mark, blank lines and lines that begin with # are no matter.
 */
export function delimitedText(text: string): DelimitedText {
  const records = text.includes('"') ? quotedRecords(text) : plainRecords(text);
  const [columns = [], ...rows] = records;
  return { columns: columns.map((name) => name.replace(/^\uFEFF/, '').trim()), rows };
}

function plainRecords(text: string): string[][] {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.startsWith('#'));
  return lines.map((line) => line.split(','));
}

function quotedRecords(text: string): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  const endRecord = (): void => {
    const isEmpty = record.length === 1 && record[0]!.trim() === '';
    if (!isEmpty && !record[0]!.startsWith('#')) records.push(record);
    record = [];
  };
  // A field, quoted or not, and what ends it.
  const field = /(?:"((?:[^"]|"")*)"|([^,"\r\n]*))(,|\r?\n|$)/gy;
  while (field.lastIndex < text.length) {
    const at = field.lastIndex;
    const found = field.exec(text);
    if (found === null)
      throw new Error(
        `Cannot read the table: expected a comma or the end of the line after a quoted field, got “${text.slice(at, at + 40)}”.`,
      );
    record.push(found[1]?.replaceAll('""', '"') ?? found[2] ?? '');
    if (found[3] !== ',') endRecord();
  }
  if (record.length > 0) endRecord();
  return records;
}

/** The number of a field; NaN for an empty one or what is no number. */
export const numberOf = (field: string | undefined): number => (field === undefined || field.trim() === '' ? NaN : Number(field));

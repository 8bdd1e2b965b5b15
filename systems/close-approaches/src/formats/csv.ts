/** Fields of a line of comma-separated values: quotes as in RFC 4180, one line a row. */
export function csvFields(line: string): string[] {
  if (!line.includes('"')) return line.split(',');
  const fields: string[] = [];
  let field = '';
  let inQuotes = false;
  for (let at = 0; at < line.length; at++) {
    const character = line[at]!;
    if (inQuotes) {
      if (character !== '"') field += character;
      else if (line[at + 1] === '"') {
        field += '"';
        at++;
      } else inQuotes = false;
    } else if (character === '"') inQuotes = true;
    else if (character === ',') {
      fields.push(field);
      field = '';
    } else field += character;
  }
  return [...fields, field];
}

/** A line of comma-separated values, without its end. */
export const csvLine = (values: readonly (string | number | null | undefined)[]): string =>
  values
    .map((value) => {
      const text = value === null || value === undefined ? '' : String(value);
      return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
    })
    .join(',');

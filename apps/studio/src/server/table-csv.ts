import type { TableData } from '@sardonyx/study';

/** A table as comma-separated values (RFC 4180), column names first. */
export function tableAsCsv({ columns, rowCount }: TableData): string {
  const names = Object.keys(columns);
  const rows = Array.from({ length: rowCount }, (_, index) => names.map((name) => columns[name]?.[index]));
  return [names, ...rows].map((row) => `${row.map(field).join(',')}\r\n`).join('');
}

function field(value: unknown): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

import { approachesOfJson, approachesOfText, type CloseApproachRow, hasApproaches } from './close-approach.js';
import { delimitedText } from './delimited-text.js';
import { catalogueOfText, hasElements } from './element-csv.js';
import type { Catalogue } from './elements-table.js';
import { catalogueOfBytes, orbitFormatTitles } from './orbit-file.js';

/** What a file that was dropped on the page holds. */
export type DroppedContent =
  | { readonly kind: 'catalogue'; readonly catalogue: Catalogue }
  | { readonly kind: 'approaches'; readonly title: string; readonly rows: readonly CloseApproachRow[] };

/** A format of files: whether a text is of it, and what it holds. */
interface FileFormat {
  readonly title: string;
  readonly matches: (text: string) => boolean;
  readonly read: (name: string, text: string) => DroppedContent;
}

const isJson = (text: string): boolean => /^\uFEFF?\s*[[{]/.test(text);
const head = (text: string) => delimitedText(text.slice(0, 20_000).split(/\r?\n/).slice(0, 3).join('\n'));

const formats: readonly FileFormat[] = [
  {
    title: 'close approaches as JSON',
    matches: isJson,
    read: (name, text) => ({ kind: 'approaches', title: name, rows: approachesOfJson(JSON.parse(text)) }),
  },
  {
    title: 'close approaches as CSV',
    matches: (text) => hasApproaches(head(text)),
    read: (name, text) => ({ kind: 'approaches', title: name, rows: approachesOfText(delimitedText(text)) }),
  },
  {
    title: 'orbital elements as CSV',
    matches: (text) => hasElements(head(text)),
    read: (name, text) => ({ kind: 'catalogue', catalogue: catalogueOfText(name, delimitedText(text)) }),
  },
];

/** What the page reads, for people. */
export const readableFormats: readonly string[] = [...formats.map(({ title }) => title), ...orbitFormatTitles];

/**
 * Reads a file by what is in it, whatever its name; gzip is taken off.
 * @throws Error where it is of no known format, or holds what its format does not allow
 */
export async function readDroppedFile(file: File): Promise<DroppedContent> {
  const bytes = await plainBytes(file);
  const text = new TextDecoder().decode(bytes.subarray(0, 20_000));
  // Lists of events are JSON as catalogues are: only they have distances and speeds.
  const isEvents = /"(r_min|rMin|dist)"/.test(text) || hasApproaches(head(text));
  const catalogue = isEvents ? undefined : await catalogueOfBytes(file.name, bytes);
  if (catalogue !== undefined) return { kind: 'catalogue', catalogue };
  const content = contentOfText(file.name, new TextDecoder().decode(bytes));
  if (content === undefined) {
    throw new Error(
      `Cannot read ${file.name}: expected ${readableFormats.join(', or ')}; its first line is “${text.slice(0, 80).split('\n')[0]}”.`,
    );
  }
  return content;
}

async function plainBytes(file: File): Promise<Uint8Array> {
  const start = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  const isCompressed = start[0] === 0x1f && start[1] === 0x8b;
  const content = isCompressed ? new Response(file.stream().pipeThrough(new DecompressionStream('gzip'))) : file;
  return new Uint8Array(await content.arrayBuffer());
}

/** What a text holds; undefined where it is of no known format. */
export function contentOfText(name: string, text: string): DroppedContent | undefined {
  return formats.find(({ matches }) => matches(text))?.read(name, text);
}

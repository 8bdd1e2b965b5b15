import type { ByteSource } from './byte-source.js';
import { FormatError, quoted } from './format-error.js';
import { textPieces } from './text-lines.js';

/** A part of a JSON document: an item of its outermost array, of an array member of its object, or another member whole. */
export interface JsonItem {
  /** The member's name; undefined in an outermost array. */
  readonly member: string | undefined;
  /** Whether it is one item of an array of many. */
  readonly isItem: boolean;
  readonly value: unknown;
  /** From 0, within its array. */
  readonly index: number;
}

const [quote, backslash, comma, colon] = [34, 92, 44, 58];
const isOpening = (code: number): boolean => code === 123 || code === 91;
const isClosing = (code: number): boolean => code === 125 || code === 93;
const isBlank = (code: number): boolean => code === 32 || code === 10 || code === 13 || code === 9;

/**
 * The parts of a JSON document one after the other, however long it is: items of the outermost array, or of arrays that are
 * members of the outermost object. Only one item is held at a time.
 * @throws {FormatError} `json`, `truncated`
 */
export async function* jsonItems(source: ByteSource): AsyncGenerator<JsonItem[]> {
  const splitter = new JsonSplitter(source.name);
  for await (const piece of textPieces(source)) yield splitter.take(piece);
  splitter.end();
}

/** Cuts JSON text into items as it comes. */
class JsonSplitter {
  /** Brackets open at this point, as they opened: `{` of 123 or `[` of 91. */
  readonly #open: number[] = [];
  #inString = false;
  #escaped = false;
  /** The unfinished item, or member name. */
  #text = '';
  #member: string | undefined;
  #index = 0;
  #done = false;

  constructor(private readonly file: string) {}

  /** The depth at which items are separated by commas: inside the outermost array, or inside a member's array. */
  #isBetweenItems(): boolean {
    return (
      (this.#open.length === 1 && this.#open[0] === 91) ||
      (this.#open.length === 2 && this.#open[0] === 123 && this.#open[1] === 91 && this.#member !== undefined)
    );
  }

  take(piece: string): JsonItem[] {
    const items: JsonItem[] = [];
    let from = 0;
    const keep = (to: number): void => {
      this.#text += piece.slice(from, to);
    };
    for (let at = 0; at < piece.length; at++) {
      const code = piece.charCodeAt(at);
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false;
        else if (code === backslash) this.#escaped = true;
        else if (code === quote) this.#inString = false;
        continue;
      }
      if (code === quote) this.#inString = true;
      else if (isOpening(code)) {
        if (this.#done) throw this.#broken(piece.slice(at, at + 20));
        const isOuter = this.#open.length === 0;
        // An array that is a member's whole value is cut into its items.
        const isMemberArray =
          this.#open.length === 1 && this.#open[0] === 123 && code === 91 && (this.#text + piece.slice(from, at)).trim() === '';
        this.#open.push(code);
        if (isOuter || isMemberArray) {
          from = at + 1;
          this.#text = '';
          this.#index = 0;
        }
      } else if (isClosing(code)) {
        const endsItems = this.#isBetweenItems();
        const endsObject = this.#open.length === 1 && this.#open[0] === 123;
        if (endsItems || endsObject) {
          keep(at);
          this.#flush(items, endsItems);
          from = at + 1;
        }
        const opened = this.#open.pop();
        if (opened !== code - 2) throw this.#broken(piece.slice(at, at + 20));
        if (endsItems && this.#open.length === 1) this.#member = undefined;
        if (this.#open.length === 0) this.#done = true;
      } else if (code === comma && (this.#isBetweenItems() || this.#open.length === 1)) {
        keep(at);
        this.#flush(items, this.#isBetweenItems());
        from = at + 1;
      } else if (code === colon && this.#open.length === 1 && this.#open[0] === 123 && this.#member === undefined) {
        keep(at);
        this.#member = String(this.#parse(this.#text));
        this.#text = '';
        from = at + 1;
      } else if (this.#open.length === 0 && !isBlank(code)) throw this.#broken(piece.slice(at, at + 20));
    }
    if (this.#open.length > 0) keep(piece.length);
    return items;
  }

  #flush(items: JsonItem[], isItem: boolean): void {
    const text = this.#text.trim();
    this.#text = '';
    if (text !== '') items.push({ member: this.#member, isItem, value: this.#parse(text), index: this.#index++ });
    if (!isItem) this.#member = undefined;
  }

  #parse(text: string): unknown {
    try {
      return JSON.parse(text);
    } catch (cause) {
      if (!(cause instanceof SyntaxError)) throw cause;
      throw this.#broken(text);
    }
  }

  #broken(text: string): FormatError {
    const place = { file: this.file, column: this.#member === undefined ? `item ${this.#index}` : `${this.#member}[${this.#index}]` };
    return new FormatError('json', place, { expected: 'JSON', given: quoted(text), remedy: 'download the file again' });
  }

  end(): void {
    if (this.#done) return;
    throw new FormatError(
      'truncated',
      { file: this.file },
      { expected: 'the whole JSON document', given: `an end after ${this.#index} items`, remedy: 'download the file again' },
    );
  }
}

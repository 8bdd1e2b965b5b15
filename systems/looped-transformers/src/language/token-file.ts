import { type FileHandle, open } from 'node:fs/promises';
import { LanguageDataError } from './language-data-error.js';
import { checkedId, checkedRange, type TokenIds, tokenIds, type TokenStore } from './token-store.js';

/** A store whose tokens stay in a file until they are read. */
export interface OpenTokens extends TokenStore {
  close(): Promise<void>;
}

/** `raw`: nothing but ids, as nanoGPT writes them; `llm.c`: 256 int32 of header before them. */
export type TokenStoreFormat = 'raw' | 'llm.c';

const llmHeaderBytes = 256 * 4;
const llmMagic = 20240520;

/**
 * A file of token ids, little-endian: two bytes each for a vocabulary up to 65,536 tokens, four beyond (`llm.c`: always two).
 * Ids are checked as they are read.
 * @throws {LanguageDataError} `empty-file`; `bad-record` where the size or the header is not the format's
 */
export async function openTokenFile(
  path: string,
  vocabularySize: number,
  { format = 'raw' }: { readonly format?: TokenStoreFormat } = {},
): Promise<OpenTokens> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    if (size === 0) throw new LanguageDataError('empty-file', `file ${path}`, 'token ids', 'an empty file', 'pack the text again');
    const offset = format === 'llm.c' ? llmHeaderBytes : 0;
    const bytesEach = format === 'llm.c' ? 2 : tokenIds(vocabularySize, 0).BYTES_PER_ELEMENT;
    const length = (size - offset) / bytesEach;
    if (length < 0) throw wrongHeader(path, `${llmHeaderBytes} bytes of header`, `${size} bytes`);
    if (!Number.isInteger(length)) throw wrongSize(path, size, bytesEach);
    if (format === 'llm.c') await checkLlmHeader(path, file, length);
    return new FileTokens(path, file, offset, bytesEach, length, vocabularySize);
  } catch (cause) {
    await file.close();
    throw cause;
  }
}

async function checkLlmHeader(path: string, file: FileHandle, length: number): Promise<void> {
  const header = new Int32Array(256);
  await file.read(new Uint8Array(header.buffer), 0, llmHeaderBytes, 0);
  const [magic, version, count] = header;
  if (magic === llmMagic && version === 1 && count === length) return;
  const expected = `a header with magic ${llmMagic}, version 1 and ${length} tokens`;
  const given = `magic ${magic}, version ${version} and ${count} tokens`;
  throw wrongHeader(path, expected, given);
}

const wrongHeader = (path: string, expected: string, given: string): LanguageDataError =>
  new LanguageDataError('bad-record', `file ${path}`, expected, given, 'check its format, or copy it again');

const wrongSize = (path: string, size: number, bytesEach: number): LanguageDataError =>
  new LanguageDataError('bad-record', `file ${path}`, `ids of ${bytesEach} bytes`, `${size} bytes`, 'check its format, or copy it again');

class FileTokens implements OpenTokens {
  constructor(
    private readonly path: string,
    private readonly file: FileHandle,
    private readonly offset: number,
    private readonly bytesEach: number,
    readonly length: number,
    readonly vocabularySize: number,
  ) {}

  async read(start: number, count: number): Promise<TokenIds> {
    checkedRange(start, count, this.length);
    const stored = this.bytesEach === 2 ? new Uint16Array(count) : new Uint32Array(count);
    const bytes = new Uint8Array(stored.buffer);
    for (let done = 0; done < bytes.length; ) {
      const { bytesRead } = await this.file.read(bytes, done, bytes.length - done, this.offset + start * this.bytesEach + done);
      if (bytesRead === 0) throw wrongSize(this.path, this.offset + start * this.bytesEach + done, this.bytesEach);
      done += bytesRead;
    }
    for (let i = 0; i < count; i++) checkedId(stored[i]!, this.vocabularySize, start + i, this.path);
    return stored;
  }

  close(): Promise<void> {
    return this.file.close();
  }
}

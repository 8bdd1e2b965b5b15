import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { endOfText, type Tokenizer, type TokenizerDescription, tokenizerFromDescription } from '@sardonyx/data/tokenizers';
import { writeAtomically } from '@sardonyx/tensor/atomic-write';
import { z } from 'zod';
import type { TextDocument } from './documents.js';
import { LanguageDataError } from './language-data-error.js';
import { firstProblem } from './records.js';
import { encodablePieces } from './text-pieces.js';
import { openTokenFile, type OpenTokens } from './token-file.js';
import { joinedTokens, tokenIds, type TokenStore } from './token-store.js';
import { textIfThere } from './tokenizer-files.js';

/*
 * A packed text: a directory with a manifest and numbered shards. A shard is nothing but ids, little-endian, as nanoGPT
 * reads them; beside it stand, as uint32, the places in the shard where documents start.
 */

const manifestName = 'manifest.json';
const manifestFormat = 'sardonyx-tokens';

const shardSchema = z.object({
  file: z.string().regex(/^shard-\d+\.bin$/, 'expected the name of a shard, such as shard-0000.bin'),
  tokens: z.int().positive(),
  documents: z.int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits'),
});

const manifestSchema = z.object({
  format: z.literal(manifestFormat),
  version: z.literal(1),
  dtype: z.enum(['uint16', 'uint32']),
  vocabularySize: z.int().positive(),
  tokens: z.int().positive(),
  documents: z.int().positive(),
  /** Length of the text in UTF-8, for bits per byte. */
  textBytes: z.int().positive(),
  tokenizer: z.custom<TokenizerDescription>(
    (value) => typeof value === 'object' && value !== null,
    'expected the description of a tokenizer',
  ),
  shards: z.array(shardSchema).min(1),
});

/** What a directory of shards says of itself. */
export type TokenManifest = z.output<typeof manifestSchema>;
type Shard = z.output<typeof shardSchema>;

export interface PackingOptions {
  /** Tokens a shard holds at most; 2²⁶ by default. */
  readonly shardTokens?: number;
  readonly onProgress?: (documents: number, tokens: number) => void;
  /** Stops the packing with its reason, within a long document too. */
  readonly signal?: AbortSignal;
}

/**
 * Packs documents, one after the other, into shards in `directory`, which is made. Where the tokenizer has an end-of-text
 * token, it follows every document. The manifest appears last: a directory without one was never finished.
 * @throws {LanguageDataError} `shards` where the directory holds a packed text already; `too-small` where there is no document; `too-large`;
 *   as `documents`
 */
export async function packDocuments(
  directory: string,
  documents: AsyncIterable<TextDocument>,
  tokenizer: Tokenizer,
  { shardTokens = 2 ** 26, onProgress, signal }: PackingOptions = {},
): Promise<TokenManifest> {
  if (!Number.isInteger(shardTokens) || shardTokens < 1 || shardTokens > 2 ** 31) {
    throw new LanguageDataError('invalid-option', 'tokens a shard', 'an integer from 1 to 2^31', String(shardTokens), 'correct it');
  }
  await mkdir(directory, { recursive: true });
  if (await isPackedText(directory)) {
    throw new LanguageDataError('shards', `directory ${directory}`, 'no packed text yet', 'one', 'choose another directory');
  }
  const writer = new ShardWriter(directory, tokenizer.vocabularySize, shardTokens);
  const end = tokenizer.specialTokens.get(endOfText);
  let [count, textBytes] = [0, 0];
  try {
    for await (const { text, source } of documents) {
      writer.startDocument();
      for (const piece of encodablePieces(text, tokenizer, source)) {
        signal?.throwIfAborted();
        await writer.append(tokenizer.encode(piece));
      }
      if (end !== undefined) await writer.append([end]);
      count += 1;
      textBytes += Buffer.byteLength(text);
      onProgress?.(count, writer.tokens);
    }
    await writer.finish();
  } finally {
    await writer.close();
  }
  if (writer.tokens === 0) throw new LanguageDataError('too-small', 'packing', 'a document or more', 'none', 'give files with text');
  const manifest: TokenManifest = {
    format: manifestFormat,
    version: 1,
    dtype: tokenizer.vocabularySize <= 2 ** 16 ? 'uint16' : 'uint32',
    vocabularySize: tokenizer.vocabularySize,
    tokens: writer.tokens,
    documents: count,
    textBytes,
    tokenizer: tokenizer.describe(),
    shards: writer.shards,
  };
  await writeAtomically(join(directory, manifestName), [Buffer.from(`${JSON.stringify(manifest)}\n`)]);
  return manifest;
}

/** Fills shard after shard; a document may go on in the next one. */
class ShardWriter {
  readonly shards: Shard[] = [];
  tokens = 0;
  private file: FileHandle | undefined;
  private hash: Hash = createHash('sha256');
  private inShard = 0;
  private starts: number[] = [];
  /** Whether the next token is the first of a document. */
  private isStart = false;

  constructor(
    private readonly directory: string,
    private readonly vocabularySize: number,
    private readonly shardTokens: number,
  ) {}

  startDocument(): void {
    this.isStart = true;
  }

  async append(ids: readonly number[]): Promise<void> {
    for (let start = 0; start < ids.length; ) {
      this.file ??= await open(join(this.directory, this.name()), 'w');
      if (this.isStart) this.starts.push(this.inShard);
      this.isStart = false;
      const part = tokenIds(this.vocabularySize, Math.min(ids.length - start, this.shardTokens - this.inShard));
      for (let i = 0; i < part.length; i++) part[i] = ids[start + i]!;
      const bytes = new Uint8Array(part.buffer);
      await this.file.appendFile(bytes);
      this.hash.update(bytes);
      this.inShard += part.length;
      this.tokens += part.length;
      start += part.length;
      if (this.inShard === this.shardTokens) await this.finish();
    }
  }

  async finish(): Promise<void> {
    if (this.file === undefined) return;
    await this.file.sync();
    await this.close();
    const file = this.name();
    await writeAtomically(join(this.directory, startsName(file)), [new Uint8Array(Uint32Array.from(this.starts).buffer)]);
    this.shards.push({ file, tokens: this.inShard, documents: this.starts.length, sha256: this.hash.digest('hex') });
    this.hash = createHash('sha256');
    this.inShard = 0;
    this.starts = [];
  }

  async close(): Promise<void> {
    await this.file?.close();
    this.file = undefined;
  }

  private name(): string {
    return `shard-${String(this.shards.length).padStart(4, '0')}.bin`;
  }
}

/** Removes what {@link packDocuments} wrote into a directory, finished or not; other files stay. */
export async function removePackedText(directory: string): Promise<void> {
  // The manifest goes first, so that what is left in between does not look whole.
  const names = (await readdir(directory)).filter((name) => /^(manifest\.json|shard-\d+(\.documents)?\.bin)(\.|$)/.test(name)).sort();
  for (const name of names) await rm(join(directory, name), { force: true });
}

/** Whether a directory says that it holds a packed text, whole or damaged. */
export async function isPackedText(directory: string): Promise<boolean> {
  return (await textIfThere(join(directory, manifestName))) !== undefined;
}

const startsName = (shard: string): string => shard.replace('.bin', '.documents.bin');

/** A packed text, its shards end to end. */
export interface PackedText extends OpenTokens {
  readonly manifest: TokenManifest;
  readonly tokenizer: Tokenizer;
  /** Positions in the text at which documents start, in order. */
  documentStarts(): Promise<number[]>;
}

/**
 * Opens what {@link packDocuments} wrote.
 * @throws {LanguageDataError} `shards` where there is no manifest, or a shard has another size than it says
 * @throws {TokenizerError} where the manifest's tokenizer is damaged
 */
export async function openPackedText(directory: string): Promise<PackedText> {
  const manifest = await readManifest(directory);
  const opened: OpenTokens[] = [];
  try {
    for (const shard of manifest.shards) {
      const store = await openTokenFile(join(directory, shard.file), manifest.vocabularySize);
      opened.push(store);
      if (store.length !== shard.tokens) throw damaged(directory, shard.file, `${shard.tokens} tokens`, String(store.length));
    }
    return new OpenedText(directory, manifest, opened);
  } catch (cause) {
    await Promise.all(opened.map((store) => store.close()));
    throw cause;
  }
}

/**
 * Reads every shard whole and compares its SHA-256 with the manifest's.
 * @throws {LanguageDataError} `shards`
 */
export async function verifyPackedText(directory: string): Promise<TokenManifest> {
  const manifest = await readManifest(directory);
  for (const { file, sha256 } of manifest.shards) {
    const hash = createHash('sha256');
    const handle = await open(join(directory, file), 'r');
    for await (const piece of handle.createReadStream()) hash.update(piece as Uint8Array);
    const digest = hash.digest('hex');
    if (digest !== sha256) throw damaged(directory, file, `SHA-256 ${sha256}`, digest);
  }
  return manifest;
}

class OpenedText implements PackedText {
  readonly length: number;
  readonly vocabularySize: number;
  readonly tokenizer: Tokenizer;
  readonly read: TokenStore['read'];

  constructor(
    private readonly directory: string,
    readonly manifest: TokenManifest,
    private readonly stores: readonly OpenTokens[],
  ) {
    this.tokenizer = tokenizerFromDescription(manifest.tokenizer);
    const joined = joinedTokens(stores, manifest.vocabularySize);
    this.length = joined.length;
    this.vocabularySize = manifest.vocabularySize;
    this.read = joined.read;
  }

  async documentStarts(): Promise<number[]> {
    const all: number[] = [];
    let before = 0;
    for (const { file, tokens } of this.manifest.shards) {
      const bytes = await readFile(join(this.directory, startsName(file)));
      for (let place = 0; place < bytes.length; place += 4) all.push(before + bytes.readUInt32LE(place));
      before += tokens;
    }
    return all;
  }

  async close(): Promise<void> {
    await Promise.all(this.stores.map((store) => store.close()));
  }
}

async function readManifest(directory: string): Promise<TokenManifest> {
  const text = await textIfThere(join(directory, manifestName));
  if (text === undefined) throw damaged(directory, manifestName, 'a manifest', 'none');
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw damaged(directory, manifestName, 'JSON', JSON.stringify(text.slice(0, 60)), cause);
  }
  const checked = manifestSchema.safeParse(parsed);
  if (checked.success) return checked.data;
  const { at, expected, given } = firstProblem(manifestSchema, checked.error, parsed);
  throw damaged(directory, `${manifestName}${at === '' ? '' : `, field ${at}`}`, expected, given, checked.error);
}

const damaged = (directory: string, file: string, expected: string, given: string, cause?: unknown): LanguageDataError =>
  new LanguageDataError('shards', `packed text ${directory}, ${file}`, expected, given, 'pack the text again', { cause });

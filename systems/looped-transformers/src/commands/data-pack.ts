import { mkdir, rmdir, stat } from 'node:fs/promises';
import { endOfText, type Tokenizer, TokenizerError } from '@sardonyx/data/tokenizers';
import { BadInputError, type CommandContext, defineCommand } from '@sardonyx/study';
import { z } from 'zod';
import { asBadInput } from '../bad-input.js';
import { isJsonLines, readDocuments, type TextDocument } from '../language/documents.js';
import { packDocuments, removePackedText, type TokenManifest } from '../language/token-shards.js';
import { expectEmptyFolder } from './empty-folder.js';
import { expectTokenizerFlags, packingTokenizer, tokenizerParameters } from './packing-tokenizer.js';
import { progressLines } from './progress-lines.js';

const parameters = z.object({
  output: z.string().default('').describe('folder of the packed text: a new or empty one'),
  ...tokenizerParameters,
  field: z.string().min(1).optional().describe('of JSON lines, that holds the text; text by default'),
  limit: z.int().min(1).optional().describe('documents to pack at most, of all files; all without it'),
  skipBad: z.boolean().default(false).describe('count JSON lines that cannot be used instead of stopping at the first'),
});
type PackParameters = z.output<typeof parameters>;

/** Packs text files into a folder of tokens that models are trained and judged on. */
export const dataPack = defineCommand({
  name: 'data-pack',
  aliases: ['pack'],
  summary: 'pack text files into a folder of tokens for train (data.tokens) and eval --tokens',
  arguments: [{ name: 'files...', summary: 'text, or JSON lines (.jsonl, .ndjson) with a document each; plain, gzip or Zstandard' }],
  examples: [
    'data-pack book.txt letters.txt.gz --output packed',
    'data-pack pile.jsonl.zst --output packed --tokenizer bpe --vocabulary-size 8192 --limit 100000',
    'data-pack held-out.txt --output held-out --tokenizer-from packed',
  ],
  params: parameters,
  async run(ctx, p) {
    const files = ctx.arguments;
    const skipped = new Map<string, number>();
    const tell = progressLines(ctx);
    let source = '';
    /** The documents, with the last one known to errors that do not name it. */
    async function* documents(counted?: Map<string, number>): AsyncGenerator<TextDocument, void> {
      const { field, limit, skipBad } = p;
      const onSkipped = (path: string, count: number): void => void counted?.set(path, (counted.get(path) ?? 0) + count);
      let read = 0;
      const all = readDocuments(files, { ...(field && { field }), ...(limit !== undefined && { limit }), skipBad, onSkipped });
      for await (const document of all) {
        ctx.signal.throwIfAborted();
        source = document.source;
        yield document;
        read += 1;
        tell(read, undefined, `document${read === 1 ? '' : 's'} ${counted ? 'packed' : 'read for their tokens'}`);
      }
    }
    try {
      expectTokenizerFlags(p);
      await expectFiles(files, p.field);
      await expectOutput(p.output);
      const tokenizer = await packingTokenizer(p, () => documents());
      const manifest = await packedInto(p.output, () => packDocuments(p.output, documents(skipped), tokenizer, { signal: ctx.signal }));
      report(ctx, p, manifest, tokenizer, skipped);
    } catch (cause) {
      throw asBadInput(atSource(cause, source));
    }
  },
});

/** A character that a tokenizer lacks, with the document that has it. */
function atSource(cause: unknown, source: string): unknown {
  if (!(cause instanceof TokenizerError && cause.code === 'unknown-character')) return cause;
  const problem = cause.message.replace(/^tokenizer, /, '').replace(/;[^;]*$/, '');
  const remedy = 'take a tokenizer that knows all characters, or learn one with --tokenizer';
  return new BadInputError(cause.code, `Cannot pack ${source}: ${problem}; ${remedy}.`, { cause });
}

/** Names that lead nowhere are found before hours of work. */
async function expectFiles(files: readonly string[], field: string | undefined): Promise<void> {
  if (files.length === 0) throw new BadInputError('argument', 'Cannot pack: expected text files, given none; name one or more.');
  for (const path of files) {
    if ((await stat(path)).isDirectory()) {
      throw new BadInputError('file', `Cannot pack "${path}": expected a text file, given a folder; name the files in it.`);
    }
  }
  if (field === undefined || files.some(isJsonLines)) return;
  const given = files.length === 1 ? files[0] : `${files.length} files of text`;
  throw new BadInputError('argument', `Cannot use --field: expected a file of JSON lines, given ${given}; leave the flag out.`);
}

async function expectOutput(output: string): Promise<void> {
  if (output !== '') return expectEmptyFolder(output, 'packed text');
  const example = 'sardonyx looped-transformers data-pack book.txt --output packed';
  throw new BadInputError('output', `Cannot pack: expected a folder to write, given none; name one, as in: ${example}.`);
}

/** Packs into a folder; where that fails nothing of it stays, nor the folder where it was made for it. */
async function packedInto(folder: string, pack: () => Promise<TokenManifest>): Promise<TokenManifest> {
  const made = await mkdir(folder, { recursive: true });
  try {
    return await pack();
  } catch (cause) {
    await removePackedText(folder);
    if (made !== undefined) await rmdir(folder);
    throw cause;
  }
}

function report(
  ctx: CommandContext,
  p: PackParameters,
  manifest: TokenManifest,
  tokenizer: Tokenizer,
  skipped: ReadonlyMap<string, number>,
): void {
  const { documents, tokens, textBytes, dtype, vocabularySize, shards } = manifest;
  const bytesPerToken = textBytes / tokens;
  const { kind } = manifest.tokenizer;
  if (ctx.json) {
    const summary = { directory: p.output, documents, tokens, textBytes, bytesPerToken, tokenizer: kind, vocabularySize, dtype };
    ctx.print(JSON.stringify({ ...summary, shards: shards.length, skipped: Object.fromEntries(skipped) }));
    return;
  }
  const counted = (count: number, what: string): string => `${count.toLocaleString('en-US')} ${what}${count === 1 ? '' : 's'}`;
  ctx.print(`${counted(documents, 'document')} in ${p.output}, ${counted(shards.length, 'shard')} of ${dtype}`);
  ctx.print(`tokens     ${tokens.toLocaleString('en-US')}; ${bytesPerToken.toFixed(2)} of the ${counted(textBytes, 'byte')} of text each`);
  ctx.print(`tokenizer  ${kind}, ${counted(vocabularySize, 'token')}`);
  for (const [path, count] of skipped) ctx.print(`skipped    ${counted(count, 'line')} of ${path}`);
  if (p.vocabularySize !== undefined && vocabularySize < p.vocabularySize) {
    ctx.log(`The texts repeat no more pairs: ${vocabularySize} tokens instead of ${p.vocabularySize}.`);
  }
  if (documents > 1 && !tokenizer.specialTokens.has(endOfText)) {
    ctx.log(`The tokenizer has no ${endOfText}: nothing stands between one document and the next.`);
  }
}

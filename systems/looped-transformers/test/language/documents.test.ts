import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type DocumentOptions, readDocuments } from '../../src/language/documents.js';
import { readJsonLines } from '../../src/language/json-lines.js';
import { readTextFile } from '../../src/language/text-file.js';
import { textLines } from '../../src/language/text-lines.js';
import { temporaryDirectory } from './temporary-directory.js';

const zstandard = fileURLToPath(new URL('fixtures/documents.jsonl.zst', import.meta.url));

async function gather<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
const documents = (paths: readonly string[], options?: DocumentOptions) => gather(readDocuments(paths, options));

describe('lines', () => {
  test('end with or without a return, the last one also with nothing', async () => {
    const path = temporaryDirectory({ 'a.txt': '\ufeffone\r\n\ntwo\rthree\nnaïve' });
    expect(await gather(textLines(path('a.txt')))).toEqual([
      { number: 1, text: 'one' },
      { number: 2, text: '' },
      { number: 3, text: 'two\rthree' },
      { number: 4, text: 'naïve' },
    ]);
  });

  test('cross the pieces that a file is read in', async () => {
    // Longer than the 64 KiB of a read, with characters of three bytes across its end.
    const lines = Array.from({ length: 7 }, (_, i) => '猫'.repeat(20_000 + i));
    const path = temporaryDirectory({ 'a.txt': lines.join('\n'), 'a.gz': gzipSync(lines.join('\n')) });
    for (const name of ['a.txt', 'a.gz']) expect((await gather(textLines(path(name)))).map(({ text }) => text)).toEqual(lines);
  });
});

describe('text files', () => {
  test('come as they are, but for a byte order mark', async () => {
    const path = temporaryDirectory({ 'a.txt': '\ufeffTo be,\r\nor not\ufeff to be', 'b.txt.gz': gzipSync('zipped') });
    expect(await readTextFile(path('a.txt'))).toBe('To be,\r\nor not\ufeff to be');
    expect(await readTextFile(path('b.txt.gz'))).toBe('zipped');
  });

  test.each([
    ['nothing', '', 'empty-file', 'expected text, given an empty file'],
    ['a NUL', 'one\ntw\0o', 'not-text', 'line 2: expected text in UTF-8, given a NUL byte at offset 2'],
    ['Latin-1', Uint8Array.of(0x0a, 0x6e, 0x61, 0xef, 0x76, 0x65), 'not-text', 'line 2: expected text in UTF-8, given other bytes'],
    ['UTF-16', Uint8Array.of(0xff, 0xfe, 0x41, 0x00), 'not-text', 'given UTF-16; convert it to UTF-8'],
    ['a character cut off', Uint8Array.of(0x41, 0xc3), 'not-text', 'line 1'],
    ['half a gzip file', gzipSync('some text that is long enough').subarray(0, 20), 'compression', 'expected gzip data'],
    ['a damaged gzip file', Uint8Array.of(0x1f, 0x8b, 1, 2, 3, 4), 'compression', 'expected gzip data'],
  ])('with %s are refused', async (_, content, code, message) => {
    const path = temporaryDirectory({ file: content });
    await expect(readTextFile(path('file'))).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
    await expect(gather(textLines(path('file')))).rejects.toMatchObject({ code });
  });

  test('that are not there are said so by Node', async () => {
    await expect(readTextFile('/nowhere/at/all')).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('JSON lines', () => {
  const schema = z.object({ text: z.string() });

  test('in Zstandard, more than one frame', async () => {
    const all = await documents([zstandard]);
    expect(all).toHaveLength(200);
    expect(all[9]).toEqual({ text: 'Document 9: words that repeat words that repeat naïve.', source: `${zstandard}, line 10` });
    expect(all[199]!.text).toBe(`Document 199: ${'words that repeat '.repeat(3)}naïve.`);
  });

  test('in half a Zstandard file are refused', async () => {
    const bytes = readFileSync(zstandard);
    const path = temporaryDirectory({ 'half.jsonl.zst': bytes.subarray(0, bytes.length - 30) });
    await expect(documents([path('half.jsonl.zst')])).rejects.toMatchObject({ code: 'compression' });
  });

  test('name line and field of what they refuse', async () => {
    const path = temporaryDirectory({ a: '{"text":"one"}\n\n{"text":2}\n', b: '{"text":"one"}\n{"text":' });
    await expect(gather(readJsonLines(path('a'), schema))).rejects.toThrow(
      /a, line 3, field text: expected text, given 2; repair it, or pass bad records over\.$/,
    );
    await expect(gather(readJsonLines(path('b'), schema))).rejects.toThrow(', line 2: expected JSON, given "{\\"text\\":"');
  });

  test('pass bad lines over and count them where asked to', async () => {
    const path = temporaryDirectory({ a: '{"text":"one"}\n{"text":2}\nno\n{"text":"two"}\n[]\n{"text":"three"}' });
    const lines = readJsonLines(path('a'), schema, { skipBad: true });
    expect((await gather(lines)).map(({ place, value }) => `${place} ${value.text}`)).toEqual(['line 1 one', 'line 4 two', 'line 6 three']);
    expect(lines.skipped).toBe(3);
    const limited = readJsonLines(path('a'), schema, { skipBad: true, limit: 2 });
    expect(await gather(limited)).toHaveLength(2);
    expect(limited.skipped).toBe(2);
    expect(() => readJsonLines(path('a'), schema, { limit: 0 })).toThrow(expect.objectContaining({ code: 'invalid-option' }));
  });
});

describe('documents', () => {
  test('are whole text files and lines of JSON, in order', async () => {
    const path = temporaryDirectory({
      'a.txt': 'first',
      'b.jsonl': '{"body":"second"}\n{"body":"third"}',
      'c.ndjson.gz': gzipSync('{"body":"fourth"}\n{"body":""}\n'),
    });
    const paths = ['a.txt', 'b.jsonl', 'c.ndjson.gz'].map(path);
    const skipped: unknown[] = [];
    const all = await documents(paths, { field: 'body', skipBad: true, onSkipped: (...args) => skipped.push(args) });
    expect(all.map(({ text }) => text)).toEqual(['first', 'second', 'third', 'fourth']);
    expect(all.map(({ source }) => source)).toEqual([paths[0], `${paths[1]}, line 1`, `${paths[1]}, line 2`, `${paths[2]}, line 1`]);
    expect(skipped).toEqual([[paths[2], 1]]);
    expect(await documents(paths, { field: 'body', limit: 2 })).toHaveLength(2);
    await expect(documents(paths, { field: 'body' })).rejects.toThrow(
      'line 2, field body: expected a text that is not empty, given ""; repair it',
    );
  });

  test('of white space alone are refused', async () => {
    const path = temporaryDirectory({ 'a.txt': ' \n\t\n' });
    await expect(documents([path('a.txt')])).rejects.toMatchObject({ code: 'empty-file' });
  });
});

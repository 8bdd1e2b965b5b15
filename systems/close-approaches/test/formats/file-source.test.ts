import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { fileSource, fileText } from '../../src/formats/file-source.js';
import { readSpins } from '../../src/population/spin-file.js';

const folder = mkdtempSync(join(tmpdir(), 'file-source-'));
afterAll(() => rmSync(folder, { recursive: true }));

test.each([fileSource, fileText, readSpins])('%o names a file that is not there, and what to do', async (read) => {
  await expect(read(join(folder, 'none.csv'))).rejects.toMatchObject({
    code: 'unreadable',
    message: expect.stringMatching(/none\.csv: expected a file that can be read, got no such file; check the path\.$/) as unknown,
  });
});

test('a folder is no file', async () => {
  await expect(fileText(folder)).rejects.toThrow('got a folder; check the path');
});

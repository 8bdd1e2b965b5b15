import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readJsonFile } from '../src/json-file.js';
import { temporaryDirectory } from './temporary-directory.js';

const bodies = z.object({ bodies: z.array(z.object({ name: z.string(), mass: z.number().positive() })) });

function fileOf(text: string): string {
  const path = join(temporaryDirectory(), 'bodies.json');
  writeFileSync(path, text);
  return path;
}

describe('a JSON file', () => {
  it('is read as its schema has it', async () => {
    const value = { bodies: [{ name: 'Ceres', mass: 4.7e-10 }] };
    expect(await readJsonFile(fileOf(JSON.stringify(value)), bodies)).toEqual(value);
  });

  it('that is not there, or is a folder, is told by its path', async () => {
    await expect(readJsonFile('nowhere.json', bodies)).rejects.toMatchObject({
      code: 'file',
      message: expect.stringMatching(/^Cannot read: expected a file that can be read, got "nowhere.json", which is not there\./),
    });
    await expect(readJsonFile(temporaryDirectory(), bodies)).rejects.toMatchObject({
      code: 'file',
      message: expect.stringMatching(/a folder/),
    });
  });

  it('that is no JSON is told with the syntax error', async () => {
    const path = fileOf('{"bodies": [');
    await expect(readJsonFile(path, bodies)).rejects.toMatchObject({
      code: 'json',
      message: expect.stringContaining(`Cannot use "${path}": expected JSON, got a syntax error: `),
    });
  });

  it('that its schema refuses is told with what is wrong where, and of many problems the first five', async () => {
    const wrong = fileOf(JSON.stringify({ bodies: [{ name: 'Ceres', mass: -1 }] }));
    await expect(readJsonFile(wrong, bodies)).rejects.toMatchObject({
      code: 'description',
      message: expect.stringMatching(/: bodies\.0\.mass: expected a number above 0, given -1\. Give a file/),
    });
    const many = fileOf(JSON.stringify({ bodies: Array.from({ length: 8 }, () => ({ name: 'x', mass: 0 })) }));
    await expect(readJsonFile(many, bodies)).rejects.toMatchObject({ message: expect.stringContaining('; and 3 more. ') });
  });
});

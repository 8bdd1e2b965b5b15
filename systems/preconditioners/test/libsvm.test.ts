import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { parseLibsvm, readLibsvm } from '../src/index.js';

const folder = mkdtempSync(join(tmpdir(), 'libsvm-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const text = '+1 1:0.5 3:-2 # a comment\n-1 2:1e-3\r\n\n1\n';

describe('LIBSVM text', () => {
  test('becomes dense rows, from text and from files, compressed or not', async () => {
    const examples = parseLibsvm(text);
    expect(examples.features).toBe(3);
    expect([...examples.labels]).toEqual([1, -1, 1]);
    expect(examples.inputs.map((input) => [...input])).toEqual([
      [0.5, 0, -2],
      [0, 1e-3, 0],
      [0, 0, 0],
    ]);
    writeFileSync(join(folder, 'plain'), text);
    writeFileSync(join(folder, 'packed.gz'), gzipSync(text));
    expect(await readLibsvm(join(folder, 'plain'))).toEqual(examples);
    expect(await readLibsvm(join(folder, 'packed.gz'))).toEqual(examples);
    expect(parseLibsvm(text, { features: 5 }).inputs[0]).toHaveLength(5);
  });

  test.each([
    ['1 0:1', /line 1.*index from 1.*"0:1"/],
    ['1 1:1\n1 2:1 2:3', /line 2.*ascending/],
    ['1 3', /index:value/],
    ['1 1:x', /number as value.*"x"/],
    ['spam 1:1', /number as label.*"spam"/],
  ])('%j is refused', (bad, message) => {
    expect(() => parseLibsvm(bad)).toThrow(message);
    expect(() => parseLibsvm(bad)).toThrow(expect.objectContaining({ code: 'format' }));
  });

  test('nothing, too few features and damaged files are refused', async () => {
    expect(() => parseLibsvm('\n# nothing\n')).toThrow(expect.objectContaining({ code: 'empty' }));
    expect(() => parseLibsvm(text, { features: 2 })).toThrow(expect.objectContaining({ code: 'format' }));
    writeFileSync(join(folder, 'cut.gz'), gzipSync(text).subarray(0, 20));
    await expect(readLibsvm(join(folder, 'cut.gz'))).rejects.toMatchObject({ code: 'format' });
  });
});

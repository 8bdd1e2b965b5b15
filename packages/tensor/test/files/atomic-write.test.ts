import { mkdir, mkdtemp, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeAtomically } from '../../src/files/atomic-write.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'atomic-'));
});
afterEach(() => rm(directory, { recursive: true }));

const bytes = (text: string) => new TextEncoder().encode(text);

describe('writeAtomically', () => {
  it('writes chunks end to end, over a file that was there', async () => {
    const path = join(directory, 'file');
    await writeFile(path, 'a longer text that was there before');
    await writeAtomically(path, [bytes('one '), new Uint8Array(0), bytes('--two').subarray(2)]);
    expect(await readFile(path, 'utf8')).toBe('one two');
    expect(await readdir(directory)).toEqual(['file']);
  });

  it('leaves the file that was there, and nothing else, where the chunks fail half-way', async () => {
    const path = join(directory, 'file');
    await writeFile(path, 'before');
    const seen: string[] = [];
    function* failing() {
      yield bytes('half of it');
      seen.push('asked for the second chunk');
      throw new Error('no more');
    }
    await expect(writeAtomically(path, failing())).rejects.toThrow('no more');
    expect(seen).toHaveLength(1);
    expect(await readFile(path, 'utf8')).toBe('before');
    expect(await readdir(directory)).toEqual(['file']);
  });

  it('leaves nothing where the name is taken by a folder', async () => {
    await mkdir(join(directory, 'folder'));
    await expect(writeAtomically(join(directory, 'folder'), [bytes('text')])).rejects.toMatchObject({ syscall: 'rename' });
    expect(await readdir(directory)).toEqual(['folder']);
  });

  it('writes chunks larger than one system call takes, at every place', async () => {
    const path = join(directory, 'large');
    const chunk = new Uint8Array(5 << 20).map((_, i) => i % 251);
    await writeAtomically(path, [chunk, chunk.subarray(1)]);
    expect((await stat(path)).size).toBe(2 * chunk.length - 1);
    const file = await open(path);
    const { buffer } = await file.read(new Uint8Array(4), 0, 4, chunk.length - 2);
    await file.close();
    expect([...buffer]).toEqual([chunk.at(-2), chunk.at(-1), chunk[1], chunk[2]]);
  });
});

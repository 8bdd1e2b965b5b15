import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import {
  type DataSetManifest,
  dataSetStatistics,
  readManifest,
  readProblems,
  readRecords,
  verifyDataSet,
  writeDataSet,
  writeTokenFile,
} from '../../src/tasks/data-set.js';
import { dtypeFor } from '../../src/tasks/data-set/manifest.js';
import { encodeRecord } from '../../src/tasks/data-set/packed-records.js';
import { groupComposition } from '../../src/tasks/group-composition.js';
import { openTokenFile } from '../../src/language/token-file.js';
import { pHop } from '../../src/tasks/p-hop.js';
import { problemFormats } from '../../src/tasks/problem-formats.js';
import { taskNamed } from '../../src/tasks/registry.js';
import { symbolicIgsm } from '../../src/tasks/symbolic-igsm/igsm.js';
import { problemStream, type SequenceTask } from '../../src/tasks/task.js';
import { packSequences } from '../../src/tasks/task-sequence.js';
import type { TaskError } from '../../src/tasks/task-error.js';

const folder = mkdtempSync(join(tmpdir(), 'data-sets-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let folders = 0;
const newFolder = (): string => join(folder, String(folders++));

const hops = () => pHop({ length: 24, hops: 3, supervise: 'dense' });

async function written(task: SequenceTask = hops(), count = 40): Promise<{ directory: string; manifest: DataSetManifest }> {
  const directory = newFolder();
  return { directory, manifest: await writeDataSet(directory, task, { split: 'train', seed: 1, count }) };
}

async function collect<T>(values: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const value of values) all.push(value);
  return all;
}

/** Changes line `line` (from 1) of the problems. */
function edit(directory: string, line: number, change: (text: string) => string): void {
  const path = join(directory, 'problems.jsonl');
  const lines = readFileSync(path, 'utf8').split('\n');
  lines[line - 1] = change(lines[line - 1]!);
  writeFileSync(path, lines.join('\n'));
}

describe('a data set', () => {
  test('holds the problems of the stream, twice the same bytes', async () => {
    const { directory, manifest } = await written();
    const again = await written();
    expect(again.manifest).toEqual(manifest);
    const task = hops();
    const stream = problemStream(task, 'train', 1);
    const read = await collect(readProblems(join(directory, 'problems.jsonl'), problemFormats['p-hop']));
    expect(read).toEqual(Array.from({ length: 40 }, (_, index) => ({ line: index + 1, problem: task.draw(stream) })));
    await expect(verifyDataSet(directory)).resolves.toMatchObject({ verified: 40 });
  });

  test('gives its sequences in batches, as the task makes them', async () => {
    const task = hops();
    const { directory, manifest } = await written();
    const problems = (await collect(readProblems(join(directory, 'problems.jsonl'), problemFormats['p-hop']))).map(
      ({ problem }) => problem,
    );
    const batches = await collect(readRecords(join(directory, 'sequences.bin'), manifest, 16));
    expect(batches.map(({ tokens }) => tokens.length / task.length)).toEqual([16, 16, 8]);
    batches.forEach((batch, index) => {
      expect(batch).toEqual(packSequences(problems.slice(16 * index, 16 * (index + 1)).map(task.sequence), task.length, task.padding));
    });
  });

  test.each([
    symbolicIgsm({ levels: 3, maxEdges: 8, maxOperations: 6, format: 'cot' }),
    groupComposition({ group: 'A_5', lengths: [4], evaluateLengths: [4] }),
    taskNamed('addition', { digits: 1 }),
    taskNamed('variable-assignment', { form: 'code', shots: 2 }),
  ] as SequenceTask[])('of $name verifies and makes its task again', async (task) => {
    const { directory } = await written(task, 12);
    expect((await readManifest(directory)).task.parameters).toEqual(task.parameters);
    await expect(verifyDataSet(directory)).resolves.toMatchObject({ verified: 12 });
  });

  test('leaves nothing behind when it is stopped', async () => {
    const directory = newFolder();
    const stop = new AbortController();
    const options = {
      split: 'train',
      seed: 0,
      count: 1000,
      signal: stop.signal,
      progress: (done: number) => done === 10 && stop.abort(),
    } as const;
    await expect(writeDataSet(directory, hops(), options)).rejects.toThrow(/abort/);
    await expect(readManifest(directory)).rejects.toThrow(/ENOENT/);
    expect(() => readFileSync(join(directory, 'problems.jsonl'))).toThrow(/ENOENT/);
    expect(() => readFileSync(join(directory, 'problems.jsonl.unfinished'))).toThrow(/ENOENT/);
  });

  test('of a large vocabulary has wider numbers', async () => {
    expect(dtypeFor(65_535)).toBe('uint16');
    expect(dtypeFor(65_536)).toBe('uint32');
    const layout = { dtype: 'uint32', length: 3, padding: 0, vocabulary: { length: 70_000 } } as const;
    const path = join(folder, 'wide.bin');
    writeFileSync(path, encodeRecord({ tokens: [69_999, 1], targets: [-1, 65_536] }, layout));
    const [batch] = await collect(readRecords(path, layout, 4));
    expect([batch!.tokens, batch!.targets, batch!.weights].map((part) => [...part])).toEqual([
      [69_999, 1, 0],
      [0, 65_536, 0],
      [0, 1, 0],
    ]);
  });
});

describe('a damaged data set', () => {
  const accept = (directory: string, skip?: (error: TaskError) => void) => verifyDataSet(directory, skip && { skip });

  test('is refused by its hash before anything else', async () => {
    const { directory } = await written();
    edit(directory, 7, (text) => text.replace('"hops":3', '"hops":2'));
    await expect(accept(directory)).rejects.toThrow(/problems\.jsonl: expected SHA-256 \w+, given \w+; the file was changed/);
    edit(directory, 7, (text) => `${text} `);
    await expect(accept(directory)).rejects.toThrow(/expected \d+ bytes, given \d+/);
  });

  test('says line and field of what cannot be used, and counts it when asked to go on', async () => {
    const { directory } = await written();
    const answer = (text: string) => (JSON.parse(text) as { answer: string }).answer;
    edit(directory, 2, () => '{"sequence": "abc"');
    edit(directory, 5, (text) => text.replace('"hops":3', '"hops":"3"'));
    edit(directory, 7, (text) => text.replace(`"answer":"${answer(text)}"`, `"answer":"${answer(text) === 'a' ? 'b' : 'a'}"`));
    // A true problem, but not the one whose sequence was packed.
    const other = hops();
    edit(directory, 9, () => JSON.stringify(other.draw(problemStream(other, 'train', 2))));
    // A true problem of the test.
    edit(directory, 11, () => JSON.stringify(other.draw(problemStream(other, 'test', 2), 'test')));
    const bad: string[] = [];
    const { verified } = await accept(directory, (error) => void bad.push(error.message.replace(`${directory}/`, '')));
    expect(bad).toEqual([
      expect.stringMatching(/^problems\.jsonl: expected \d+ bytes/),
      expect.stringMatching(/^problems\.jsonl, line 2: expected JSON, given "\{\\"sequence/),
      expect.stringMatching(/^problems\.jsonl, line 5, hops: expected an integer of at least 1, given "3"/),
      expect.stringMatching(/^problems\.jsonl, line 7: p-hop: expected the answer/),
      expect.stringMatching(/^sequences\.bin, record 8: expected tokens \d at place \d+, given \d; it is not the sequence of line 9/),
      expect.stringMatching(/^problems\.jsonl, line 11: expected a problem of the split train, given one of test/),
    ]);
    expect(verified).toBe(35);
    const limited = await verifyDataSet(directory, { limit: 6, skip: () => undefined });
    expect(limited.verified).toBe(4);
  });

  test('without skipping stops at the first line', async () => {
    const { directory, manifest } = await written();
    edit(directory, 3, (text) => text.replace('"chain":[', '"chain":["x",'));
    const read = collect(readProblems(join(directory, 'problems.jsonl'), problemFormats['p-hop']));
    await expect(read).rejects.toThrow(/line 3, chain\.0: /);
    await expect(read).rejects.toMatchObject({ code: 'format', details: { line: 3 } });
    expect(await collect(readProblems(join(directory, 'problems.jsonl'), problemFormats['p-hop'], { limit: 2 }))).toHaveLength(2);
    const bin = join(directory, 'sequences.bin');
    writeFileSync(bin, readFileSync(bin).subarray(0, -3));
    await expect(collect(readRecords(bin, manifest, 8))).rejects.toThrow(/expected records of 96 bytes, given 93 bytes after record 39/);
    const bytes = readFileSync(bin);
    bytes.writeUInt16LE(9, 2 * 96 + 4);
    writeFileSync(bin, bytes);
    await expect(collect(readRecords(bin, manifest, 8))).rejects.toThrow(/record 2: expected numbers of at most 3, given 9 at place 2/);
  });

  test('says what is wrong with a manifest', async () => {
    const { directory, manifest } = await written();
    const rewrite = (value: unknown) =>
      writeFileSync(join(directory, 'manifest.json'), typeof value === 'string' ? value : JSON.stringify(value));
    rewrite('not JSON');
    await expect(readManifest(directory)).rejects.toThrow(/manifest\.json: expected JSON, given "not JSON"/);
    rewrite({ ...manifest, count: -1 });
    await expect(readManifest(directory)).rejects.toThrow(/not the manifest of a task data set: count: /);
    rewrite({ ...manifest, vocabulary: ['x'] });
    await expect(readManifest(directory)).rejects.toThrow(/expected the vocabulary \["a","b","c","d"\] of the task p-hop, given \["x"\]/);
    rewrite({ ...manifest, task: 'hop' });
    await expect(readManifest(directory)).rejects.toThrow(/no task "hop"/);
  });
});

describe('statistics', () => {
  test('count repetitions, answers and difficulties', async () => {
    const task = groupComposition({ group: 'Z_2', lengths: [2, 3], evaluateLengths: [3], heldOut: 0 });
    const directory = newFolder();
    await writeDataSet(directory, task, { split: 'train', seed: 0, count: 200 });
    const statistics = await dataSetStatistics(directory);
    // 200 draws meet all of the 4 + 8 problems.
    expect(statistics).toMatchObject({ problems: 200, repeated: 188 / 200, differentAnswers: 2, longest: 4, overlap: null });
    expect(statistics.difficulty.counts.map(([factors]) => factors)).toEqual([2, 3]);
    expect(statistics.answers.reduce((total, [, share]) => total + share, 0)).toBeCloseTo(1, 12);
    expect(statistics.shortcuts.map(({ name }) => name)).toEqual(['the last factor']);
  });

  test('tell how much of a test training holds: nothing, unless it was allowed', async () => {
    const overlap = async (heldOut: number): Promise<number | null> => {
      const task = groupComposition({ group: 'Z_2', lengths: [5], evaluateLengths: [5], heldOut });
      const [train, test] = [newFolder(), newFolder()];
      await writeDataSet(train, task, { split: 'train', seed: 0, count: 400 });
      await writeDataSet(test, task, { split: 'test', seed: 0, count: 100 });
      return (await dataSetStatistics(test, train)).overlap;
    };
    expect(await overlap(0.2)).toBe(0);
    // 400 draws of 32 problems leave one out with a chance of 10⁻⁴.
    expect(await overlap(0)).toBe(1);
  });
});

describe('token files', () => {
  const tokens = Array.from({ length: 300_000 }, (_, index) => (index * 7919) % 65_536);

  test.each(['raw', 'llm.c'] as const)('of the form %s come back as they were', async (format) => {
    const path = join(folder, `${format}.bin`);
    expect(await writeTokenFile(path, tokens, format)).toBe(tokens.length);
    expect(readFileSync(path).byteLength).toBe(2 * tokens.length + (format === 'llm.c' ? 1024 : 0));
    const file = await openTokenFile(path, 65_536, { format });
    expect([...(await file.read(0, file.length))]).toEqual(tokens);
    await file.close();
  });

  test('have the header that llm.c expects', async () => {
    const path = join(folder, 'header.bin');
    await writeTokenFile(path, [5, 6, 7], 'llm.c');
    const bytes = readFileSync(path);
    expect([0, 4, 8, 12, 1020].map((offset) => bytes.readInt32LE(offset))).toEqual([20_240_520, 1, 3, 0, 0]);
    expect([1024, 1026, 1028].map((offset) => bytes.readUInt16LE(offset))).toEqual([5, 6, 7]);
  });

  test('refuse tokens that are too wide, with their place', async () => {
    const path = join(folder, 'wide-tokens.bin');
    await expect(writeTokenFile(path, [1, 65_536], 'raw')).rejects.toThrow(/token 1: expected a number from 0 to 65535, given 65536/);
  });
});

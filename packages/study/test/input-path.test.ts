import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { defineStudy, describeParameters, inputFile, inputFolder, ParameterError, resolveParameters } from '../src/index.js';
import { temporaryDirectory } from './temporary-directory.js';

const study = defineStudy({
  name: 'reading',
  title: 'Reading',
  paper: { arxiv: '0000.00000' },
  summary: 'reads',
  params: z.object({ text: inputFile('a text'), images: inputFolder('images') }),
  presets: { quick: {}, standard: {}, paper: {} },
  run: async () => {},
});

const problemsOf = (given: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> => {
  try {
    resolveParameters(study, 'quick', given);
    return {};
  } catch (error) {
    if (error instanceof ParameterError) return error.problems;
    throw error;
  }
};

it('is described as a path', () => {
  expect(describeParameters(study.params)).toMatchObject([
    { name: 'text', flag: 'text', kind: 'file', accepts: 'path of a file', default: '', description: 'a text' },
    { name: 'images', flag: 'images', kind: 'folder', accepts: 'path of a folder', default: '', description: 'images' },
  ]);
});

it('names nothing by default', () => {
  expect(resolveParameters(study, 'quick', {})).toEqual({ text: '', images: '' });
});

it('comes back from the root, wherever a run of it is resumed', () => {
  const directory = temporaryDirectory();
  const [text, images] = [join(directory, 'text.txt'), join(directory, 'images')];
  writeFileSync(text, 'abc');
  mkdirSync(images);
  const given = { text: relative(process.cwd(), text), images: relative(process.cwd(), images) };
  expect(resolveParameters(study, 'quick', given)).toEqual({ text, images });
});

it('refuses what is not there, and the one for the other, by name', () => {
  const directory = temporaryDirectory();
  const file = join(directory, 'text.txt');
  writeFileSync(file, 'abc');
  expect(problemsOf({ text: join(directory, 'none'), images: file })).toEqual({
    text: `expected a file that can be read, got "${join(directory, 'none')}", which is not there. Check the path; it starts in ${process.cwd()}.`,
    images: `expected a folder that can be read, got "${file}", which is a file. Name a folder.`,
  });
  expect(problemsOf({ text: directory })).toEqual({
    text: `expected a file that can be read, got "${directory}", which is a folder. Name a file.`,
  });
  // A file where a folder would have to be.
  expect(problemsOf({ text: join(file, 'below') }).text).toMatch(/which is not there|cannot be read/);
});

// Root may read everything.
it.skipIf(process.getuid?.() === 0)('refuses what this user may not read', () => {
  const file = join(temporaryDirectory(), 'secret.txt');
  writeFileSync(file, 'abc');
  chmodSync(file, 0);
  expect(problemsOf({ text: file }).text).toMatch(/cannot be read \(EACCES\)/);
});

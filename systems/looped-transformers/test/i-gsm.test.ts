import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readEvents, resolveParameters, type Results, runPaths, startRun, type Study } from '@sardonyx/study';
import { afterAll, describe, expect, test } from 'vitest';
import { iGsmStudy } from '../src/studies/i-gsm.js';

const folder = mkdtempSync(join(tmpdir(), 'i-gsm-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const study = iGsmStudy as unknown as Study;
const tiny = {
  models: ['1x2', '1x1'],
  width: 16,
  heads: 2,
  steps: 8,
  batchSize: 8,
  warmupSteps: 2,
  evaluateEvery: 8,
  evaluationExamples: 200,
};

async function resultsOf(templates: 'new' | 'known'): Promise<Record<string, unknown>> {
  const params = resolveParameters(study, 'quick', { ...tiny, templates });
  const request = { id: 'looped-transformers/i-gsm', study, preset: 'quick' as const, seed: 0, params, directory: join(folder, templates) };
  const { directory, error } = await startRun(request);
  expect(error).toBeUndefined();
  const { events } = readEvents(runPaths(directory).events);
  return Object.fromEntries(events.flatMap((event) => (event.type === 'final' ? [[event.name, event.value]] : [])));
}

describe('the questions that are judged', () => {
  test('are of new solution templates, or of known ones beside the new', async () => {
    const [ofNew, ofKnown] = [await resultsOf('new'), await resultsOf('known')];
    for (const name of ['(1⊗2)', '(1⊗1)']) {
      // The same models on the same questions.
      expect(ofNew[`accuracy ${name}`]).toBeCloseTo(ofNew[`new templates ${name}`] as number, 9);
      expect(ofKnown[`new templates ${name}`]).toBe(ofNew[`new templates ${name}`]);
    }
    expect(ofNew['best shortcut']).toBe(ofNew['best shortcut, new templates']);
    expect(ofKnown['best shortcut, new templates']).toBe(ofNew['best shortcut, new templates']);
    // Adding up constants goes further where sums of two constants are held out from being copied; other questions, at least.
    expect(ofKnown['best shortcut']).not.toBe(ofNew['best shortcut']);
  }, 120_000);
});

describe('the expectations', () => {
  const verdictsOf = (given: Record<string, number>): Record<string, string> => {
    const values: Record<string, unknown> = {
      'first model': '(1⊗6)',
      guessing: 20,
      'best shortcut, new templates': 40,
      'new templates (1⊗6)': 45,
      ...given,
    };
    const results = { values, number: (name: string) => values[name] as number } as unknown as Results;
    return Object.fromEntries(study.expect.map(({ name, evaluate }) => [name, evaluate(results).verdict]));
  };

  test('ask for more than one pass and the best shortcut give', () => {
    const all = { 'accuracy (1⊗6)': 80, 'accuracy (1⊗1)': 45, 'best shortcut': 40 };
    expect(verdictsOf(all)).toEqual({
      'looping beats one pass': 'holds',
      'accuracy rises with the loops': 'holds',
      'the looped model does not guess': 'holds',
      'solution templates that training never asks for': 'reported',
    });
    expect(verdictsOf({ ...all, 'accuracy (1⊗1)': 66 })).toMatchObject({ 'looping beats one pass': 'fails' });
    expect(verdictsOf({ ...all, 'best shortcut': 66 })).toMatchObject({ 'the looped model does not guess': 'fails' });
    expect(verdictsOf({ ...all, 'accuracy (1⊗6)': 34, 'best shortcut': 10 })).toMatchObject({ 'the looped model does not guess': 'fails' });
    expect(verdictsOf({ ...all, 'accuracy (1⊗1)': 82 })).toMatchObject({ 'accuracy rises with the loops': 'fails' });
  });
});

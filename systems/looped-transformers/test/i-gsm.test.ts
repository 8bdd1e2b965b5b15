import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readEvents, resolveParameters, type Results, runPaths, startRun, type Study } from '@sardonyx/study';
import { afterAll, describe, expect, test } from 'vitest';
import { iGsmStudy } from '../src/studies/i-gsm.js';
import { symbolicIgsm } from '../src/tasks/symbolic-igsm/igsm.js';
import { onlyKept, withoutKept } from '../src/tasks/symbolic-igsm/kept-questions.js';
import { problemStream } from '../src/tasks/task.js';

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

/** Sums of two, with solution templates held out. */
const sums = { constants: 0.4, maxOperands: 2, minOperations: 1, maxOperations: 4, forms: ['sum'], heldOut: 0.1 };

async function resultsOf(templates: 'new' | 'known'): Promise<Record<string, unknown>> {
  const params = resolveParameters(study, 'quick', { ...tiny, ...sums, templates });
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
      // One set of questions twice.
      expect(ofNew[`accuracy ${name}`]).toBeCloseTo(ofNew[`new templates ${name}`] as number, 9);
      expect(ofKnown[`new templates ${name}`]).toBeGreaterThanOrEqual(0);
    }
    expect(ofNew['best shortcut']).toBe(ofNew['best shortcut, new templates']);
    expect(ofKnown['best shortcut, new templates']).toBe(ofNew['best shortcut, new templates']);
    // Other questions.
    expect(ofKnown['best shortcut']).not.toBe(ofNew['best shortcut']);
  }, 120_000);
});

test('questions are kept from training with all their statements, and one in sixteen is', () => {
  const task = symbolicIgsm({ levels: 3, minItems: 1, maxItems: 2, maxEdges: 4, modulus: 3, maxOperands: 1, minOperations: 0, heldOut: 0 });
  const statements = (drawn: typeof task, count: number): string[] => {
    const stream = problemStream(drawn, 'train', 0);
    return Array.from({ length: count }, () => drawn.draw(stream).question.replace(/ \S+\?$/, ''));
  };
  const trained = new Set(statements(withoutKept(task), 4000));
  const kept = statements(onlyKept(task), 400);
  expect(kept.filter((text) => trained.has(text))).toEqual([]);
  // The space is small: without the rule a fifth would be met again.
  const all = statements(task, 4000);
  expect(
    statements(task, 4400)
      .slice(4000)
      .filter((text) => new Set(all).has(text)).length,
  ).toBeGreaterThan(40);
  const share = all.filter((text) => !trained.has(text) && new Set(kept).has(text)).length / all.length;
  expect(share).toBeGreaterThan(0.01);
  expect(share).toBeLessThan(0.2);
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
    return Object.fromEntries(study.expect!.map(({ name, evaluate }) => [name, evaluate(results).verdict]));
  };

  test('ask for more than one pass and the best shortcut give', () => {
    const all = { 'accuracy (1⊗6)': 80, 'accuracy (1⊗1)': 45, 'best shortcut': 40 };
    expect(verdictsOf(all)).toEqual({
      'looping beats one pass': 'holds',
      'accuracy rises with the loops': 'holds',
      'the looped model does not guess': 'holds',
      'solution templates that training never asks for': 'reported',
    });
    expect(verdictsOf({ ...all, 'accuracy (1⊗1)': 56 })).toMatchObject({ 'looping beats one pass': 'fails' });
    expect(verdictsOf({ ...all, 'best shortcut': 66 })).toMatchObject({ 'the looped model does not guess': 'fails' });
    expect(verdictsOf({ ...all, 'accuracy (1⊗6)': 34, 'best shortcut': 10 })).toMatchObject({ 'the looped model does not guess': 'fails' });
    expect(verdictsOf({ ...all, 'accuracy (1⊗1)': 82 })).toMatchObject({ 'accuracy rises with the loops': 'fails' });
  });
});

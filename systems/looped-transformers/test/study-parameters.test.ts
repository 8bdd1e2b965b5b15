import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ParameterError, readRunFile, resolveParameters, startRun, type Study } from '@sardonyx/study';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import * as studies from '../src/studies.js';

const folder = mkdtempSync(join(tmpdir(), 'study-parameters-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string, contents: string | Uint8Array): string => {
  writeFileSync(join(folder, name), contents);
  return join(folder, name);
};
const text = (contents: string | Uint8Array, name: string) => ({ text: file(name, contents), length: 96 });
const words = 'the quick brown fox. ';

/** Parameters of a study's quick preset that no run is made of, and what the refusal says. */
const refusals: readonly (readonly [unknown, Record<string, unknown>, RegExp])[] = [
  [studies.pHopStudy, { length: 4, hops: 2 }, /^--hops: .*expected length ≥ 3·hops = 6, given 4/],
  [studies.pHopStudy, { length: 12, hops: 1, stages: [5], until: [0.5] }, /^--hops: .*expected length ≥ 3·hops = 15/],
  [studies.pHopStudy, { stages: [1, 1], until: [0.5, 0.2] }, /^--until: .*must rise from stage to stage/],
  [studies.pHopStudy, { models: ['0x3'] }, /^--models: .*layers and loops from 1 on, as in 2x3/],
  [studies.pHopStudy, { positions: 'rotary', width: 12, heads: 4 }, /^--width: .*multiple of twice the heads/],
  [studies.groupCompositionStudy, { groups: ['S_3', 'Q_8'] }, /^--groups: .*expected Z_m, S_n, .* given "Q_8"/],
  [studies.groupCompositionStudy, { groups: ['S_7'] }, /^--groups: .*expected at most 720 elements, given 5040/],
  [studies.theoryStudy, { groups: ['Q_8'] }, /^--groups: .*given "Q_8"/],
  [studies.iGsmStudy, { minOperations: 5, maxOperations: 2 }, /^--\w+-operations: /],
  [studies.depthScaling, { length: 8, hops: 4 }, /^--hops: .*expected length ≥ 3·hops = 12, given 8/],
  [studies.inferenceLoops, { length: 8, hops: 4 }, /^--hops: .*given 8/],
  [studies.loopingRegularizerStudy, { length: 8, hops: 4 }, /^--hops: .*given 8/],
  [studies.memorizationAndReasoning, { reasoning: 'variable-assignment', depth: 12, chains: 26 }, /^--chains: .*at most 26 variables/],
  [studies.languageModel, { characters: 1000, length: 1000 }, /^--characters: .*900 of them are to learn, too few for sequences of 1000/],
  [studies.languageModel, text('', 'empty.txt'), /^--text: .*expected text, given an empty file/],
  [studies.languageModel, text(' \n ', 'blank.txt'), /^--text: .*given white space only/],
  [studies.languageModel, text(Uint8Array.of(65, 0, 1), 'binary.bin'), /^--text: .*a NUL byte at offset 1/],
  [studies.languageModel, text(Uint8Array.of(65, 0xff, 1), 'latin.txt'), /^--text: .*UTF-8/],
  [studies.languageModel, text(words.repeat(5), 'short.txt'), /^--text: .*at most 95 tokens to learn, too few for sequences of 96/],
  [studies.languageModel, { text: join(folder, 'missing.txt') }, /^--text: expected a file that can be read.*not there/],
];

describe('parameters that contradict each other', () => {
  test.each(refusals)('are refused by their schema %#', (study, params, message) => {
    const resolve = (): unknown => resolveParameters(study as Study, 'quick', params);
    expect(resolve).toThrow(message);
    expect(resolve).toThrow(ParameterError);
  });

  test('are accepted where they fit, compressed text too', () => {
    const accepted: readonly (readonly [unknown, Record<string, unknown>])[] = [
      [studies.pHopStudy, { length: 6, hops: 2, sampler: 'uniform' }],
      [studies.groupCompositionStudy, { groups: ['Z_2 x S_3'] }],
      [studies.languageModel, text(words.repeat(6), 'enough.txt')],
      [studies.languageModel, text(gzipSync(words.repeat(6)), 'enough.txt.gz')],
      [studies.languageModel, text(words.repeat(60_000), 'large.txt')],
    ];
    for (const [study, params] of accepted) expect(() => resolveParameters(study as Study, 'quick', params)).not.toThrow();
  });

  test('are bad input where only the run finds them', async () => {
    // Bytes of a compressed file do not tell how long its text is.
    const study = studies.languageModel as unknown as Study;
    const params = resolveParameters(study, 'quick', text(gzipSync('short'), 'short.txt.gz'));
    const directory = join(folder, 'run');
    const outcome = await startRun({ id: 'looped-transformers/language-model', study, preset: 'quick', seed: 0, params, directory });
    expect(outcome.error?.message).toMatch(
      /text to learn.*: expected 97 tokens or more, .* given \d; give more text, or shorter sequences\.$/,
    );
    expect(readRunFile(directory).error?.code).toBe('too-small');
  });
});

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Benchmark, BenchmarkCase, ContenderDefinition } from '../src/benchmark.js';
import { runBenchmark, type CaseResult } from '../src/harness.js';
import { caseTable, comparisons } from '../src/report.js';

const program = fileURLToPath(new URL('fixtures/trivial.mjs', import.meta.url));
const options = { rounds: 3, threads: 2, turnSeconds: 1, replySeconds: 20 };

let directory: string;
let journal: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'bench-'));
  journal = join(directory, 'journal');
});
afterEach(() => rmSync(directory, { recursive: true }));

function contender(behaviour: string, family = behaviour): ContenderDefinition {
  return { id: behaviour, family, command: [process.execPath, program, behaviour, journal], install: 'fetch it' };
}

async function runOne(contenders: readonly ContenderDefinition[], measure: BenchmarkCase['measure'] = 'step'): Promise<CaseResult> {
  const cases = [{ name: 'case', specification: {}, measure, maximumIterations: 40 }];
  const benchmark: Benchmark = { name: 'trial', title: 'trial', cases, contenders };
  const [result] = await runBenchmark(benchmark, options);
  if (result === undefined) throw new Error('the harness returned no result');
  return result;
}

describe('runBenchmark', () => {
  it('interleaves the contenders and pairs their rounds', async () => {
    const result = await runOne([contender('sound', 'sardonyx'), contender('other')]);
    const runs = readFileSync(journal, 'utf8')
      .trim()
      .split('\n')
      .filter((line) => line.endsWith(' run'));
    const opening = [...Array<string>(3).fill('sound run'), ...Array<string>(3).fill('other run')];
    expect(runs).toEqual([...opening, ...Array.from({ length: 3 }, () => ['sound run', 'other run']).flat()]);
    // A step of 0.25 s goes four times into a turn of one second.
    const round = expect.objectContaining({ medianSeconds: 0.25, minimumSeconds: 0.25, iterations: 4 });
    expect(result.results[0]).toMatchObject({
      status: 'measured',
      contender: 'sound',
      versions: { trivial: '1.0.0' },
      compileSeconds: 0.5,
      firstStepSeconds: 0.75,
      rounds: [round, round, round],
      // Eleven steps for the losses, then three turns of two warm-up and four timed steps.
      rssBytes: 1000 + 11 + 3 * (2 + 4),
      checkpoints: [
        { name: 'loss@0', value: 1 },
        { name: 'loss@1', value: 1 / 2 },
        { name: 'loss@10', value: 1 / 11 },
        { name: 'output', value: 3 },
      ],
    });
    expect(comparisons(result)).toEqual([
      { ours: 'sound', peer: 'other', ratio: { median: 1, minimum: 1, maximum: 1 }, fastestOfFamily: true },
    ]);
    expect(result.disagreements).toEqual([]);
  });

  it('goes on without those that are missing, refuse, err or crash half-way', async () => {
    const result = await runOne(['sound', 'missing', 'unsupported', 'erring', 'crashing'].map((behaviour) => contender(behaviour)));
    expect(result.results.map(({ contender: id, status }) => [id, status])).toEqual([
      ['sound', 'measured'],
      ['missing', 'missing'],
      ['unsupported', 'unsupported'],
      ['erring', 'failed'],
      ['crashing', 'failed'],
    ]);
    expect(result.results[0]).toMatchObject({ rounds: { length: 3 } });
    const table = caseTable(result);
    expect(table).toContain('missing: missing: not installed (some-library not found): fetch it');
    expect(table).toContain('failed: crashing: expected a reply, the process ended (exit code 7)');
  });

  it('flags a contender that computes something else', async () => {
    const result = await runOne([contender('sound'), contender('wrong')]);
    expect(result.disagreements.map(({ checkpoint, contender: id }) => `${id} ${checkpoint}`)).toEqual(['wrong loss@1', 'wrong loss@10']);
    expect(caseTable(result)).toMatch(/DISAGREEMENT loss@1: wrong 0\.51, sound 0\.5/);
  });

  it('measures a first step in a new process each round', async () => {
    const result = await runOne([contender('sound')], 'first-step');
    expect(result.results[0]).toMatchObject({
      rounds: Array.from({ length: 3 }, () => ({ medianSeconds: 0.75, minimumSeconds: 0.75, iterations: 1 })),
    });
    expect(readFileSync(journal, 'utf8').match(/prepare/g)).toHaveLength(3);
  });
});

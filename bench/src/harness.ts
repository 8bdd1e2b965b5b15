import { disagreements, type Checkpoint, type Disagreement } from './agreement.js';
import type { Benchmark, BenchmarkCase, ContenderDefinition, Work } from './benchmark.js';
import { ContenderProcess } from './contender-process.js';
import { watchContention } from './contention.js';
import { BenchError, type BenchErrorCode } from './errors.js';
import { interleave, iterationsPerTurn, type TurnLength } from './schedule.js';
import { median } from './statistics.js';

/** How to measure; the same for every contender. */
export interface HarnessOptions {
  /** Rounds: every contender is measured once in each. */
  readonly rounds: number;
  readonly threads: number;
  /** Aim for one turn; its `maximumIterations` is the case's own. */
  readonly turnSeconds: number;
  /** Seconds to wait for any one reply. */
  readonly replySeconds: number;
  /** Told in one line what is going on. */
  readonly onProgress?: (line: string) => void;
}

/** One contender's figures of one round, in seconds. */
export interface Round {
  readonly medianSeconds: number;
  readonly minimumSeconds: number;
  readonly iterations: number;
  /** Share of all cores that other programs used meanwhile, where it is known. */
  readonly othersBusyFraction?: number;
}

export interface MeasuredResult {
  readonly status: 'measured';
  readonly contender: string;
  readonly family: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly note?: string;
  /** Seconds to build and compile the case. */
  readonly compileSeconds: number;
  /** `compileSeconds` and the first step together. */
  readonly firstStepSeconds: number;
  readonly rounds: readonly Round[];
  readonly checkpoints: readonly Checkpoint[];
  /** Highest peak of resident memory reported. */
  readonly rssBytes: number;
  /** Resident memory before the case was built, where the contender tells. */
  readonly restingRssBytes?: number;
}

export interface UnmeasuredResult {
  readonly status: 'missing' | 'unsupported' | 'failed';
  readonly contender: string;
  readonly family: string;
  readonly code: BenchErrorCode;
  readonly reason: string;
}

export type ContenderResult = MeasuredResult | UnmeasuredResult;

export interface CaseResult {
  readonly name: string;
  readonly measure: BenchmarkCase['measure'];
  readonly flops?: number;
  readonly work?: Work;
  readonly tokens?: number;
  readonly results: readonly ContenderResult[];
  readonly disagreements: readonly Disagreement[];
}

/** A turn of less than three steps has no median to speak of. */
const minimumIterations = 3;
/** Steps before the clock in every turn: the caches still hold the contender that had the turn before. */
const warmupIterations = 2;
/** Losses are compared before any step and after this many. */
const comparedSteps = [0, 1, 10] as const;

/** A contender as it goes through the rounds of one case. */
interface Track {
  readonly definition: ContenderDefinition;
  process?: ContenderProcess;
  opening?: Opening;
  iterations: number;
  rssBytes: number;
  readonly rounds: Round[];
  failure?: UnmeasuredResult;
}

/** What a contender shows before the rounds: how long it took to come up and what it computes. */
interface Opening {
  readonly compileSeconds: number;
  readonly firstStepSeconds: number;
  readonly stepSeconds: number;
  readonly checkpoints: readonly Checkpoint[];
  readonly versions: Readonly<Record<string, string>>;
  readonly restingRssBytes?: number;
  readonly note?: string;
}

/** Measures the chosen cases one after another, each with a fresh process per contender. */
export async function runBenchmark(benchmark: Benchmark, options: HarnessOptions): Promise<CaseResult[]> {
  const results: CaseResult[] = [];
  for (const benchmarkCase of benchmark.cases) {
    const contenders = benchmark.contenders.filter((contender) => contender.applies?.(benchmarkCase) ?? true);
    results.push(await runCase(benchmarkCase, contenders, options));
  }
  return results;
}

async function runCase(
  benchmarkCase: BenchmarkCase,
  contenders: readonly ContenderDefinition[],
  options: HarnessOptions,
): Promise<CaseResult> {
  const tracks = contenders.map((definition): Track => ({ definition, iterations: 1, rssBytes: 0, rounds: [] }));
  const turn = benchmarkCase.measure === 'step' ? measureSteps : measureFirstStep;
  try {
    if (benchmarkCase.measure === 'step') {
      for (const track of tracks) {
        options.onProgress?.(`${benchmarkCase.name}: preparing ${track.definition.id}`);
        await guarded(track, async () => await open(track, benchmarkCase, options));
      }
    }
    for (const { round, contender: track } of interleave(tracks, options.rounds)) {
      if (track.failure !== undefined) continue;
      options.onProgress?.(`${benchmarkCase.name}: round ${round + 1} of ${options.rounds}, ${track.definition.id}`);
      await guarded(track, async () => await turn(track, benchmarkCase, options));
    }
  } finally {
    await Promise.all(tracks.map(async (track) => await track.process?.quit()));
  }
  const results = tracks.map(conclude);
  const measured = results.filter((result) => result.status === 'measured');
  const { name, measure, flops, tokens, work } = benchmarkCase;
  const counted = {
    ...(flops === undefined ? {} : { flops }),
    ...(tokens === undefined ? {} : { tokens }),
    ...(work === undefined ? {} : { work }),
  };
  return { name, measure, ...counted, results, disagreements: disagreements(measured) };
}

/** One turn of warm steps. */
async function measureSteps(track: Track): Promise<void> {
  if (track.process === undefined) throw new Error(`${track.definition.id} has no process to measure`);
  const othersShare = watchContention(track.process.pid);
  const { secondsPerIteration, rssBytes } = await track.process.run(track.iterations, warmupIterations);
  const othersBusyFraction = othersShare();
  track.rssBytes = Math.max(track.rssBytes, rssBytes);
  track.rounds.push({
    medianSeconds: median(secondsPerIteration),
    minimumSeconds: Math.min(...secondsPerIteration),
    iterations: secondsPerIteration.length,
    ...(othersBusyFraction === undefined ? {} : { othersBusyFraction }),
  });
}

/** One turn in a new process: from an empty process to the end of the first step, the start of the runtime not counted. */
async function measureFirstStep(track: Track, benchmarkCase: BenchmarkCase, options: HarnessOptions): Promise<void> {
  await open(track, benchmarkCase, options);
  await track.process?.quit();
  delete track.process;
  const seconds = track.opening?.firstStepSeconds ?? Number.NaN;
  track.rounds.push({ medianSeconds: seconds, minimumSeconds: seconds, iterations: 1 });
}

/** Starts the contender, prepares the case, takes the first eleven steps and notes what they computed. */
async function open(track: Track, benchmarkCase: BenchmarkCase, options: HarnessOptions): Promise<void> {
  const { threads, replySeconds } = options;
  const contender = await ContenderProcess.start(track.definition, { threads, replySeconds });
  track.process = contender;
  const { compileSeconds, restingRssBytes, note } = await contender.prepare(benchmarkCase.specification);
  const checkpoints: Checkpoint[] = [];
  let firstStepSeconds = compileSeconds;
  let stepSeconds = 0;
  let taken = 0;
  for (const updates of benchmarkCase.comparedSteps ?? comparedSteps) {
    const measurement = await contender.run(updates + 1 - taken, 0);
    if (taken === 0) firstStepSeconds += measurement.secondsPerIteration[0] ?? 0;
    taken = updates + 1;
    stepSeconds = median(measurement.secondsPerIteration);
    if (measurement.loss !== undefined) checkpoints.push({ name: `loss@${updates}`, value: measurement.loss });
    track.rssBytes = Math.max(track.rssBytes, measurement.rssBytes);
  }
  for (const [name, value] of Object.entries(await contender.inspect())) checkpoints.push({ name, value });
  track.opening = {
    compileSeconds,
    firstStepSeconds,
    stepSeconds,
    checkpoints,
    versions: contender.versions,
    ...(restingRssBytes === undefined ? {} : { restingRssBytes }),
    ...(note === undefined ? {} : { note }),
  };
  const length: TurnLength = { seconds: options.turnSeconds, minimumIterations, maximumIterations: benchmarkCase.maximumIterations };
  track.iterations = iterationsPerTurn(stepSeconds, length);
}

/** A contender that fails is out for this case; the others go on. */
async function guarded(track: Track, action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (!(error instanceof BenchError)) throw error;
    await track.process?.kill();
    delete track.process;
    const { id: contender, family } = track.definition;
    const status = error.code === 'contender-missing' ? 'missing' : error.code === 'contender-unsupported' ? 'unsupported' : 'failed';
    track.failure = { status, contender, family, code: error.code, reason: error.message };
  }
}

function conclude(track: Track): ContenderResult {
  if (track.failure !== undefined) return track.failure;
  const { id: contender, family } = track.definition;
  if (track.opening === undefined) throw new Error(`${contender} was neither measured nor reported as failed`);
  const { compileSeconds, firstStepSeconds, checkpoints, versions, restingRssBytes, note } = track.opening;
  return {
    status: 'measured',
    contender,
    family,
    versions,
    compileSeconds,
    firstStepSeconds,
    rounds: track.rounds,
    checkpoints,
    rssBytes: track.rssBytes,
    ...(restingRssBytes === undefined ? {} : { restingRssBytes }),
    ...(note === undefined ? {} : { note }),
  };
}

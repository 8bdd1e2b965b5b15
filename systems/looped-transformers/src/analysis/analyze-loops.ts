import { addShares, meanOf, type Share } from '../training/judgement.js';
import { type AnalyzedBatch, ownPlaces } from './analyzed-batch.js';
import { AnalysisError } from './analysis-error.js';
import { CkaSums } from './linear-cka.js';
import { loopConvergence, type LoopConvergence } from './loop-convergence.js';
import { createLoopReader, type LoopReading, type ReadModel } from './loop-reader.js';
import { rowsAt } from './state-rows.js';
import { StateSums, type StateSummary } from './state-sums.js';

export interface LoopAnalysisOptions {
  /** L, loops to look at; the configured number by default. */
  readonly loops?: number;
  /** Loops after them, whose last state stands for the fixed point; 0, the default, for none. */
  readonly extraLoops?: number;
  /** Called after every batch with the sequences so far. */
  progress?(sequences: number): void;
  readonly signal?: AbortSignal;
}

/** X_t and its read-out. */
export interface AnalyzedLoop extends StateSummary {
  /** Linear CKA of X_t with X_{t−1}; NaN for t = 0. */
  readonly cka: number;
  /** Share of the supervised positions whose most likely token is right if X_t is read out; NaN where none is supervised. */
  readonly accuracy: number;
  /** Cross-entropy of the targets there, nats; NaN where none is supervised. */
  readonly loss: number;
}

export interface LoopAnalysis {
  /** L */
  readonly loops: number;
  /** E, loops after them. */
  readonly extraLoops: number;
  readonly sequences: number;
  readonly positions: number;
  /** Positions with a target. */
  readonly supervised: number;
  /** t = 0 … L; `distance` is that to X_{L+E}, NaN without extra loops. */
  readonly states: readonly AnalyzedLoop[];
  /** Linear CKA of X_s with X_t, [L + 1, L + 1]. */
  readonly cka: readonly (readonly number[])[];
  /** Whether the states go to a fixed point; absent with fewer than three loops in all. */
  readonly convergence?: LoopConvergence;
}

/**
 * How the residual stream X_t moves from loop to loop, and what the logit lens reads from it. Every position that is no padding
 * counts in norms, cosines, CKA and distances; those with a target in accuracy and loss.
 *
 * @throws {AnalysisError} `too-few-points` where there are no sequences; ModelError `loops`, `length`
 */
export async function analyzeLoops(
  model: ReadModel,
  batches: Iterable<AnalyzedBatch>,
  options: LoopAnalysisOptions = {},
): Promise<LoopAnalysis> {
  const { extraLoops = 0 } = options;
  const reader = createLoopReader(model, { ...options, attention: false });
  const kept = reader.loops + 1;
  const moves = new StateSums(kept + extraLoops);
  const cka = new CkaSums(Array.from({ length: kept }, () => model.config.width));
  let lens: readonly LensShares[] = Array.from({ length: kept }, () => ({ right: nothing, loss: nothing }));
  let [sequences, positions] = [0, 0];
  try {
    for (const given of batches) {
      options.signal?.throwIfAborted();
      const reading = await reader.read(given.batch);
      const places = ownPlaces(given, reading.length);
      const rows = reading.states.map((state) => rowsAt(state, places));
      moves.add(rows);
      cka.add(rows.slice(0, kept));
      lens = lens.map((shares, t) => addLens(shares, lensOf(reading, t)));
      sequences += given.sequences.length;
      positions += places.length;
      options.progress?.(sequences);
    }
  } finally {
    reader.dispose();
  }
  if (positions === 0) throw new AnalysisError('too-few-points', 'analysis of loops', 'sequences', 'none', 'give some');
  const alignments = cka.matrix();
  const states = moves.summaries().slice(0, kept);
  return {
    loops: reader.loops,
    extraLoops,
    sequences,
    positions,
    supervised: lens[0]!.right.count,
    states: states.map((state, t) => ({
      ...state,
      ...(extraLoops === 0 && { distance: NaN }),
      cka: alignments[t]![t - 1] ?? NaN,
      accuracy: meanOf(lens[t]!.right),
      loss: meanOf(lens[t]!.loss),
    })),
    cka: alignments,
    ...(extraLoops > 0 && reader.loops + extraLoops >= 3 && { convergence: loopConvergence(moves.stepNorms(), moves.norms().at(-1)!) }),
  };
}

/** Sums over supervised positions. */
interface LensShares {
  readonly right: Share;
  readonly loss: Share;
}

const nothing: Share = { sum: 0, count: 0 };

function lensOf({ right, losses, weights }: LoopReading, t: number): LensShares {
  let [hits, loss, count] = [0, 0, 0];
  for (let place = 0; place < weights.length; place++) {
    if (weights[place] === 0) continue;
    hits += right[t]![place]!;
    loss += losses[t]![place]!;
    count++;
  }
  return { right: { sum: hits, count }, loss: { sum: loss, count } };
}

const addLens = (a: LensShares, b: LensShares): LensShares => ({ right: addShares(a.right, b.right), loss: addShares(a.loss, b.loss) });

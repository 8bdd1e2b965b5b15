import type { AnalyzedBatch } from './analyzed-batch.js';
import { type FewerHops, fewerHops } from './fewer-hops.js';
import { hopPointers, type HopSequence } from './hop-pointers.js';
import { createLoopReader, type ReadModel } from './loop-reader.js';
import { type PointerAttention, PointerAttentionSums } from './pointer-attention.js';
import { type PlaceKind, type PointerProbe, PointerProbes } from './pointer-probes.js';

export interface PointerAnalysisOptions {
  /** Numbers of hops to ask for: 1, 2, 4, … are the F_{2^t} of pointer doubling. */
  readonly hops: readonly number[];
  readonly alphabet: number;
  /** The model's position of the first symbol: 0 by default, 1 behind a sink. */
  readonly first?: number;
  readonly loops?: number;
  readonly places?: PlaceKind;
  readonly ridge?: number;
  /** Called after every batch with the sequences so far. */
  progress?(sequences: number, phase: 'learned' | 'judged'): void;
  readonly signal?: AbortSignal;
}

export interface PointerAnalysis {
  /** L */
  readonly loops: number;
  readonly hops: readonly number[];
  /** Loop by loop from X_0, hop by hop; none where there was nothing to learn from. */
  readonly probes: readonly PointerProbe[];
  /** Loop by loop, layer by layer, head by head, hop by hop. */
  readonly attention: readonly PointerAttention[];
  /** For every number of hops what attention spread evenly would put on the target. */
  readonly uniform: readonly { readonly hops: number; readonly mass: number }[];
  readonly fewer: readonly FewerHops[];
}

/**
 * Which loop resolves which hop of p-hop induction: linear probes of F_h at every position (see `PointerProbes`), learned from
 * X_t on `learned` and judged on `judged`, and the attention of every head on the target of h hops (arXiv:2502.17416, section 5:
 * pointers of doubled length, F_{2u} = F_u ∘ F_u). Only real hops count: see `isRealHop`.
 *
 * @param learned none for attention alone
 * @throws {AnalysisError} `too-few-points` where there are fewer real hops to learn from than the model is wide; ModelError `loops`
 */
export async function analyzePointers(
  model: ReadModel,
  learned: Iterable<AnalyzedBatch> | undefined,
  judged: Iterable<AnalyzedBatch>,
  options: PointerAnalysisOptions,
): Promise<PointerAnalysis> {
  const { hops, alphabet, first = 0, signal } = options;
  const reader = createLoopReader(model, { ...options, lens: false });
  const { heads, width, length } = model.config;
  const probes = learned && new PointerProbes({ ...options, states: reader.loops + 1, width, alphabet, length });
  const attention = new PointerAttentionSums(heads);
  const sequences: HopSequence[] = [];
  try {
    if (learned) {
      let count = 0;
      for (const given of learned) {
        signal?.throwIfAborted();
        const { states, length } = await reader.read(given.batch);
        probes!.learn(states, hopPointers(hopSequences(given, first), length, hops));
        options.progress?.((count += given.sequences.length), 'learned');
      }
    }
    for (const given of judged) {
      signal?.throwIfAborted();
      const reading = await reader.read(given.batch);
      const own = hopSequences(given, first);
      const pointers = hopPointers(own, reading.length, hops);
      probes?.judge(reading.states, pointers);
      attention.add(reading.attention, reading.length, pointers);
      sequences.push(...own);
      options.progress?.(sequences.length, 'judged');
    }
  } finally {
    reader.dispose();
  }
  return {
    loops: reader.loops,
    hops,
    probes: probes?.results() ?? [],
    attention: attention.results(),
    uniform: hops.map((h) => ({ hops: h, mass: attention.uniform(h) })),
    fewer: fewerHops(sequences, hops),
  };
}

/** What stands behind the sink is the sequence. */
const hopSequences = ({ sequences }: AnalyzedBatch, first: number): HopSequence[] =>
  sequences.map(({ tokens }) => ({ symbols: tokens.slice(first), first }));

import type { LoopAnalysis } from '../analysis/analyze-loops.js';
import type { PointerAnalysis } from '../analysis/analyze-pointers.js';
import type { PointerAttention } from '../analysis/pointer-attention.js';

/** Rows of an analysis, each with the same columns. */
export type AnalysisRows = readonly Readonly<Record<string, number | string | boolean>>[];

/** Tables by name; those without rows are left out. */
export type AnalysisTables = Readonly<Record<string, AnalysisRows>>;

/** The most likely next token after a prompt, by the read-out of a loop. */
export interface NextToken {
  readonly loop: number;
  readonly token: string;
  readonly probability: number;
}

/** All that was measured, as the rows of `--json` and of the CSV files; accuracies and attention in per cent. */
export function analysisTables(loops: LoopAnalysis, next: readonly NextToken[] = [], pointers?: PointerAnalysis): AnalysisTables {
  const tables: Record<string, AnalysisRows> = {
    loops: loops.states.map(({ accuracy, ...state }) => ({ ...state, accuracy: 100 * accuracy })),
    cka: loops.cka.flatMap((row, loop) => row.map((cka, other) => ({ loop, other, cka }))),
    'fixed-point': loops.convergence ? [{ loop: loops.loops + loops.extraLoops, ...loops.convergence }] : [],
    'next-token': next.map((row) => ({ ...row })),
    ...(pointers && pointerTables(pointers)),
  };
  return Object.fromEntries(Object.entries(tables).filter(([, rows]) => rows.length > 0));
}

const pointerTables = (pointers: PointerAnalysis): Record<string, AnalysisRows> => ({
  'pointer-probes': pointers.probes.map(({ symbol, place, symbolMajority, placeMajority, ...row }) => ({
    ...row,
    symbol: 100 * symbol,
    place: 100 * place,
    symbolMajority: 100 * symbolMajority,
    placeMajority: 100 * placeMajority,
  })),
  'fewer-hops': pointers.fewer.map((row) => ({ ...row, symbol: 100 * row.symbol, place: 100 * row.place })),
  'pointer-attention': bestHeads(pointers).map((row) => ({
    ...row,
    mass: 100 * row.mass,
    uniform: 100 * pointers.uniform.find(({ hops }) => hops === row.hops)!.mass,
  })),
  'pointer-attention-heads': pointers.attention.map((row) => ({ ...row, mass: 100 * row.mass })),
});

/** Of all heads of a loop the one that looks most at the target of h hops, loop by loop and hop by hop. */
export function bestHeads({ attention, hops, loops }: PointerAnalysis): PointerAttention[] {
  return Array.from({ length: loops }, (_, t) => t + 1).flatMap((loop) =>
    hops.map((h) =>
      attention.filter((one) => one.loop === loop && one.hops === h).reduce((best, one) => (one.mass > best.mass ? one : best)),
    ),
  );
}

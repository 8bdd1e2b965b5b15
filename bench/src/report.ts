import { ourFamily } from './benchmark.js';
import type { CaseResult, MeasuredResult } from './harness.js';
import type { MachineFacts, MachineLoad } from './machine.js';
import { pairedRatio, spread, type Spread } from './statistics.js';

/** Everything a run of the harness found; what `--json` writes. */
export interface Report {
  readonly benchmark: string;
  readonly startedAt: string;
  readonly machine: MachineFacts;
  readonly loadBefore: MachineLoad;
  readonly loadAfter: MachineLoad;
  readonly threads: number;
  readonly rounds: number;
  readonly cases: readonly (CaseResult & { readonly comparisons: readonly Comparison[] })[];
}

/** Ours beside one peer on one case. */
export interface Comparison {
  readonly ours: string;
  readonly peer: string;
  /** Our time over the peer's, round by round: below one, ours is faster. */
  readonly ratio: Spread;
  /** Whether the peer is its family's fastest variant here, by the median of its rounds. */
  readonly fastestOfFamily: boolean;
}

/** Ratios of our contender to every measured peer of a case; none where ours was not measured. */
export function comparisons({ results }: Pick<CaseResult, 'results'>): Comparison[] {
  const measured = results.filter((result) => result.status === 'measured');
  const ours = measured.find((result) => result.family === ourFamily);
  if (ours === undefined) return [];
  return measured
    .filter((peer) => peer.family !== ourFamily)
    .map((peer) => ({
      ours: ours.contender,
      peer: peer.contender,
      ratio: pairedRatio(roundMedians(ours), roundMedians(peer)),
      fastestOfFamily: fastestOfFamily(measured, peer.family) === peer,
    }));
}

/** The measured variant of a family with the lowest median. */
export function fastestOfFamily(measured: readonly MeasuredResult[], family: string): MeasuredResult | undefined {
  return measured
    .filter((result) => result.family === family)
    .sort((a, b) => spread(roundMedians(a)).median - spread(roundMedians(b)).median)[0];
}

/** The table of one case, ready to print. */
export function caseTable(result: CaseResult): string {
  const measured = result.results.filter((entry) => entry.status === 'measured');
  const ratios = new Map(comparisons(result).map((comparison) => [comparison.peer, comparison.ratio]));
  const header = [
    'contender',
    'median',
    'rounds min–max',
    'fastest',
    'ours/peer',
    ...(result.flops === undefined ? [] : ['GFLOP/s']),
    ...(result.tokens === undefined ? [] : ['tokens/s']),
    ...(result.work === undefined ? [] : [`ns/${result.work.unit}`]),
    'first step',
    'peak memory',
    'above start',
    'others (most)',
    ...checkpointNames(measured),
  ];
  const rows = measured.map((entry) => tableRow(entry, measured, ratios.get(entry.contender), result));
  const title = `${result.name} (${result.measure === 'step' ? 'one step' : 'build, compile and first step'})`;
  const absent = result.results.flatMap((entry) => (entry.status === 'measured' ? [] : [`  ${entry.status}: ${entry.reason}`]));
  const notes = measured.flatMap((entry) => (entry.note === undefined ? [] : [`  ${entry.contender}: ${entry.note}`]));
  const apart = result.disagreements.map(
    (entry) => `  DISAGREEMENT ${entry.checkpoint}: ${entry.contender} ${entry.value}, ${entry.reference} ${entry.referenceValue}`,
  );
  const table = measured.length > 0 ? alignColumns([header, ...rows]) : [];
  return [title, ...table, ...notes, ...absent, ...apart].join('\n');
}

function tableRow(
  entry: MeasuredResult,
  measured: readonly MeasuredResult[],
  ratio: Spread | undefined,
  { flops, tokens, work }: Pick<CaseResult, 'flops' | 'tokens' | 'work'>,
): string[] {
  const { median, minimum, maximum } = spread(roundMedians(entry));
  const fastest = Math.min(...entry.rounds.map((round) => round.minimumSeconds));
  const others = entry.rounds.flatMap((round) => round.othersBusyFraction ?? []);
  const variants = measured.filter((other) => other.family === entry.family).length;
  const mark = variants > 1 && fastestOfFamily(measured, entry.family) === entry ? ' *' : '';
  return [
    `${entry.contender}${mark}`,
    formatSeconds(median),
    `${formatSeconds(minimum)}–${formatSeconds(maximum)}`,
    formatSeconds(fastest),
    ratio === undefined ? '' : `${ratio.median.toFixed(2)} (${ratio.minimum.toFixed(2)}–${ratio.maximum.toFixed(2)})`,
    ...(flops === undefined ? [] : [(flops / median / 1e9).toFixed(1)]),
    ...(tokens === undefined ? [] : [Math.round(tokens / median).toLocaleString('en-US')]),
    ...(work === undefined ? [] : [((1e9 * median) / work.count).toFixed(1)]),
    formatSeconds(entry.firstStepSeconds),
    mebibytes(entry.rssBytes),
    entry.restingRssBytes === undefined ? '' : mebibytes(entry.rssBytes - entry.restingRssBytes),
    others.length > 0 ? `${percent(spread(others).median)} (${percent(spread(others).maximum)})` : '',
    ...checkpointNames(measured).map((name) => entry.checkpoints.find((checkpoint) => checkpoint.name === name)?.value.toFixed(5) ?? ''),
  ];
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}

function percent(fraction: number): string {
  return `${Math.round(100 * fraction)} %`;
}

/** A time with a unit that keeps three or four digits in sight. */
export function formatSeconds(seconds: number): string {
  if (seconds >= 10) return `${seconds.toFixed(1)} s`;
  if (seconds >= 1) return `${seconds.toFixed(2)} s`;
  if (seconds >= 1e-3) return `${(seconds * 1e3).toFixed(2)} ms`;
  return `${(seconds * 1e6).toFixed(2)} µs`;
}

function roundMedians(result: MeasuredResult): number[] {
  return result.rounds.map((round) => round.medianSeconds);
}

function checkpointNames(measured: readonly MeasuredResult[]): string[] {
  return [...new Set(measured.flatMap((entry) => entry.checkpoints.map((checkpoint) => checkpoint.name)))];
}

function alignColumns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map(
    (row) =>
      `  ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ')}`,
  );
}

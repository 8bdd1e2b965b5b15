import type { AnalyzedLoop, LoopAnalysis } from '../analysis/analyze-loops.js';
import type { PointerAnalysis } from '../analysis/analyze-pointers.js';
import type { LoopConvergence } from '../analysis/loop-convergence.js';
import type { PointerProbe } from '../analysis/pointer-probes.js';
import { bestHeads, type NextToken } from './analysis-tables.js';

/** A share of the positions at which a hop counts as resolved. */
const resolvedShare = 0.9;

/** Cells right-aligned under their heads, columns two spaces apart; the first column is set to the left. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row
      .map((cell, k) => (k === 0 ? cell.padEnd(widths[k]!) : cell.padStart(widths[k]!)))
      .join('  ')
      .trimEnd(),
  );
}

const number = (value: number, digits: number): string => (Number.isNaN(value) ? '–' : value.toFixed(digits));
const percent = (share: number): string => (Number.isNaN(share) ? '–' : (100 * share).toFixed(1));
/** Four digits, however large: norms of states that grow without bound have many. */
const short = (value: number): string => (Number.isNaN(value) ? '–' : String(Number(value.toPrecision(4))));

/** What every loop does to the residual stream, its CKA between all loops, and where it goes. */
export function loopLines(analysis: LoopAnalysis, next: readonly NextToken[], width: number): string[] {
  const isJudged = analysis.supervised > 0;
  const columns: readonly (readonly [string, (state: AnalyzedLoop) => string])[] = [
    ['loop', ({ loop }) => String(loop)],
    ['RMS', ({ norm }) => short(norm)],
    ['change', ({ change }) => short(change)],
    ['cosine', ({ cosine }) => number(cosine, 3)],
    ['CKA', ({ cka }) => number(cka, 3)],
    ...(analysis.convergence ? [[`to X_${lastState(analysis)}`, ({ distance }: AnalyzedLoop) => short(distance)] as const] : []),
    ...(isJudged ? [['lens %', ({ accuracy }: AnalyzedLoop) => percent(accuracy)] as const] : []),
    ...(isJudged ? [['loss', ({ loss }: AnalyzedLoop) => number(loss, 4)] as const] : []),
    ...(next.length > 0 ? [['next token', ({ loop }: AnalyzedLoop) => nextToken(next, loop)] as const] : []),
  ];
  const loops = analysis.states.map(({ loop }) => loop);
  return [
    ...aligned([columns.map(([head]) => head), ...analysis.states.map((state) => columns.map(([, cell]) => cell(state)))]),
    ...(analysis.convergence ? [convergenceLine(lastState(analysis), analysis.convergence)] : []),
    '',
    'CKA of the states of two loops',
    ...aligned([
      ['loop', ...loops.map(String)],
      ...analysis.cka.map((row, loop) => [String(loop), ...row.map((value, other) => (other > loop ? '' : number(value, 3)))]),
    ]),
    ...(analysis.positions <= width
      ? [`With ${analysis.positions} positions of ${width} features CKA is near 1 for anything: give more.`]
      : []),
  ];
}

function nextToken(next: readonly NextToken[], loop: number): string {
  const found = next.find((one) => one.loop === loop);
  return found ? `${JSON.stringify(found.token)} ${percent(found.probability)} %` : '–';
}

const lastState = ({ loops, extraLoops }: LoopAnalysis): number => loops + extraLoops;

function convergenceLine(last: number, { lastStep, rate, remaining, converges }: LoopConvergence): string {
  const verdict = converges ? 'the states converge' : 'the states do not converge';
  const left = Number.isFinite(remaining) ? `, some ${short(remaining)} of the norm left to go` : '';
  return `X_${last} stands for X_∞. Its step is ${short(lastStep)} of its norm, and a step ${short(rate)} times the one before${left}: ${verdict}.`;
}

/** Which loop resolves which hop: probes of the symbol and of the place, and attention. */
export function pointerLines(pointers: PointerAnalysis, learned: number, judged: number): string[] {
  const { probes, hops, fewer, uniform } = pointers;
  const heads = hops.map((h) => `h = ${h}`);
  const probeTable = (title: string, kind: 'symbol' | 'place') => {
    const of = (loop: number, h: number): PointerProbe => probes.find((one) => one.loop === loop && one.hops === h)!;
    const loops = [...new Set(probes.map(({ loop }) => loop))];
    return [
      '',
      title,
      ...aligned([
        ['loop', ...heads],
        ...loops.map((loop) => [String(loop), ...hops.map((h) => percent(of(loop, h)[kind]))]),
        ['most frequent', ...hops.map((h) => percent(of(0, h)[`${kind}Majority`]))],
        ['best of fewer hops', ...fewer.map((one) => percent(one[kind]))],
        [`first loop with ${100 * resolvedShare} %`, ...hops.map((h) => firstResolved(loops, (loop) => of(loop, h)[kind]))],
      ]),
    ];
  };
  const said = `read linearly from X_t there, % (learned from ${learned} problems, judged on ${judged})`;
  const best = bestHeads(pointers);
  return [
    ...(probes.length > 0
      ? [...probeTable(`Symbol that a position points at after h hops, ${said}`, 'symbol'), ...probeTable('Its place, likewise', 'place')]
      : []),
    '',
    'Attention of a position on its place after h hops, % (of the head with most)',
    ...aligned([
      ['loop', ...heads],
      ...Array.from({ length: pointers.loops }, (_, t) => [
        String(t + 1),
        ...best.filter(({ loop }) => loop === t + 1).map(({ mass }) => percent(mass)),
      ]),
      ['evenly spread', ...uniform.map(({ mass }) => percent(mass))],
    ]),
  ];
}

const firstResolved = (loops: readonly number[], share: (loop: number) => number): string =>
  String(loops.find((loop) => share(loop) >= resolvedShare) ?? 'none');

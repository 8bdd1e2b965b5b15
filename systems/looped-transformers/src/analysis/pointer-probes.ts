import { AnalysisError } from './analysis-error.js';
import type { HopPointers } from './hop-pointers.js';
import { defaultRidge, type LinearProbe, LinearProbeSums, readClasses } from './linear-probe.js';
import { type ResidualState, rowsAt } from './state-rows.js';

/** How the place of a pointer is told: by its position, or by how far back it lies. */
export type PlaceKind = 'absolute' | 'relative';

export interface PointerProbeOptions {
  /** States to read from, X_0 first. */
  readonly states: number;
  readonly width: number;
  /** The numbers of hops that are asked for. */
  readonly hops: readonly number[];
  readonly alphabet: number;
  /** Positions of a sequence. */
  readonly length: number;
  /** `absolute` by default. */
  readonly places?: PlaceKind;
  /** As of `LinearProbeSums.fit`. */
  readonly ridge?: number;
}

/** How well a linear read-out of X_t at a position tells where its pointer stands after h hops; shares from 0 to 1. */
export interface PointerProbe {
  readonly loop: number;
  readonly hops: number;
  /** Positions that were judged. */
  readonly count: number;
  /** Right about the symbol there; NaN of no positions. */
  readonly symbol: number;
  /** Right about the place itself. */
  readonly place: number;
  /** Right by always saying the most frequent symbol, or place, of the positions learned from. */
  readonly symbolMajority: number;
  readonly placeMajority: number;
}

/** Of a probe of one labeling: the symbol first, then the place. */
interface Tally {
  right: number;
  majority: number;
  count: number;
}

/** Linear probes of F_h, one for every state, number of hops, and symbol or place: learned on some sequences, judged on others. */
export class PointerProbes {
  private readonly learned: readonly (readonly LinearProbeSums[])[];
  private readonly tallies: readonly (readonly (readonly Tally[])[])[];
  private fitted: readonly (readonly (readonly LinearProbe[])[])[] | undefined;

  constructor(private readonly options: PointerProbeOptions) {
    const { states, width, hops, alphabet, length } = options;
    const each = <T>(make: () => T): T[][] => Array.from({ length: states }, () => hops.map(make));
    this.learned = each(() => new LinearProbeSums(width, [alphabet, length]));
    this.tallies = each(() => [0, 1].map(() => ({ right: 0, majority: 0, count: 0 })));
  }

  /** Adds what the probes learn from: the states of a batch, and where its positions point at, in the order of `hops`. */
  learn(states: readonly ResidualState[], pointers: readonly HopPointers[]): void {
    states.forEach((state, t) => {
      pointers.forEach((pointed, h) => {
        this.learned[t]![h]!.add(rowsAt(state, pointed.from), this.labels(pointed));
      });
    });
  }

  /**
   * Judges the probes on a batch; what they learn afterwards does not count.
   * @throws {AnalysisError} `too-few-points` where they have learned from fewer positions than the width
   */
  judge(states: readonly ResidualState[], pointers: readonly HopPointers[]): void {
    this.fitted ??= this.fit();
    const { fitted } = this;
    states.forEach((state, t) => {
      pointers.forEach((pointed, h) => {
        const rows = rowsAt(state, pointed.from);
        this.labels(pointed).forEach((labels, at) => {
          const probe = fitted[t]![h]![at]!;
          const read = readClasses(probe, rows);
          const tally = this.tallies[t]![h]![at]!;
          tally.count += labels.length;
          tally.right += labels.filter((label, n) => label === read[n]).length;
          tally.majority += labels.filter((label) => label === probe.majority).length;
        });
      });
    });
  }

  /** Loop by loop, from X_0, and hop by hop. */
  results(): PointerProbe[] {
    return this.tallies.flatMap((row, loop) =>
      row.map((tallies, h) => {
        const [symbol, place] = tallies as [Tally, Tally];
        return {
          loop,
          hops: this.options.hops[h]!,
          count: symbol.count,
          symbol: symbol.right / symbol.count,
          place: place.right / place.count,
          symbolMajority: symbol.majority / symbol.count,
          placeMajority: place.majority / place.count,
        };
      }),
    );
  }

  private fit() {
    const { ridge = defaultRidge, hops, width } = this.options;
    return this.learned.map((row) =>
      row.map((sums, h) => {
        if (sums.count > width) return sums.fit(ridge);
        const given = `${sums.count} with ${hops[h]} real hops`;
        throw new AnalysisError(
          'too-few-points',
          'pointer probes',
          `more than ${width} positions to learn from`,
          given,
          'draw more problems',
        );
      }),
    );
  }

  /** The symbol and the place that each position points at. */
  private labels({ from, to, symbols }: HopPointers): Int32Array[] {
    const { length, places = 'absolute' } = this.options;
    return [symbols, places === 'absolute' ? to : to.map((place, n) => (from[n]! % length) - place)];
  }
}

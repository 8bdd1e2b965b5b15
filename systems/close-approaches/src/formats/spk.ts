import { auPerDayOfKmPerSecond, j2000, kmPerAu, secondsPerDay } from '../constants.js';
import { dateText } from '../orbit/time.js';
import type { StateVector } from '../planets/initial-states.js';
import { equatorialToEcliptic } from '../planets/solar-system.js';
import { type DafArray, readDaf } from './daf.js';
import { FormatError } from './format-error.js';
import { type SegmentEvaluator, segmentEvaluator, wordsOf } from './spk-segments.js';

/** NAIF's numbers of the Sun and of the frames that orbits are taken from. */
export const naif = { sun: 10, icrf: 1, eclipticJ2000: 17 } as const;

/** Seconds past J2000 of a JD (TDB), and back. */
export const secondsPastJ2000 = (jd: number): number => (jd - j2000) * secondsPerDay;
export const julianDateOfSeconds = (seconds: number): number => j2000 + seconds / secondsPerDay;

/** A state of one body relative to another: au, au/d, ecliptic of J2000. */
export interface RelativeState {
  readonly center: number;
  readonly state: StateVector;
}

/** A kernel of ephemerides in memory: types 2, 3, 13 and 21. */
export class SpkKernel {
  readonly segments: readonly DafArray[];
  readonly #evaluators = new Map<DafArray, SegmentEvaluator>();
  readonly #out = new Float64Array(6);

  /** @throws {FormatError} `not-a-kernel`, `byte-order`, `transfer`, `truncated` */
  constructor(
    readonly file: string,
    bytes: Uint8Array,
  ) {
    this.segments = readDaf(file, bytes);
  }

  /** Bodies with segments, by NAIF's numbers. */
  get targets(): number[] {
    return [...new Set(this.segments.map(({ target }) => target))];
  }

  /** The span of a body's segments, JD. @throws {FormatError} `kernel-span` for a body that has none */
  span(target: number): readonly [start: number, end: number] {
    const own = this.segments.filter((segment) => segment.target === target);
    if (own.length === 0) throw this.#without(target);
    return [julianDateOfSeconds(Math.min(...own.map(({ start }) => start))), julianDateOfSeconds(Math.max(...own.map(({ end }) => end)))];
  }

  /**
   * State of a body at a JD (TDB) relative to its segment's centre. Where segments overlap, the last of the file holds.
   * @throws {FormatError} `kernel-span` with the span, `kernel-type`, `frame`, `truncated`
   */
  state(target: number, jd: number): RelativeState {
    const seconds = secondsPastJ2000(jd);
    const segment = this.segments.findLast(
      (candidate) => candidate.target === target && seconds >= candidate.start && seconds <= candidate.end,
    );
    if (segment === undefined) {
      const [start, end] = this.span(target);
      throw new FormatError(
        'kernel-span',
        { file: this.file, column: `body ${target}` },
        {
          expected: `a time from JD ${start} (${dateText(start)}) to JD ${end} (${dateText(end)})`,
          given: `JD ${jd}`,
          remedy: 'ask for a time within, or get a longer kernel',
        },
      );
    }
    this.#evaluator(segment)(seconds, this.#out);
    const state = Array.from(this.#out, (value, k) => (k < 3 ? value / kmPerAu : value * auPerDayOfKmPerSecond)) as unknown as StateVector;
    return { center: segment.center, state: segment.frame === naif.icrf ? equatorialToEcliptic(state) : state };
  }

  #evaluator(segment: DafArray): SegmentEvaluator {
    const known = this.#evaluators.get(segment);
    if (known !== undefined) return known;
    const place = { file: this.file, column: `segment ${segment.name} of body ${segment.target}` };
    const evaluator = segmentEvaluator(segment);
    if (evaluator === undefined) {
      throw new FormatError('kernel-type', place, {
        expected: 'type 2, 3, 13 or 21',
        given: `type ${segment.type}`,
        remedy: 'get a kernel of one of these types',
      });
    }
    const words = wordsOf(segment);
    if (words === undefined || words > segment.data.length) {
      throw new FormatError('truncated', place, {
        expected: words === undefined ? 'counts of records at its end' : `${words} numbers`,
        given: `${segment.data.length} numbers that end in ${segment.data.subarray(-2).join(' and ')}`,
        remedy: 'download the kernel again',
      });
    }
    if (segment.frame !== naif.icrf && segment.frame !== naif.eclipticJ2000) {
      throw new FormatError('frame', place, {
        expected: 'J2000 (1) or ECLIPJ2000 (17)',
        given: `frame ${segment.frame}`,
        remedy: 'get a kernel on one of these frames',
      });
    }
    this.#evaluators.set(segment, evaluator);
    return evaluator;
  }

  #without(target: number): FormatError {
    return new FormatError(
      'kernel-span',
      { file: this.file },
      { expected: `one of the bodies ${this.targets.join(', ')}`, given: `body ${target}`, remedy: 'ask for one of them' },
    );
  }
}

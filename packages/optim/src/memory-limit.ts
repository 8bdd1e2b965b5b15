import { OptimizerError } from './errors.js';

/** Largest statistic of one parameter in bytes, unless an optimizer is told otherwise. */
const defaultLimit = 2 ** 28;

/** What an optimizer would keep of one parameter. */
export interface StatisticSize {
  /** In words, for the message. */
  readonly what: string;
  readonly bytes: number;
  /** 2²⁸ bytes where it is `undefined`. */
  readonly limit: number | undefined;
  /** What to do instead. */
  readonly advice: string;
}

/** Refuses a statistic larger than allowed, before it is made. @throws {OptimizerError} `memory` */
export function expectStatistic(optimizer: string, parameter: string, { what, bytes, limit = defaultLimit, advice }: StatisticSize): void {
  if (bytes <= limit) return;
  throw new OptimizerError(
    'memory',
    `${optimizer}: expected a statistic of at most ${mebibytes(limit)} for ${parameter}, given ${what}, ${mebibytes(bytes)}. ${advice}`,
    { parameter, bytes },
  );
}

const mebibytes = (bytes: number): string => `${Number((bytes / 2 ** 20).toPrecision(3))} MiB`;

/** One case, built and compiled, ready to be stepped. */
export interface PreparedCase {
  /** Does one step; a training step returns its loss (before the update). Timed from call to settled promise. */
  step(): Promise<number | void> | number | void;
  /** Named scalars of the last step's results, compared between contenders; never timed. */
  inspect?(): Promise<Record<string, number>> | Record<string, number>;
  /** Releases what the case holds; called before the next `prepare` and at the end. */
  dispose?(): Promise<void> | void;
  /** What a reader of the report should know, for example which backend was used. */
  readonly note?: string;
}

/** What so many steps of a case took and came to. */
export interface Steps {
  readonly secondsPerIteration: number[];
  /** Of the last step, before its update. */
  readonly loss?: number;
}

/** Takes `warmup` steps, then times `iterations` of them. */
export async function timeSteps(prepared: PreparedCase, iterations: number, warmup: number): Promise<Steps> {
  for (let i = 0; i < warmup; i++) await prepared.step();
  const secondsPerIteration = Array.from({ length: iterations }, () => 0);
  let loss: number | void = undefined;
  for (let i = 0; i < iterations; i++) {
    const start = performance.now();
    const result = prepared.step();
    // Awaiting a plain value would add a turn of the microtask queue to calls that take about a microsecond.
    loss = result instanceof Promise ? await result : result;
    secondsPerIteration[i] = (performance.now() - start) / 1000;
  }
  return loss === undefined ? { secondsPerIteration } : { secondsPerIteration, ...finite({ loss }) };
}

/** JSON has no NaN: a diverged loss must fail loudly instead of arriving as `null`. */
export function finite<Values extends Record<string, number>>(values: Values): Values {
  for (const [name, value] of Object.entries(values)) {
    if (!Number.isFinite(value)) throw new Error(`${name} is not finite: ${value}`);
  }
  return values;
}

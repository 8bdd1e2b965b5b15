/** How to start a contender and what to say where it is not installed. */
export interface ContenderDefinition {
  /** Unique within the benchmark, for example `torch-fused`. */
  readonly id: string;
  /** What `--peers` selects; variants of one library share it. Sardonyx itself is never deselected. */
  readonly family: string;
  /** Program and arguments. */
  readonly command: readonly [program: string, ...parameters: string[]];
  /** File that must exist before the program can be started, if any. */
  readonly requires?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** How to install it, printed after "not installed:". */
  readonly install: string;
  /** Cases this variant is for; all of them when absent. */
  readonly applies?: (benchmarkCase: BenchmarkCase) => boolean;
}

/** Equal parts of a step, such as the steps of single particles. */
export interface Work {
  readonly unit: string;
  readonly count: number;
}

/** One thing to measure. */
export interface BenchmarkCase {
  readonly name: string;
  /** Sent to the contenders as it is; JSON only. */
  readonly specification: Readonly<Record<string, unknown>>;
  /** `step`: a warm step, over and over. `first-step`: building, compiling and one step, in a new process each round. */
  readonly measure: 'step' | 'first-step';
  /** Floating-point operations of a step by the textbook's count, for a column of GFLOP/s. */
  readonly flops?: number;
  /** What a step does so many times, for a column of nanoseconds each. */
  readonly work?: Work;
  /** Tokens that a step reads or makes, for a column of tokens per second. */
  readonly tokens?: number;
  /** Most steps in one turn; see `TurnLength`. */
  readonly maximumIterations: number;
  /** Steps, in rising order, after which losses are compared; 0, 1 and 10 when absent. */
  readonly comparedSteps?: readonly number[];
}

/** A named side-by-side measurement. */
export interface Benchmark {
  readonly name: string;
  readonly title: string;
  readonly cases: readonly BenchmarkCase[];
  readonly contenders: readonly ContenderDefinition[];
}

/** The family of the contender that all ratios are taken of. */
export const ourFamily = 'sardonyx';

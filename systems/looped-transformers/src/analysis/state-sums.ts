import type { Matrix } from '@sardonyx/linalg';
import { AnalysisError } from './analysis-error.js';

/** The residual stream X_t over all positions, and how it moved in loop t. NaN where there is no loop before or a norm is 0. */
export interface StateSummary {
  /** t; 0 is what the first loop is given. */
  readonly loop: number;
  /** Root of the mean square of the numbers of X_t: ‖X_t‖_F / √(positions · width). */
  readonly norm: number;
  /** ‖X_t − X_{t−1}‖_F / ‖X_{t−1}‖_F. */
  readonly change: number;
  /** cos(X_t, X_{t−1}) at a position, the mean over positions. */
  readonly cosine: number;
  /** ‖X_t − X_T‖_F / ‖X_T‖_F with the last state T that was given. */
  readonly distance: number;
}

/** Sums over positions, part by part, of which `summaries` tells how a sequence of states X_0 … X_T moves. */
export class StateSums {
  private readonly squares: Float64Array;
  private readonly steps: Float64Array;
  private readonly cosines: Float64Array;
  private readonly gaps: Float64Array;
  private positions = 0;
  private width = 0;

  /** @param states T + 1 */
  constructor(private readonly states: number) {
    this.squares = new Float64Array(states);
    this.steps = new Float64Array(states);
    this.cosines = new Float64Array(states);
    this.gaps = new Float64Array(states);
  }

  /**
   * Adds positions: every state as [positions, width].
   * @throws {AnalysisError} `invalid-argument` for another number of states
   */
  add(states: readonly Matrix[]): void {
    if (states.length !== this.states) {
      const [expected, given] = [`${this.states} states`, String(states.length)];
      throw new AnalysisError('invalid-argument', 'states of loops', expected, given, 'give every state of every part');
    }
    const last = states.at(-1)!;
    states.forEach((state, t) => {
      const before = states[t - 1];
      this.squares[t]! += squaredNorm(state);
      this.gaps[t]! += squaredDistance(state, last);
      if (before === undefined) return;
      this.steps[t]! += squaredDistance(state, before);
      this.cosines[t]! += sumOfCosines(state, before);
    });
    this.positions += last.rows;
    this.width = last.columns;
  }

  /** ‖X_t − X_{t−1}‖_F for t = 1 … T. */
  stepNorms(): Float64Array {
    return this.steps.slice(1).map(Math.sqrt);
  }

  /** ‖X_t‖_F for t = 0 … T. */
  norms(): Float64Array {
    return this.squares.map(Math.sqrt);
  }

  /** What there is to say of each state, t = 0 … T. */
  summaries(): StateSummary[] {
    return Array.from(this.squares, (square, loop) => ({
      loop,
      norm: Math.sqrt(square / (this.positions * this.width)),
      change: loop === 0 ? NaN : ratio(this.steps[loop]!, this.squares[loop - 1]!),
      cosine: loop === 0 ? NaN : this.cosines[loop]! / this.positions,
      distance: ratio(this.gaps[loop]!, this.squares.at(-1)!),
    }));
  }
}

/** √(a / b); NaN for b = 0. */
const ratio = (a: number, b: number): number => (b === 0 ? NaN : Math.sqrt(a / b));

function squaredNorm({ data }: Matrix): number {
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += data[i]! ** 2;
  return sum;
}

function squaredDistance(a: Matrix, b: Matrix): number {
  let sum = 0;
  for (let i = 0; i < a.data.length; i++) sum += (a.data[i]! - b.data[i]!) ** 2;
  return sum;
}

function sumOfCosines(a: Matrix, b: Matrix): number {
  let total = 0;
  for (let row = 0; row < a.rows; row++) {
    let [product, left, right] = [0, 0, 0];
    for (let i = row * a.columns; i < (row + 1) * a.columns; i++) {
      product += a.data[i]! * b.data[i]!;
      left += a.data[i]! ** 2;
      right += b.data[i]! ** 2;
    }
    total += product / Math.sqrt(left * right);
  }
  return total;
}

import { runsCompiledKernels } from '../kernels/web-assembly.js';
import { CompiledRadau } from './compiled-radau.js';
import { nodes, terms } from './gauss-radau.js';
import { PlainRadau, positionsAt, velocitiesAt } from './plain-radau.js';
import { type RadauArithmetic, RadauColumns } from './radau-columns.js';

/**
 * Accelerations (au/d²) of bodies at time `time` (days since the integrator's start), written to `out`. Positions and
 * velocities are x, y, z of every body in turn.
 */
export type Acceleration = (time: number, positions: Float64Array, velocities: Float64Array, out: Float64Array) => void;

export interface Ias15Options {
  /** Whether accelerations depend on velocities; false leaves the velocities at the nodes uncomputed. */
  readonly velocityDependent?: boolean;
  /** Length of the first step, days; 10⁻² by default. */
  readonly firstStep?: number;
  /** Accuracy ε of the step control, 10⁻⁹ by default. */
  readonly epsilon?: number;
  /** All steps of one length: `firstStep`. */
  readonly fixedStep?: boolean;
  /** How steps are chosen: by the time scale of the motion (2024, default) or the size of the last term (2015). */
  readonly stepControl?: 'time-scale' | 'last-term';
  /** Which arithmetic; results are the same. Compiled by default where the machine runs it and there are three bodies or more. */
  readonly kernel?: 'webassembly' | 'typescript';
}

const mostIterations = 12;
const smallestShrink = 0.25;
/** A prediction over a step so much longer than the last is worth nothing. */
const longestPrediction = 20;
/** Components from which on a compiled sweep saves more than calling it costs. */
const fewestCompiled = 9;

/**
 * IAS15: Gauss–Radau integration of 15th order with steps that keep the error at rounding level (Rein & Spiegel 2015,
 * arXiv:1409.4779; steps after Pham, Rein & Spiegel 2024, arXiv:2401.02849).
 */
export class Ias15 {
  /** Days since the start. */
  time = 0;
  /** Length of the next step, days. Negative integrates backwards. */
  step: number;
  /** Length of the last step done, days. */
  lastStep = 0;
  /** Steps done whose implicit equations were given up unsolved after twelve iterations. */
  unconverged = 0;

  readonly positions: Float64Array;
  readonly velocities: Float64Array;
  readonly #acceleration: Acceleration;
  readonly #options: Required<Omit<Ias15Options, 'kernel'>>;
  readonly #growth: number;
  readonly #arithmetic: RadauArithmetic;
  readonly #columns: RadauColumns;
  /* One number a component of what accelerations are asked for. */
  readonly #a0: Float64Array;
  readonly #x: Float64Array;
  readonly #v: Float64Array;
  readonly #at: Float64Array;
  #restTime = 0;
  readonly #start: { x: Float64Array; v: Float64Array; a: Float64Array; none: Float64Array };

  /** Integrates copies of `positions` (au) and `velocities` (au/d). */
  constructor(acceleration: Acceleration, positions: Float64Array, velocities: Float64Array, options: Ias15Options = {}) {
    const size = positions.length;
    const { kernel = size >= fewestCompiled && runsCompiledKernels() ? 'webassembly' : 'typescript', ...others } = options;
    this.#acceleration = acceleration;
    this.#options = { velocityDependent: true, firstStep: 0.01, epsilon: 1e-9, fixedStep: false, stepControl: 'time-scale', ...others };
    this.step = this.#options.firstStep;
    this.#growth = seventhRoot(5040 * this.#options.epsilon);
    this.#arithmetic = kernel === 'webassembly' ? new CompiledRadau(size) : new PlainRadau(new RadauColumns(size));
    this.#columns = this.#arithmetic.columns;
    const { x, v, a, nodeX, nodeV, nodeA } = this.#columns;
    const ofBodies = (column: Float64Array): Float64Array => column.subarray(0, size);
    [this.positions, this.velocities, this.#a0] = [ofBodies(x), ofBodies(v), ofBodies(a)];
    [this.#x, this.#v, this.#at] = [ofBodies(nodeX), ofBodies(nodeV), ofBodies(nodeA)];
    this.positions.set(positions);
    this.velocities.set(velocities);
    this.#start = { x: x.slice(), v: v.slice(), a: a.slice(), none: new Float64Array(x.length) };
  }

  /** Starts anew at time 0 from `positions` and `velocities` (3 numbers a body), with `firstStep` days to try. */
  restart(positions: ArrayLike<number>, velocities: ArrayLike<number>, firstStep: number): void {
    this.positions.set(positions);
    this.velocities.set(velocities);
    [this.time, this.#restTime, this.lastStep, this.step] = [0, 0, 0, firstStep];
    const { restX, restV, b, g, predicted, restB, done } = this.#columns;
    for (const column of [restX, restV, b, g, predicted, restB, done]) column.fill(0);
  }

  /**
   * Integrates to exactly `time` (days since the start). The step in use stays for the next call. `afterStep` is called after every
   * step; where it returns true, the integration ends there.
   */
  integrateTo(time: number, afterStep?: () => boolean): void {
    const direction = Math.sign(time - this.time);
    if (direction === 0) return;
    this.step = direction * Math.abs(this.step);
    while ((time - this.time) * direction > 0) {
      const left = time - this.time + this.#restTime;
      const natural = this.step;
      const isLast = Math.abs(natural) >= Math.abs(left);
      if (isLast) this.step = left;
      this.advance();
      if (isLast && this.lastStep === left) {
        this.time = time;
        this.#restTime = 0;
        // A step cut short for the goal says little about the next one.
        if (Math.abs(this.step) < Math.abs(natural)) this.step = natural;
      }
      if (afterStep?.()) return;
    }
  }

  /** One step of at most `step`, shorter where the control asks for it. */
  advance(): void {
    this.#acceleration(this.time, this.positions, this.velocities, this.#a0);
    for (;;) {
      const dt = this.step;
      this.#solve(dt);
      const next = this.#options.fixedStep ? dt : this.#chooseStep(dt);
      const ratio = next / dt;
      if (ratio < smallestShrink) {
        this.step = next;
        this.#predict(this.lastStep === 0 ? Infinity : next / this.lastStep, 'done');
        continue;
      }
      this.#commit(dt);
      this.step = ratio > 1 / smallestShrink ? dt / smallestShrink : next;
      this.#predict(this.step / dt, 'b');
      return;
    }
  }

  /** Positions and velocities within the last step: `fraction` 0 is its start, 1 its end. For output and events. */
  interpolate(fraction: number, positions: Float64Array, velocities: Float64Array): void {
    const { x, v, a, none } = this.#start;
    positionsAt(fraction, this.lastStep, x, v, a, this.#columns.done, none, positions);
    velocitiesAt(fraction, this.lastStep, v, a, this.#columns.done, none, velocities);
  }

  /** Iterates over the nodes until the b that they give do not change any more. */
  #solve(dt: number): void {
    this.#arithmetic.newtonFromMonomial();
    let last = Infinity;
    for (let iteration = 0; ; iteration++) {
      const change = this.#sweep(dt);
      if (change < 1e-16) return;
      if (iteration >= 2 && change >= last) return;
      if (iteration === mostIterations - 1) {
        this.unconverged++;
        return;
      }
      last = change;
    }
  }

  /** Visits nodes 1 to 7 and corrects g and b after each. Returns the largest change of b_6 over the largest acceleration. */
  #sweep(dt: number): number {
    let [largestChange, largestAcceleration] = [0, 0];
    for (let n = 1; n <= terms; n++) {
      this.#arithmetic.moveTo(nodes[n]!, dt, this.#options.velocityDependent);
      this.#acceleration(this.time + nodes[n]! * dt, this.#x, this.#v, this.#at);
      const changes = this.#arithmetic.correct(n);
      if (n === terms) [largestChange, largestAcceleration] = [changes, largestOf(this.#at)];
    }
    return largestAcceleration === 0 ? 0 : largestChange / largestAcceleration;
  }

  #chooseStep(dt: number): number {
    if (this.#options.stepControl === 'last-term') {
      const last = this.#columns.b.subarray((terms - 1) * this.#columns.width);
      const error = largestOf(last) / largestOf(this.#at);
      return error > 0 ? dt * seventhRoot(this.#options.epsilon / error) : dt / smallestShrink;
    }
    const scale = this.#shortestTimeScale();
    return Number.isFinite(scale) ? dt * Math.sqrt(scale) * this.#growth : dt / smallestShrink;
  }

  /** min over the bodies of 2·y_2/(y_3 + √(y_2·y_4)), in squared steps; y_k are squared derivatives at the step's end. */
  #shortestTimeScale(): number {
    const { b, width } = this.#columns;
    let shortest = Infinity;
    for (let body = 0; body < this.#a0.length; body += 3) {
      let [y2, y3, y4] = [0, 0, 0];
      for (let i = body; i < body + 3; i++) {
        const b0 = b[i]!;
        const b1 = b[width + i]!;
        const b2 = b[2 * width + i]!;
        const b3 = b[3 * width + i]!;
        const b4 = b[4 * width + i]!;
        const b5 = b[5 * width + i]!;
        const b6 = b[6 * width + i]!;
        const a = this.#a0[i]! + b0 + b1 + b2 + b3 + b4 + b5 + b6;
        const jerk = b0 + 2 * b1 + 3 * b2 + 4 * b3 + 5 * b4 + 6 * b5 + 7 * b6;
        const snap = 2 * b1 + 6 * b2 + 12 * b3 + 20 * b4 + 30 * b5 + 42 * b6;
        y2 += a * a;
        y3 += jerk * jerk;
        y4 += snap * snap;
      }
      const scale = (2 * y2) / (y3 + Math.sqrt(y2 * y4));
      if (scale > 0 && scale < shortest) shortest = scale;
    }
    return shortest;
  }

  /** Takes the step. */
  #commit(dt: number): void {
    const { x, v, a, b, done } = this.#columns;
    this.#start.x.set(x);
    this.#start.v.set(v);
    this.#start.a.set(a);
    done.set(b);
    this.#arithmetic.commit(dt);
    // Thousands of roundings of the time would move the bodies along their orbits.
    const sum = dt - this.#restTime;
    const time = this.time + sum;
    this.#restTime = time - this.time - sum;
    this.time = time;
    this.lastStep = dt;
  }

  /** The b to start the next step with, `ratio` times as long as that of `from`. */
  #predict(ratio: number, from: 'b' | 'done'): void {
    const { restB, b, predicted } = this.#columns;
    restB.fill(0);
    if (ratio <= longestPrediction) {
      this.#arithmetic.predict(from, ratio);
      return;
    }
    b.fill(0);
    predicted.fill(0);
  }
}

function largestOf(values: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < values.length; i++) largest = Math.max(largest, Math.abs(values[i]!));
  return largest;
}

/** x^(1/7) by Newton's iteration: powers are not the same bits on every machine. */
function seventhRoot(x: number): number {
  let root = 1;
  for (let i = 0; i < 200; i++) {
    const cube = root * root * root;
    const next = (6 * root + x / (cube * cube)) / 7;
    if (Math.abs(next - root) <= 1e-16 * next) return next;
    root = next;
  }
  return root;
}

import { inverseDifferences, monomialOfNewton, newtonOfMonomial, nodes, shiftToEnd, terms } from './gauss-radau.js';

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
}

const mostIterations = 12;
const smallestShrink = 0.25;
/** A prediction over a step so much longer than the last is worth nothing. */
const longestPrediction = 20;

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
  readonly #options: Required<Ias15Options>;
  readonly #growth: number;
  readonly #a0: Float64Array;
  readonly #at: Float64Array;
  readonly #x: Float64Array;
  readonly #v: Float64Array;
  /** Parts of positions and velocities that summation has not added yet. */
  readonly #restX: Float64Array;
  readonly #restV: Float64Array;
  #restTime = 0;
  /* Coefficients, k = 0 … 6 of component i at 7i + k. */
  readonly #b: Float64Array;
  readonly #g: Float64Array;
  readonly #predicted: Float64Array;
  readonly #restB: Float64Array;
  /** b of the last step done, from which a repeated step predicts. */
  readonly #done: Float64Array;
  readonly #none: Float64Array;
  readonly #start: { x: Float64Array; v: Float64Array; a: Float64Array };

  /** Integrates copies of `positions` (au) and `velocities` (au/d). */
  constructor(acceleration: Acceleration, positions: Float64Array, velocities: Float64Array, options: Ias15Options = {}) {
    const size = positions.length;
    this.#acceleration = acceleration;
    this.#options = { velocityDependent: true, firstStep: 0.01, epsilon: 1e-9, fixedStep: false, stepControl: 'time-scale', ...options };
    this.step = this.#options.firstStep;
    this.#growth = seventhRoot(5040 * this.#options.epsilon);
    this.positions = positions.slice();
    this.velocities = velocities.slice();
    this.#a0 = new Float64Array(size);
    this.#at = new Float64Array(size);
    this.#x = new Float64Array(size);
    this.#v = new Float64Array(size);
    this.#restX = new Float64Array(size);
    this.#restV = new Float64Array(size);
    this.#b = new Float64Array(terms * size);
    this.#g = new Float64Array(terms * size);
    this.#predicted = new Float64Array(terms * size);
    this.#restB = new Float64Array(terms * size);
    this.#done = new Float64Array(terms * size);
    this.#none = new Float64Array(size);
    this.#start = { x: new Float64Array(size), v: new Float64Array(size), a: new Float64Array(size) };
  }

  /** Starts anew at time 0 from `positions` and `velocities` (3 numbers a body), with `firstStep` days to try. */
  restart(positions: ArrayLike<number>, velocities: ArrayLike<number>, firstStep: number): void {
    this.positions.set(positions);
    this.velocities.set(velocities);
    [this.time, this.#restTime, this.lastStep, this.step] = [0, 0, 0, firstStep];
    for (const rest of [this.#restX, this.#restV]) rest.fill(0);
    for (const table of [this.#b, this.#g, this.#predicted, this.#restB, this.#done]) table.fill(0);
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
        this.#predict(this.lastStep === 0 ? Infinity : next / this.lastStep, this.#done);
        continue;
      }
      this.#commit(dt);
      this.step = ratio > 1 / smallestShrink ? dt / smallestShrink : next;
      this.#predict(this.step / dt, this.#b);
      return;
    }
  }

  /** Positions and velocities within the last step: `fraction` 0 is its start, 1 its end. For output and events. */
  interpolate(fraction: number, positions: Float64Array, velocities: Float64Array): void {
    const { x, v, a } = this.#start;
    positionsAt(fraction, this.lastStep, x, v, a, this.#done, this.#none, positions);
    velocitiesAt(fraction, this.lastStep, v, a, this.#done, this.#none, velocities);
  }

  /** Iterates over the nodes until the b that they give do not change any more. */
  #solve(dt: number): void {
    this.#newtonFromMonomial();
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
      this.#moveToNode(nodes[n]!, dt);
      this.#acceleration(this.time + nodes[n]! * dt, this.#x, this.#v, this.#at);
      const changes = this.#correct(n);
      if (n === terms) [largestChange, largestAcceleration] = [changes, largestOf(this.#at)];
    }
    return largestAcceleration === 0 ? 0 : largestChange / largestAcceleration;
  }

  #moveToNode(h: number, dt: number): void {
    positionsAt(h, dt, this.positions, this.velocities, this.#a0, this.#b, this.#restX, this.#x);
    if (!this.#options.velocityDependent) return;
    velocitiesAt(h, dt, this.velocities, this.#a0, this.#b, this.#restV, this.#v);
  }

  /** g_{n−1} from the acceleration at node n, and b with it. Returns the largest change of g_{n−1}. */
  #correct(n: number): number {
    const [r0, r1 = 0, r2 = 0, r3 = 0, r4 = 0, r5 = 0, r6 = 0] = inverseDifferences[n] as [number, ...number[]];
    const [c0, c1 = 0, c2 = 0, c3 = 0, c4 = 0, c5 = 0, c6 = 0] = monomialOfNewton[n - 1] as [number, ...number[]];
    const a0 = this.#a0;
    const at = this.#at;
    const b = this.#b;
    const g = this.#g;
    const rest = this.#restB;
    let largest = 0;
    // Loops of at most seven turns would cost more than what is in them.
    for (let i = 0, p = 0; i < at.length; i++, p += terms) {
      let difference = (at[i]! - a0[i]!) * r0;
      if (n > 1) difference = (difference - g[p]!) * r1;
      if (n > 2) difference = (difference - g[p + 1]!) * r2;
      if (n > 3) difference = (difference - g[p + 2]!) * r3;
      if (n > 4) difference = (difference - g[p + 3]!) * r4;
      if (n > 5) difference = (difference - g[p + 4]!) * r5;
      if (n > 6) difference = (difference - g[p + 5]!) * r6;
      const change = difference - g[p + n - 1]!;
      g[p + n - 1] = difference;
      addCompensated(b, rest, p, change * c0);
      if (n > 1) addCompensated(b, rest, p + 1, change * c1);
      if (n > 2) addCompensated(b, rest, p + 2, change * c2);
      if (n > 3) addCompensated(b, rest, p + 3, change * c3);
      if (n > 4) addCompensated(b, rest, p + 4, change * c4);
      if (n > 5) addCompensated(b, rest, p + 5, change * c5);
      if (n > 6) addCompensated(b, rest, p + 6, change * c6);
      const size = Math.abs(change);
      if (size > largest) largest = size;
    }
    return largest;
  }

  #newtonFromMonomial(): void {
    const b = this.#b;
    const g = this.#g;
    for (let p = 0; p < b.length; p += terms) {
      for (let k = 0; k < terms; k++) {
        let value = b[p + k]!;
        for (let j = k + 1; j < terms; j++) value += newtonOfMonomial[j]![k]! * b[p + j]!;
        g[p + k] = value;
      }
    }
  }

  #chooseStep(dt: number): number {
    if (this.#options.stepControl === 'last-term') {
      const last = this.#at.map((_, i) => this.#b[terms * i + terms - 1]!);
      const error = largestOf(last) / largestOf(this.#at);
      return error > 0 ? dt * seventhRoot(this.#options.epsilon / error) : dt / smallestShrink;
    }
    const scale = this.#shortestTimeScale();
    return Number.isFinite(scale) ? dt * Math.sqrt(scale) * this.#growth : dt / smallestShrink;
  }

  /** min over the bodies of 2·y_2/(y_3 + √(y_2·y_4)), in squared steps; y_k are squared derivatives at the step's end. */
  #shortestTimeScale(): number {
    const b = this.#b;
    let shortest = Infinity;
    for (let body = 0; body < this.#a0.length; body += 3) {
      let [y2, y3, y4] = [0, 0, 0];
      for (let i = body; i < body + 3; i++) {
        const p = terms * i;
        const b0 = b[p]!;
        const b1 = b[p + 1]!;
        const b2 = b[p + 2]!;
        const b3 = b[p + 3]!;
        const b4 = b[p + 4]!;
        const b5 = b[p + 5]!;
        const b6 = b[p + 6]!;
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

  /** Takes the step: positions and velocities at its end, smallest terms first. */
  #commit(dt: number): void {
    const x = this.positions;
    const v = this.velocities;
    const a = this.#a0;
    const b = this.#b;
    this.#start.x.set(x);
    this.#start.v.set(v);
    this.#start.a.set(a);
    this.#done.set(b);
    for (let i = 0; i < x.length; i++) {
      for (let k = terms - 1; k >= 0; k--) addCompensated(x, this.#restX, i, (b[terms * i + k]! / ((k + 2) * (k + 3))) * dt * dt);
      addCompensated(x, this.#restX, i, 0.5 * a[i]! * dt * dt);
      addCompensated(x, this.#restX, i, v[i]! * dt);
      addCompensated(x, this.#restX, i, -this.#restV[i]! * dt);
      for (let k = terms - 1; k >= 0; k--) addCompensated(v, this.#restV, i, (b[terms * i + k]! / (k + 2)) * dt);
      addCompensated(v, this.#restV, i, a[i]! * dt);
    }
    // Thousands of roundings of the time would move the bodies along their orbits.
    const sum = dt - this.#restTime;
    const time = this.time + sum;
    this.#restTime = time - this.time - sum;
    this.time = time;
    this.lastStep = dt;
  }

  /** The b to start the next step with: the polynomial `from` continued over a step `ratio` times as long, plus its last error. */
  #predict(ratio: number, from: Float64Array): void {
    this.#restB.fill(0);
    if (!(ratio <= longestPrediction)) {
      this.#b.fill(0);
      this.#predicted.fill(0);
      return;
    }
    const powers: number[] = [];
    for (let k = 0, power = ratio; k < terms; k++, power *= ratio) powers.push(power);
    const b = this.#b;
    const predicted = this.#predicted;
    for (let p = 0; p < b.length; p += terms) {
      for (let k = 0; k < terms; k++) {
        let value = 0;
        for (let j = k; j < terms; j++) value += shiftToEnd[j]![k]! * from[p + j]!;
        const error = from[p + k]! - predicted[p + k]!;
        const next = powers[k]! * value;
        b[p + k] = next + error;
        predicted[p + k] = next;
      }
    }
  }
}

/** x(h) = x_0 + h·dt·v_0 + (h·dt)²·[a_0/2 + b_0·h/6 + b_1·h²/12 + … + b_6·h⁷/72], of every component. */
function positionsAt(
  h: number,
  dt: number,
  x: Float64Array,
  v: Float64Array,
  a: Float64Array,
  b: Float64Array,
  rest: Float64Array,
  out: Float64Array,
): void {
  const time = h * dt;
  const half = time / 2;
  const [f0, f1, f2, f3, f4, f5, f6] = [h / 3, h / 2, (3 * h) / 5, (2 * h) / 3, (5 * h) / 7, (3 * h) / 4, (7 * h) / 9] as const;
  for (let i = 0, p = 0; i < x.length; i++, p += terms) {
    const tail = b[p + 4]! + f5 * (b[p + 5]! + f6 * b[p + 6]!);
    const middle = b[p + 1]! + f2 * (b[p + 2]! + f3 * (b[p + 3]! + f4 * tail));
    out[i] = x[i]! + time * (v[i]! + half * (a[i]! + f0 * (b[p]! + f1 * middle))) - rest[i]!;
  }
}

/** v(h) = v_0 + h·dt·[a_0 + b_0·h/2 + b_1·h²/3 + … + b_6·h⁷/8], of every component. */
function velocitiesAt(
  h: number,
  dt: number,
  v: Float64Array,
  a: Float64Array,
  b: Float64Array,
  rest: Float64Array,
  out: Float64Array,
): void {
  const time = h * dt;
  const [f0, f1, f2, f3, f4, f5, f6] = [h / 2, (2 * h) / 3, (3 * h) / 4, (4 * h) / 5, (5 * h) / 6, (6 * h) / 7, (7 * h) / 8] as const;
  for (let i = 0, p = 0; i < v.length; i++, p += terms) {
    const tail = b[p + 4]! + f5 * (b[p + 5]! + f6 * b[p + 6]!);
    const middle = b[p + 1]! + f2 * (b[p + 2]! + f3 * (b[p + 3]! + f4 * tail));
    out[i] = v[i]! + time * (a[i]! + f0 * (b[p]! + f1 * middle)) - rest[i]!;
  }
}

/** Kahan's summation: what an addition loses is kept in `rest`, with the opposite sign. */
function addCompensated(sum: Float64Array, rest: Float64Array, i: number, value: number): void {
  const y = value - rest[i]!;
  const t = sum[i]! + y;
  rest[i] = t - sum[i]! - y;
  sum[i] = t;
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

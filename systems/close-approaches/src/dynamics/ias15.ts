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
  readonly #b = rows(terms, 0);
  readonly #g = rows(terms, 0);
  readonly #predicted = rows(terms, 0);
  readonly #restB = rows(terms, 0);
  /** b of the last step done, from which a repeated step predicts. */
  readonly #done = rows(terms, 0);
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
    [this.#a0, this.#at, this.#x, this.#v, this.#restX, this.#restV] = rows(6, size) as [
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    for (const table of [this.#b, this.#g, this.#predicted, this.#restB, this.#done]) {
      for (let k = 0; k < terms; k++) table[k] = new Float64Array(size);
    }
    this.#start = { x: new Float64Array(size), v: new Float64Array(size), a: new Float64Array(size) };
  }

  /** Starts anew at time 0 from `positions` and `velocities` (3 numbers a body), with `firstStep` days to try. */
  restart(positions: ArrayLike<number>, velocities: ArrayLike<number>, firstStep: number): void {
    this.positions.set(positions);
    this.velocities.set(velocities);
    [this.time, this.#restTime, this.lastStep, this.step] = [0, 0, 0, firstStep];
    for (const rest of [this.#restX, this.#restV]) rest.fill(0);
    for (const table of [this.#b, this.#g, this.#predicted, this.#restB, this.#done]) for (const row of table) row.fill(0);
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
    for (let i = 0; i < x.length; i++) {
      positions[i] = positionAt(fraction, this.lastStep, x[i]!, v[i]!, a[i]!, this.#done, i);
      velocities[i] = velocityAt(fraction, this.lastStep, v[i]!, a[i]!, this.#done, i);
    }
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
    const [x0, v0, a0, b] = [this.positions, this.velocities, this.#a0, this.#b];
    for (let i = 0; i < x0.length; i++) this.#x[i] = positionAt(h, dt, x0[i]!, v0[i]!, a0[i]!, b, i) - this.#restX[i]!;
    if (!this.#options.velocityDependent) return;
    for (let i = 0; i < x0.length; i++) this.#v[i] = velocityAt(h, dt, v0[i]!, a0[i]!, b, i) - this.#restV[i]!;
  }

  /** g_{n−1} from the acceleration at node n, and b with it. Returns the largest change of g_{n−1}. */
  #correct(n: number): number {
    const [r, c, g] = [inverseDifferences[n]!, monomialOfNewton[n - 1]!, this.#g];
    let largest = 0;
    for (let i = 0; i < this.#at.length; i++) {
      let difference = (this.#at[i]! - this.#a0[i]!) * r[0]!;
      for (let k = 1; k < n; k++) difference = (difference - g[k - 1]![i]!) * r[k]!;
      const change = difference - g[n - 1]![i]!;
      g[n - 1]![i] = difference;
      for (let k = 0; k < n; k++) addCompensated(this.#b[k]!, this.#restB[k]!, i, change * c[k]!);
      if (Math.abs(change) > largest) largest = Math.abs(change);
    }
    return largest;
  }

  #newtonFromMonomial(): void {
    for (let k = 0; k < terms; k++) {
      const [g, b] = [this.#g[k]!, this.#b[k]!];
      g.set(b);
      for (let j = k + 1; j < terms; j++) {
        const [factor, bj] = [newtonOfMonomial[j]![k]!, this.#b[j]!];
        for (let i = 0; i < g.length; i++) g[i] = g[i]! + factor * bj[i]!;
      }
    }
  }

  #chooseStep(dt: number): number {
    if (this.#options.stepControl === 'last-term') {
      const error = largestOf(this.#b[terms - 1]!) / largestOf(this.#at);
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
        const [b0, b1, b2, b3, b4, b5, b6] = [b[0]![i]!, b[1]![i]!, b[2]![i]!, b[3]![i]!, b[4]![i]!, b[5]![i]!, b[6]![i]!];
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
    const [x, v, a, b] = [this.positions, this.velocities, this.#a0, this.#b];
    this.#start.x.set(x);
    this.#start.v.set(v);
    this.#start.a.set(a);
    for (let k = 0; k < terms; k++) this.#done[k]!.set(b[k]!);
    for (let i = 0; i < x.length; i++) {
      for (let k = terms - 1; k >= 0; k--) addCompensated(x, this.#restX, i, (b[k]![i]! / ((k + 2) * (k + 3))) * dt * dt);
      addCompensated(x, this.#restX, i, 0.5 * a[i]! * dt * dt);
      addCompensated(x, this.#restX, i, v[i]! * dt);
      addCompensated(x, this.#restX, i, -this.#restV[i]! * dt);
      for (let k = terms - 1; k >= 0; k--) addCompensated(v, this.#restV, i, (b[k]![i]! / (k + 2)) * dt);
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
  #predict(ratio: number, from: readonly Float64Array[]): void {
    const isUseless = !(ratio <= longestPrediction);
    const size = this.#a0.length;
    let power = 1;
    for (let k = 0; k < terms; k++) {
      power *= ratio;
      const [b, predicted, rest] = [this.#b[k]!, this.#predicted[k]!, this.#restB[k]!];
      for (let i = 0; i < size; i++) {
        let value = 0;
        for (let j = k; j < terms; j++) value += shiftToEnd[j]![k]! * from[j]![i]!;
        const error = from[k]![i]! - predicted[i]!;
        const next = isUseless ? 0 : power * value;
        b[i] = isUseless ? 0 : next + error;
        predicted[i] = next;
        rest[i] = 0;
      }
    }
  }
}

/** x(h) = x_0 + h·dt·v_0 + (h·dt)²·[a_0/2 + b_0·h/6 + b_1·h²/12 + … + b_6·h⁷/72]. */
function positionAt(h: number, dt: number, x: number, v: number, a: number, b: readonly Float64Array[], i: number): number {
  const tail = b[4]![i]! + ((3 * h) / 4) * (b[5]![i]! + ((7 * h) / 9) * b[6]![i]!);
  const middle = b[1]![i]! + ((3 * h) / 5) * (b[2]![i]! + ((2 * h) / 3) * (b[3]![i]! + ((5 * h) / 7) * tail));
  return x + h * dt * (v + ((h * dt) / 2) * (a + (h / 3) * (b[0]![i]! + (h / 2) * middle)));
}

/** v(h) = v_0 + h·dt·[a_0 + b_0·h/2 + b_1·h²/3 + … + b_6·h⁷/8]. */
function velocityAt(h: number, dt: number, v: number, a: number, b: readonly Float64Array[], i: number): number {
  const tail = b[4]![i]! + ((6 * h) / 7) * (b[5]![i]! + ((7 * h) / 8) * b[6]![i]!);
  const middle = b[1]![i]! + ((3 * h) / 4) * (b[2]![i]! + ((4 * h) / 5) * (b[3]![i]! + ((5 * h) / 6) * tail));
  return v + h * dt * (a + (h / 2) * (b[0]![i]! + ((2 * h) / 3) * middle));
}

/** Kahan's summation: what an addition loses is kept in `rest`, with the opposite sign. */
function addCompensated(sum: Float64Array, rest: Float64Array, i: number, value: number): void {
  const y = value - rest[i]!;
  const t = sum[i]! + y;
  rest[i] = t - sum[i]! - y;
  sum[i] = t;
}

const rows = (count: number, size: number): Float64Array[] => Array.from({ length: count }, () => new Float64Array(size));

function largestOf(values: Float64Array): number {
  let largest = 0;
  for (const value of values) if (Math.abs(value) > largest) largest = Math.abs(value);
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

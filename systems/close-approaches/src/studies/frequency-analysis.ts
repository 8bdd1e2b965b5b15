/** A complex signal at equal times. */
export interface ComplexSignal {
  readonly real: ArrayLike<number>;
  readonly imaginary: ArrayLike<number>;
  /** Time between two values. */
  readonly spacing: number;
}

/** Frequencies tried in each 1/T. */
const perResolution = 4;

/**
 * Angular frequency of the strongest line of a signal, between −`limit` and `limit`: where |Σ w·z·e^(−iνt)| with Hann's window is greatest
 * (the first step of Laskar's frequency analysis, Icarus 88, 1990). Lines nearer than 2·2π/T pull at each other.
 */
export function dominantFrequency(signal: ComplexSignal, limit: number): number {
  const duration = signal.spacing * signal.real.length;
  const width = (2 * Math.PI) / duration / perResolution;
  const count = Math.ceil(limit / width);
  let [best, most] = [0, -1];
  for (let k = -count; k <= count; k++) {
    const power = powerAt(signal, k * width);
    if (power > most) [best, most] = [k * width, power];
  }
  return peak((frequency) => powerAt(signal, frequency), best - width, best + width);
}

function powerAt({ real, imaginary, spacing }: ComplexSignal, frequency: number): number {
  const count = real.length;
  // One turn by e^(−iν·spacing) after the other; its rounding over some thousand turns is far below what is sought.
  const [stepCosine, stepSine] = [Math.cos(frequency * spacing), -Math.sin(frequency * spacing)];
  let [cosine, sine] = [1, 0];
  let [re, im] = [0, 0];
  for (let k = 0; k < count; k++) {
    const window = 1 - Math.cos((2 * Math.PI * (k + 0.5)) / count);
    re += window * (real[k]! * cosine - imaginary[k]! * sine);
    im += window * (real[k]! * sine + imaginary[k]! * cosine);
    [cosine, sine] = [cosine * stepCosine - sine * stepSine, cosine * stepSine + sine * stepCosine];
  }
  return re * re + im * im;
}

/** Where a function with one maximum between two places has it, by golden section. */
function peak(f: (x: number) => number, from: number, to: number): number {
  const golden = 0.5 * (Math.sqrt(5) - 1);
  let [a, b] = [from, to];
  while (b - a > 1e-7 * (to - from)) {
    const [c, d] = [b - golden * (b - a), a + golden * (b - a)];
    if (f(c) > f(d)) b = d;
    else a = c;
  }
  return 0.5 * (a + b);
}

import { productError } from './exact-errors.js';
import { reduceAngle, type ReducedAngle } from './trigonometric-reduction.js';

/** Sine and cosine of one angle. */
export interface SineCosine {
  sine: number;
  cosine: number;
}

const angle: ReducedAngle = { quarters: 0, high: 0, low: 0 };

/** The part of the sine beyond `high`, where high + low lies within ±π/4: x³·P(x²) + low·cos x. Error below 2⁻⁵⁵·|x|. */
function sineBeyond(high: number, low: number): number {
  const z = high * high;
  const p =
    -0.166_666_666_666_666_66 +
    z *
      (0.008_333_333_333_330_925 +
        z *
          (-0.000_198_412_698_367_224_18 +
            z * (2.755_731_608_381_636e-6 + z * (-2.505_112_794_401_418_8e-8 + z * 1.591_784_852_480_826_2e-10))));
  return z * high * p + low * (1 - 0.5 * z);
}

/** The part of the cosine beyond `base` = 1 − high²/2 as rounded. */
function cosineBeyond(high: number, low: number, base: number): number {
  const z = high * high;
  const p =
    0.041_666_666_666_666_664 +
    z *
      (-0.001_388_888_888_888_738_2 +
        z *
          (2.480_158_729_874_307e-5 + z * (-2.755_731_726_000_882e-7 + z * (2.087_614_382_799_071_3e-9 + z * -1.138_245_677_791_886e-11))));
  const lost = 1 - base - 0.5 * z - 0.5 * productError(high, high, z);
  return z * z * p - high * low + lost;
}

const baseOfCosine = (high: number): number => 1 - 0.5 * (high * high);

/**
 * Sine of an angle in radians, to within one unit in the last place, the same bits on every machine; NaN for infinities. Here
 * as in the other functions of this folder polynomials are near-minimax fits, by interpolation at Chebyshev's nodes.
 */
export function sin(x: number): number {
  if (x === 0 || x - x !== 0) return x === 0 ? x : NaN;
  reduceAngle(x, angle);
  return quarterSine(angle.quarters);
}

/** Cosine of an angle in radians, as {@link sin}. */
export function cos(x: number): number {
  if (x - x !== 0) return NaN;
  reduceAngle(x, angle);
  return quarterSine(angle.quarters + 1);
}

/** Sine and cosine of an angle in radians, as {@link sin}, written to `out`. */
export function sinCos(x: number, out: SineCosine): void {
  if (x === 0 || x - x !== 0) {
    out.sine = x === 0 ? x : NaN;
    out.cosine = x === 0 ? 1 : NaN;
    return;
  }
  reduceAngle(x, angle);
  out.sine = quarterSine(angle.quarters);
  out.cosine = quarterSine(angle.quarters + 1);
}

/** The sine of the reduced angle plus quarter turns. */
function quarterSine(quarters: number): number {
  const { high, low } = angle;
  const base = baseOfCosine(high);
  const value = (quarters & 1) === 0 ? high + sineBeyond(high, low) : base + cosineBeyond(high, low, base);
  return (quarters & 2) === 0 ? value : -value;
}

/** Tangent of an angle in radians, as {@link sin}: the quotient of sine and cosine with what both lost. */
export function tan(x: number): number {
  if (x === 0 || x - x !== 0) return x === 0 ? x : NaN;
  reduceAngle(x, angle);
  const { high, low, quarters } = angle;
  const beyondHigh = sineBeyond(high, low);
  const sine = high + beyondHigh;
  const sineRest = beyondHigh - (sine - high);
  const base = baseOfCosine(high);
  const beyondBase = cosineBeyond(high, low, base);
  const cosine = base + beyondBase;
  const cosineRest = beyondBase - (cosine - base);
  return (quarters & 1) === 0 ? quotient(sine, sineRest, cosine, cosineRest) : -quotient(cosine, cosineRest, sine, sineRest);
}

/** (a + aRest)/(b + bRest), rounded once or nearly so. */
function quotient(a: number, aRest: number, b: number, bRest: number): number {
  const q = a / b;
  const product = q * b;
  const remainder = a - product - productError(q, b, product);
  return q + (remainder + aRest - q * bRest) / b;
}

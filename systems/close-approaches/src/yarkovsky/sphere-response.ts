import { exp, sinCos, type SineCosine } from '../mathematics/index.js';

/**
 * Coefficients of the response of a sphere's surface temperature to a periodic heating (Vokrouhlický, Astron. Astrophys. 335,
 * 1998; 344, 1999). All are ½ for a sphere much larger than the depth that heat reaches.
 */
export interface SphereResponse {
  readonly k1: number;
  readonly k2: number;
  readonly k3: number;
}

/**
 * Largest |x| with the power series: its terms, in w = (1 + i)x, then stay below 9 times the first, and the closed form, which
 * cancels as x⁻⁵, keeps 14 digits from here on.
 */
const largestOfSeries = 2;

/** Terms of the series: |w|²⁸/28! at |w| = 2√2 is 10⁻¹⁷ of the first. */
const seriesTerms = 28;

const angle: SineCosine = { sine: 0, cosine: 0 };

/** Between these radii the closed form is blended into its limit ½, which it has come within 3·10⁻⁴ and 7·10⁻⁵ of. */
const [blendFrom, blendTo] = [3000, 10_000];

/**
 * The response at a radius in units of the penetration depth √(K/(ρ C ν)), accurate to 10⁻¹³ below 3000.
 *
 * With w = (1 + i)x, x = √2·R′, the source's A + iB and U + iV are
 * −(2 + w) + eʷ(2 − w) and 6 + 3w + w²/2 + eʷ(−6 + 3w − w²/2), and with Q their ratio (U + iV)/(A + iB)
 * κ₁ = Im Q/x, κ₂ = (1 + Re Q)/x, κ₃ = |1 + Q|²/x². Small spheres take Q's power series, large ones both sums times e⁻ʷ. The
 * limit of a plane surface, which the source switches to at 30 with a jump of up to 5 %, is come to smoothly and late.
 */
export function sphereResponse(scaledRadius: number): SphereResponse {
  if (scaledRadius >= blendTo) return planeResponse;
  const x = Math.SQRT2 * scaledRadius;
  const [real, imaginary] = x < largestOfSeries ? ratioBySeries(x) : ratioInClosedForm(x);
  const shifted = 1 + real;
  const sphere = { k1: imaginary / x, k2: shifted / x, k3: (shifted * shifted + imaginary * imaginary) / (x * x) };
  if (scaledRadius <= blendFrom) return sphere;
  const y = (scaledRadius - blendFrom) / (blendTo - blendFrom);
  const share = y * y * y * (10 + y * (6 * y - 15));
  const blended = (k: number): number => k + share * (0.5 - k);
  return { k1: blended(sphere.k1), k2: blended(sphere.k2), k3: blended(sphere.k3) };
}

const planeResponse: SphereResponse = { k1: 0.5, k2: 0.5, k3: 0.5 };

/** W(R′, Θ) of the linear theory: in phase with the heating; negative. */
export function thermalResponse(scaledRadius: number, thermalParameter: number): number {
  const { k1, k2, k3 } = sphereResponse(scaledRadius);
  return (-k1 * thermalParameter) / (1 + 2 * k2 * thermalParameter + k3 * thermalParameter * thermalParameter);
}

/** Σ (2 − n)/n! wⁿ from n = 3 under −Σ (n − 3)(n − 4)/2/n! wⁿ from n = 5, both without w³. */
function ratioBySeries(x: number): readonly [number, number] {
  let [real, imaginary] = [1 / 6, 0];
  let [above, aboveImaginary, below, belowImaginary] = [0, 0, 0, 0];
  for (let n = 3; n < 3 + seriesTerms; n++) {
    // (real, imaginary) is wⁿ⁻³/n!.
    above -= 0.5 * (n - 3) * (n - 4) * real;
    aboveImaginary -= 0.5 * (n - 3) * (n - 4) * imaginary;
    below += (2 - n) * real;
    belowImaginary += (2 - n) * imaginary;
    [real, imaginary] = [((real - imaginary) * x) / (n + 1), ((real + imaginary) * x) / (n + 1)];
  }
  return quotient(above, aboveImaginary, below, belowImaginary);
}

function ratioInClosedForm(x: number): readonly [number, number] {
  sinCos(x, angle);
  const decay = exp(-x);
  const [c, s] = [decay * angle.cosine, -decay * angle.sine];
  // (c, s) is e⁻ʷ; it multiplies 6 + 3w + w²/2 = (6 + 3x) + i(3x + x²) and −(2 + w) = −(2 + x) − ix.
  const [p, q] = [6 + 3 * x, 3 * x + x * x];
  const above = c * p - s * q - 6 + 3 * x;
  const aboveImaginary = c * q + s * p + 3 * x - x * x;
  const below = -c * (2 + x) + s * x + 2 - x;
  const belowImaginary = -c * x - s * (2 + x) - x;
  return quotient(above, aboveImaginary, below, belowImaginary);
}

function quotient(a: number, b: number, c: number, d: number): readonly [number, number] {
  const norm = c * c + d * d;
  return [(a * c + b * d) / norm, (b * c - a * d) / norm];
}

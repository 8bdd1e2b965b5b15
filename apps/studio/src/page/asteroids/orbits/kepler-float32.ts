/**
 * Motion along ellipses in single precision: the arithmetic of the shader (`kepler-shader.ts`), operation for operation, so that
 * its accuracy can be stated without a graphics processor.
 */
const f = Math.fround;

/**
 * Eccentric anomaly of a mean anomaly in [−π, π] and 0 ≤ e ≤ 0.99, single precision throughout.
 *
 * Mikkola's cubic approximation (1987, Celestial Mechanics 40, 329) is within 0.002 of the solution for every e; each of Halley's
 * steps on (1 − e)·E + e·(E − sin E) = M, a form without cancellation near e = 1, triples the number of right digits.
 */
export function eccentricAnomalySingle(meanAnomaly: number, eccentricity: number): number {
  const m = f(Math.abs(meanAnomaly));
  const e = f(eccentricity);
  const gap = f(1 - e);
  const scale = f(1 / f(f(4 * e) + 0.5));
  const alpha = f(gap * scale);
  const beta = f(f(0.5 * m) * scale);
  const root = f(Math.sqrt(f(f(f(alpha * alpha) * alpha) + f(beta * beta))));
  const z = f(Math.cbrt(f(beta + root)));
  const first = f(z - f(alpha / z));
  const square = f(first * first);
  const s = f(first - f(f(f(0.078) * f(f(square * square) * first)) / f(1 + e)));
  let anomaly = f(m + f(e * f(s * f(3 - f(4 * f(s * s))))));
  for (let step = 0; step < 2; step++) anomaly = halleyStep(anomaly, m, e, gap);
  return meanAnomaly < 0 ? -anomaly : anomaly;
}

function halleyStep(anomaly: number, m: number, e: number, gap: number): number {
  const { sine, versine, excess } = circularSingle(anomaly);
  const value = f(f(f(gap * anomaly) + f(e * excess)) - m);
  const slope = f(gap + f(e * versine));
  const curvature = f(e * sine);
  return f(anomaly - f(value / f(slope - f(f(f(0.5 * value) * curvature) / slope))));
}

interface Circular {
  readonly sine: number;
  /** 1 − cos x. */
  readonly versine: number;
  /** x − sin x. */
  readonly excess: number;
}

const halfPi = f(Math.PI / 2);
/** What `halfPi` lacks. */
const halfPiRest = f(Math.PI / 2 - halfPi);

/** sin x, 1 − cos x and x − sin x for |x| ≤ π: series on quarter turns, since shading languages promise little of their own sine. */
export function circularSingle(x: number): Circular {
  const quarter = Math.round(f(x * f(2 / Math.PI)));
  const rest = f(f(x - f(quarter * halfPi)) - f(quarter * halfPiRest));
  const z = f(rest * rest);
  const small = f(f(f(rest * z) * f(f(1 / 6) - f(z * f(f(1 / 120) - f(z * f(f(1 / 5040) - f(z * f(1 / 362_880)))))))));
  const versineOfRest = f(z * f(0.5 - f(z * f(f(1 / 24) - f(z * f(f(1 / 720) - f(z * f(1 / 40_320))))))));
  const sineOfRest = f(rest - small);
  if (quarter === 0) return { sine: sineOfRest, versine: versineOfRest, excess: small };
  const cosineOfRest = f(1 - versineOfRest);
  if (Math.abs(quarter) === 2) return { sine: -sineOfRest, versine: f(1 + cosineOfRest), excess: f(x + sineOfRest) };
  const sine = f(quarter * cosineOfRest);
  return { sine, versine: f(1 + f(quarter * sineOfRest)), excess: f(x - sine) };
}

/** Coordinates in the orbit's plane over a, toward perihelion and a quarter turn ahead, of a mean anomaly in [−π, π]. */
export function placeOnEllipseSingle(meanAnomaly: number, eccentricity: number): readonly [along: number, ahead: number] {
  const e = f(eccentricity);
  const { sine, versine } = circularSingle(eccentricAnomalySingle(meanAnomaly, eccentricity));
  const minor = f(Math.sqrt(f(f(1 - e) * f(1 + e))));
  return [f(f(1 - e) - versine), f(minor * sine)];
}

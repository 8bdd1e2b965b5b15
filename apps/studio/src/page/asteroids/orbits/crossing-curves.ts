/** A boundary in the plane of a and e beyond which orbits cross a planet's, as e over a. */
export interface CrossingCurve {
  /** `q` where the perihelion touches the planet's aphelion, `Q` where the aphelion touches its perihelion. */
  readonly kind: 'q' | 'Q';
  readonly planet: string;
  readonly points: readonly (readonly [a: number, e: number])[];
}

export interface CrossedPlanet {
  readonly name: string;
  readonly semiMajorAxis: number;
  readonly eccentricity: number;
}

/**
 * The two boundaries of a planet within `low` ≤ a ≤ `high`: q = a·(1 − e) = a_p·(1 + e_p) for orbits outside the planet's, and
 * Q = a·(1 + e) = a_p·(1 − e_p) for those inside. Curves begin at e = 0; a planet with no part in the range has none.
 */
export function crossingCurves(planet: CrossedPlanet, low: number, high: number, steps = 96): CrossingCurve[] {
  const { name, semiMajorAxis, eccentricity } = planet;
  const aphelion = semiMajorAxis * (1 + eccentricity);
  const perihelion = semiMajorAxis * (1 - eccentricity);
  const outside = sampled(Math.max(low, aphelion), high, steps, (a) => 1 - aphelion / a);
  const inside = sampled(Math.max(low, perihelion / 2), Math.min(high, perihelion), steps, (a) => perihelion / a - 1);
  const curves: CrossingCurve[] = [
    { kind: 'q', planet: name, points: outside },
    { kind: 'Q', planet: name, points: inside },
  ];
  return curves.filter(({ points }) => points.length > 1);
}

function sampled(from: number, to: number, steps: number, e: (a: number) => number): [number, number][] {
  if (!(to > from)) return [];
  return Array.from({ length: steps + 1 }, (_, k) => {
    const a = from + ((to - from) * k) / steps;
    return [a, Math.max(0, e(a))];
  });
}

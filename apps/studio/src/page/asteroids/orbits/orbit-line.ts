/**
 * Points of an ellipse as x, y, z in au, closed (the last repeats the first), dense where the curve bends: at the perihelion, where it is seen
 * from near.
 *
 * The curve's direction turns by the same angle from each point to the next: its normal is (b·cos E, a·sin E), so
 * E = atan2(b·sin τ, a·cos τ) at even τ.
 */
export function orbitLine(elements: OrbitShape, segments = segmentsFor(elements.eccentricity)): Float32Array {
  const { semiMajorAxis: a, eccentricity: e } = elements;
  const { p, q } = axesOf(elements);
  const minor = Math.sqrt((1 - e) * (1 + e));
  const points = new Float32Array(3 * (segments + 1));
  for (let k = 0; k <= segments; k++) {
    const tau = (2 * Math.PI * (k % segments)) / segments;
    const anomaly = Math.atan2(minor * Math.sin(tau), Math.cos(tau));
    const along = a * (Math.cos(anomaly) - e);
    const ahead = a * minor * Math.sin(anomaly);
    for (let axis = 0; axis < 3; axis++) points[3 * k + axis] = along * p[axis]! + ahead * q[axis]!;
  }
  return points;
}

/** Enough for chords to stay within 2e-4·a of the curve. */
export function segmentsFor(eccentricity: number): number {
  return Math.min(1024, Math.ceil(160 / Math.sqrt(Math.sqrt(1 - eccentricity * eccentricity))));
}

/** An ellipse in space: a in au, angles in degrees. */
export interface OrbitShape extends OrbitOrientation {
  readonly semiMajorAxis: number;
  readonly eccentricity: number;
}

/** Orientation of an orbit, degrees. */
export interface OrbitOrientation {
  readonly inclination: number;
  readonly node: number;
  readonly argument: number;
}

/** Unit vectors toward perihelion (P) and a quarter turn ahead of it (Q). */
export function axesOf({ inclination, node, argument }: OrbitOrientation): {
  readonly p: readonly number[];
  readonly q: readonly number[];
} {
  const [sinI, cosI] = sineCosine(inclination);
  const [sinNode, cosNode] = sineCosine(node);
  const [sinArg, cosArg] = sineCosine(argument);
  return {
    p: [cosNode * cosArg - sinNode * sinArg * cosI, sinNode * cosArg + cosNode * sinArg * cosI, sinArg * sinI],
    q: [-cosNode * sinArg - sinNode * cosArg * cosI, -sinNode * sinArg + cosNode * cosArg * cosI, cosArg * sinI],
  };
}

const sineCosine = (degrees: number): [number, number] => {
  const angle = (degrees * Math.PI) / 180;
  return [Math.sin(angle), Math.cos(angle)];
};

import { sinCos, type SineCosine } from '../mathematics/index.js';

export const radiansPerDegree = Math.PI / 180;

/** The same angle in [0, 360). */
export function wrapDegrees(degrees: number): number {
  const turned = degrees % 360;
  const wrapped = turned < 0 ? turned + 360 : turned;
  return wrapped === 360 || wrapped === 0 ? 0 : wrapped;
}

/** The same angle in (−180, 180]. */
export function wrapDegreesSigned(degrees: number): number {
  const turned = degrees % 360;
  return turned > 180 ? turned - 360 : turned <= -180 ? turned + 360 : turned;
}

/** Sine and cosine of an angle in degrees, written to `out`; exact at quarter turns. */
export function sinCosDegrees(degrees: number, out: SineCosine): void {
  const turned = degrees % 360;
  const quarters = Math.round(turned / 90);
  sinCos((turned - 90 * quarters) * radiansPerDegree, out);
  const { sine, cosine } = out;
  const quarter = quarters & 3;
  out.sine = quarter === 0 ? sine : quarter === 1 ? cosine : quarter === 2 ? -sine : -cosine;
  out.cosine = quarter === 0 ? cosine : quarter === 1 ? -sine : quarter === 2 ? -cosine : sine;
}

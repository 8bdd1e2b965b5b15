/**
 * Orbital elements. Lengths in au, angles in degrees, times as JD (TDB); axes of the ecliptic of J2000 unless a caller says
 * otherwise. The origin is the mass whose μ goes with them: the Sun for asteroids.
 */
export interface KeplerianElements {
  /** a, au; negative on hyperbolas. */
  readonly semiMajorAxis: number;
  readonly eccentricity: number;
  readonly inclination: number;
  /** Ω, longitude of the ascending node. */
  readonly node: number;
  /** ω, argument of perihelion. */
  readonly argument: number;
  /** M; of hyperbolas too, from n = √(μ/|a|³). */
  readonly meanAnomaly: number;
}

/** Elements that every conic has. */
export interface CometaryElements {
  /** q, au. */
  readonly perihelionDistance: number;
  readonly eccentricity: number;
  readonly inclination: number;
  readonly node: number;
  readonly argument: number;
  /** T, JD (TDB). */
  readonly perihelionTime: number;
}

/** Elements without singularity at e = 0 and i = 0, as AstDyS writes them. Ellipses short of i = 180° only. */
export interface EquinoctialElements {
  readonly semiMajorAxis: number;
  /** e·sin ϖ. */
  readonly h: number;
  /** e·cos ϖ. */
  readonly k: number;
  /** tan(i/2)·sin Ω. */
  readonly p: number;
  /** tan(i/2)·cos Ω. */
  readonly q: number;
  /** λ = M + ω + Ω. */
  readonly meanLongitude: number;
}

/** The conic in space, without a place on it. */
export type OrbitShape = Omit<CometaryElements, 'perihelionTime'>;

/** Below it (e, or i in radians from 0 or π) perihelion or node have no meaning of their own; longitudes have. */
export const undefinedBelow = 1e-11;

/** The hyperbola of a particle about a planet, and its piercing point in the plane across the incoming asymptote (Öpik; Valsecchi 2003). */
export interface BPlane {
  /** Speed far from the planet, au/d; 0 where the particle is bound to it. */
  vInf: number;
  /** Distance of the incoming asymptote from the planet, au, and its parts: ξ along the orbits' distance, ζ along the delay. */
  b: number;
  xi: number;
  zeta: number;
  /** Velocity on the incoming asymptote, au/d. The velocity itself where the particle is bound. */
  readonly incoming: [number, number, number];
}

/**
 * From a planetocentric `relative` state (au, au/d), the planet's G·m and its heliocentric velocity. B = S × h/v_inf with S the
 * asymptote's direction; ζ̂ is against the planet's velocity projected on the plane, ξ̂ = Ŝ × ζ̂. Of a bound particle b, ξ and ζ are
 * Infinity.
 */
export function bPlaneOf(relative: Float64Array, gm: number, planetVelocity: ArrayLike<number>, out: BPlane): void {
  const [x, y, z, vx, vy, vz] = [relative[0]!, relative[1]!, relative[2]!, relative[3]!, relative[4]!, relative[5]!];
  const r = Math.sqrt(x * x + y * y + z * z);
  const v2 = vx * vx + vy * vy + vz * vz;
  const vInf2 = v2 - (2 * gm) / r;
  if (!(vInf2 > 0)) {
    out.vInf = 0;
    out.b = out.xi = out.zeta = Infinity;
    out.incoming[0] = vx;
    out.incoming[1] = vy;
    out.incoming[2] = vz;
    return;
  }
  const vInf = Math.sqrt(vInf2);
  const [hx, hy, hz] = [y * vz - z * vy, z * vx - x * vz, x * vy - y * vx];
  const rv = x * vx + y * vy + z * vz;
  // e·Gm = (v² − Gm/r)·r − (r·v)·v, and the asymptote is (Gm·P·e + v_inf·h × P·e)·v_inf/(Gm²·e²), of which only the direction counts.
  const [ax, ay, az] = [(v2 - gm / r) * x - rv * vx, (v2 - gm / r) * y - rv * vy, (v2 - gm / r) * z - rv * vz];
  const sx = gm * ax + vInf * (hy * az - hz * ay);
  const sy = gm * ay + vInf * (hz * ax - hx * az);
  const sz = gm * az + vInf * (hx * ay - hy * ax);
  const length = Math.sqrt(sx * sx + sy * sy + sz * sz);
  const [ux, uy, uz] = [sx / length, sy / length, sz / length];
  const [bx, by, bz] = [(uy * hz - uz * hy) / vInf, (uz * hx - ux * hz) / vInf, (ux * hy - uy * hx) / vInf];
  const [px, py, pz] = [planetVelocity[0]!, planetVelocity[1]!, planetVelocity[2]!];
  const along = px * ux + py * uy + pz * uz;
  let [zx, zy, zz] = [along * ux - px, along * uy - py, along * uz - pz];
  const zetaLength = Math.sqrt(zx * zx + zy * zy + zz * zz);
  [zx, zy, zz] = [zx / zetaLength, zy / zetaLength, zz / zetaLength];
  out.vInf = vInf;
  out.b = Math.sqrt(bx * bx + by * by + bz * bz);
  out.zeta = bx * zx + by * zy + bz * zz;
  out.xi = bx * (uy * zz - uz * zy) + by * (uz * zx - ux * zz) + bz * (ux * zy - uy * zx);
  out.incoming[0] = vInf * ux;
  out.incoming[1] = vInf * uy;
  out.incoming[2] = vInf * uz;
}

export const emptyBPlane = (): BPlane => ({ vInf: 0, b: 0, xi: 0, zeta: 0, incoming: [0, 0, 0] });

/** Öpik's speed U in units of the planet's circular speed, and Tisserand's parameter T, of a heliocentric orbit. */
export interface OpikVariables {
  readonly u: number;
  readonly tisserand: number;
}

/**
 * T = a_p/a + 2·√(a·(1 − e²)/a_p)·cos i and U² = 3 − T, with i against the planet's own orbit: the second term is
 * 2·h·ĥ_p/√(μ·a_p). `state` and `planet` are heliocentric, 6 numbers each; `mu` is the star's G·m. U is 0 where T > 3.
 */
export function opikVariables(state: ArrayLike<number>, planet: ArrayLike<number>, mu: number): OpikVariables {
  const inverseA = inverseSemiMajorAxis(state, mu);
  const planetA = 1 / inverseSemiMajorAxis(planet, mu);
  const h = angularMomentum(state);
  const p = angularMomentum(planet);
  const planetH = Math.sqrt(p[0] * p[0] + p[1] * p[1] + p[2] * p[2]);
  const along = (h[0] * p[0] + h[1] * p[1] + h[2] * p[2]) / planetH;
  const tisserand = planetA * inverseA + (2 * along) / Math.sqrt(mu * planetA);
  return { u: Math.sqrt(Math.max(0, 3 - tisserand)), tisserand };
}

function inverseSemiMajorAxis(s: ArrayLike<number>, mu: number): number {
  const r = Math.sqrt(s[0]! * s[0]! + s[1]! * s[1]! + s[2]! * s[2]!);
  return 2 / r - (s[3]! * s[3]! + s[4]! * s[4]! + s[5]! * s[5]!) / mu;
}

function angularMomentum(s: ArrayLike<number>): [number, number, number] {
  return [s[1]! * s[5]! - s[2]! * s[4]!, s[2]! * s[3]! - s[0]! * s[5]!, s[0]! * s[4]! - s[1]! * s[3]!];
}

/** Cube root of a positive number by Newton's iteration: powers are not the same bits on every machine. */
export function cubeRoot(x: number): number {
  let root = x > 1 ? x : 1;
  for (;;) {
    const next = (2 * root + x / (root * root)) / 3;
    if (!(next < root)) return root;
    root = next;
  }
}

/** (m/3M)^(1/3) of each planet: its Hill radius over its distance. */
export const hillFactors = (gm: Float64Array, starGm: number): Float64Array => gm.map((mass) => cubeRoot(mass / (3 * starGm)));

/**
 * Whether a pair is to be switched: it is nearer than `limit` (au) now or on the straight line of its motion within half a step
 * before and after. The same for both directions of time (Lu, Hernandez & Rein 2024, arXiv:2405.03800).
 */
export function isNear(state: Float64Array, offset: number, planet: Float64Array, p: number, limit: number, h: number): boolean {
  const [dx, dy, dz] = [state[offset]! - planet[p]!, state[offset + 1]! - planet[p + 1]!, state[offset + 2]! - planet[p + 2]!];
  const d2 = dx * dx + dy * dy + dz * dz;
  const limit2 = limit * limit;
  if (d2 < limit2) return true;
  const [wx, wy, wz] = [state[offset + 3]! - planet[p + 3]!, state[offset + 4]! - planet[p + 4]!, state[offset + 5]! - planet[p + 5]!];
  const w2 = wx * wx + wy * wy + wz * wz;
  const half = 0.5 * Math.abs(h);
  const rate = Math.abs(dx * wx + dy * wy + dz * wz);
  // Whichever direction of time leads nearer; beyond half a step only half a step counts.
  const time = rate < half * w2 ? rate / w2 : half;
  return d2 - 2 * rate * time + w2 * time * time < limit2;
}

/**
 * Time scale of a Kepler motion as IAS15 sees it, √(2·y_2/(y_3 + √(y_2·y_4))) with y_k the squared k-th derivatives of the position
 * (Pham, Rein & Spiegel 2024, arXiv:2401.02849), days.
 */
export function keplerTimeScale(state: Float64Array, offset: number, mu: number): number {
  let [rr, vv, rv] = [0, 0, 0];
  for (let k = 0; k < 3; k++) {
    const [x, v] = [state[offset + k]!, state[offset + 3 + k]!];
    rr += x * x;
    vv += v * v;
    rv += x * v;
  }
  const r = Math.sqrt(rr);
  // With k = μ/r³, u = v²r/μ and s the cosine between r and v: |a| = k·r, |a'|² = k³r²·u·(1 + 3s²), and a'' has the parts
  // −k²r·(2 − 3u + 9us²) along r and 6k²r·us·√(1 − s²) across it.
  const k = mu / (rr * r);
  const u = (vv * r) / mu;
  const s2 = vv > 0 ? (rv * rv) / (rr * vv) : 0;
  const jerk2 = u * (1 + 3 * s2);
  const along = 2 - 3 * u + 9 * u * s2;
  const snap2 = along * along + 36 * u * u * s2 * (1 - s2);
  return Math.sqrt(2 / (jerk2 + Math.sqrt(snap2)) / k);
}

/** A heliocentric distance (au) beyond which the time scale of every bound motion exceeds `h`: u ≤ 2 makes τ²·μ/r³ at least 1/12. */
export const safePericentre = (mu: number, h: number): number => cubeRoot(12 * mu * h * h);

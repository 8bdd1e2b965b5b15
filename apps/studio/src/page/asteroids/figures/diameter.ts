/** Geometric albedo p_V by semi-major axis (au): brighter in the inner belt. */
function albedo(a: number): number {
  if (a < 2.5) return 0.2;
  return a < 2.82 ? 0.14 : 0.07;
}

/** Diameter in km of an absolute magnitude, 1329·10^(−H/5)/√p_V, with the mean albedo of its place in the belt. */
export const diameterKm = (H: number, a: number): number => (1329 * 10 ** (-H / 5)) / Math.sqrt(albedo(a));

/** Order of a corrector; 0 is none. */
export type CorrectorOrder = 0 | 3 | 5 | 7 | 11 | 17;

/** One stage Z(a, b) = K(a)·I(−b)·K(−2a)·I(b)·K(a), in units of the step. */
export interface CorrectorStage {
  readonly a: number;
  readonly b: number;
}

/** α = √(7/40) and β = 1/(48α) of the correctors' stages. */
const alpha = 0.418_330_013_267_037_8;
const beta = 1 / (48 * alpha);

/** b of stages 1, 2, … ; those of −1, −2, … have the opposite sign. Wisdom, Holman & Touma 1996; Wisdom 2006. */
const coefficients: Readonly<Record<CorrectorOrder, readonly number[]>> = {
  0: [],
  3: [beta / 2],
  5: [(5 * beta) / 6, -beta / 6],
  7: [(53_521 * beta) / 49_392, (-22_651 * beta) / 61_740, (12_361 * beta) / 246_960],
  11: [
    7.259_339_474_884_274e-2, -3.812_136_168_128_865_2e-2, 1.230_907_859_201_994_6e-2, -2.348_721_529_229_535_6e-3,
    2.036_157_964_785_465e-4,
  ],
  17: [
    9.305_610_377_142_553e-2, -6.519_286_357_637_79e-2, 3.242_219_886_471_358e-2, -1.207_176_082_234_206_1e-2, 3.313_257_706_938_065_5e-3,
    -6.359_998_307_581_766e-4, 7.643_635_522_793_574e-5, -4.334_741_547_337_358e-6,
  ],
};

/**
 * The stages of a corrector in the order of their application, or of its inverse (direction −1). A corrector turns the states of
 * the true Hamiltonian into those that the Wisdom–Holman map conserves.
 */
export function correctorStages(order: CorrectorOrder, direction: 1 | -1): CorrectorStage[] {
  const b = coefficients[order];
  const outwards = b.map((_, index) => index + 1);
  // The outermost stage of negative index first, the outermost of positive one last; order 3 has them the other way round.
  const indices = order === 3 ? [1, -1] : [...outwards.map((k) => -k).toReversed(), ...outwards];
  // Z(a, b)⁻¹ = Z(−a, b), and a and b are odd in k: undoing the stages from the last to the first is the same list with −b.
  return indices.map((k) => ({ a: k * alpha, b: direction * Math.sign(k) * b[Math.abs(k) - 1]! }));
}

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
    0.072_593_394_748_842_74, -0.038_121_361_681_288_65, 0.012_309_078_592_019_946, -0.002_348_721_529_229_535_4,
    0.000_203_615_796_478_546_5,
  ],
  17: [
    0.093_056_103_771_425_54, -0.065_192_863_576_377_9, 0.032_422_198_864_713_58, -0.012_071_760_822_342_062, 0.003_313_257_706_938_065_4,
    -0.000_635_999_830_758_176_6, 0.000_076_436_355_227_935_74, -0.000_004_334_741_547_337_358,
  ],
};

/**
 * The stages of a corrector in the order of their application, or of its inverse (direction −1). A corrector turns the states of
 * the true Hamiltonian into those that the Wisdom–Holman map conserves.
 * @throws {RangeError} for an order that there is no corrector of
 */
export function correctorStages(order: CorrectorOrder, direction: 1 | -1): CorrectorStage[] {
  if (!Object.hasOwn(coefficients, order))
    throw new RangeError(`corrector: expected an order of ${Object.keys(coefficients).join(', ')}, got ${order}; choose one of them`);
  const b = coefficients[order];
  const outwards = b.map((_, index) => index + 1);
  // The outermost stage of negative index first, the outermost of positive one last; order 3 has them the other way round.
  const indices = order === 3 ? [1, -1] : [...outwards.map((k) => -k).toReversed(), ...outwards];
  // Z(a, b)⁻¹ = Z(−a, b), and a and b are odd in k: undoing the stages from the last to the first is the same list with −b.
  return indices.map((k) => ({ a: k * alpha, b: direction * Math.sign(k) * b[Math.abs(k) - 1]! }));
}

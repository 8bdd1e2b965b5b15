/** The index that a uniform number in [0, 1) draws from probabilities that sum to 1, up to rounding. */
export function drawIndex(probabilities: ArrayLike<number>, uniform: number): number {
  let rest = uniform;
  for (let i = 0; i < probabilities.length - 1; i++) {
    rest -= probabilities[i]!;
    if (rest < 0) return i;
  }
  return probabilities.length - 1;
}

/** Values that the vertical axis must show. */
export interface ValueExtent {
  readonly low: number;
  readonly high: number;
}

/**
 * Ends of a vertical axis: some air around the values, so that no line runs along the frame; not below 0 where no
 * value is, since the air would suggest that there could be one.
 */
export function valueRange({ low, high }: ValueExtent, isLogarithmic: boolean): [low: number, high: number] {
  if (!(low <= high)) return isLogarithmic ? [0.1, 10] : [0, 1];
  if (isLogarithmic) {
    const air = low === high ? 2 : Math.max(1.02, (high / low) ** 0.05);
    return [low / air, high * air];
  }
  const air = low === high ? Math.abs(low) * 0.1 || 1 : (high - low) * 0.05;
  return [low >= 0 ? Math.max(0, low - air) : low - air, high + air];
}

import { arange, cast, cos, type FloatDType, full, mul, outer, pow, ShapeError, sin, Tensor } from '@sardonyx/tensor';

/** Cosines and sines of rotary position embedding, each [positions, width/2]. */
export interface RotaryTables {
  readonly cos: Tensor;
  readonly sin: Tensor;
}

/**
 * cos and sin of position·base^(−2m/width) for pair m: what `rotary` turns queries and keys by. Angles are made in
 * float64, since float32 loses those of positions in the ten thousands.
 * `positions` is a count (0, 1, …) or a tensor [positions] of any numbers. Throws ShapeError for an odd width.
 * Su et al. 2021 (arXiv:2104.09864), section 3.2.2.
 */
export function rotaryTables(positions: number | Tensor, width: number, base = 10000, dtype: FloatDType = 'float32'): RotaryTables {
  if (!Number.isInteger(width / 2) || width <= 0) {
    throw new ShapeError('shape', `rotaryTables: expected an even width of a head, given ${width}`);
  }
  const places = positions instanceof Tensor ? cast(positions, 'float64') : arange(positions, { dtype: 'float64' });
  const exponents = mul(arange(width / 2, { dtype: 'float64' }), -2 / width);
  const frequencies = pow(full([], base, 'float64'), exponents);
  const angles = outer(places, frequencies);
  return { cos: cast(cos(angles), dtype), sin: cast(sin(angles), dtype) };
}

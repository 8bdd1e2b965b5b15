const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/**
 * Ticks of a logarithmic axis from `low` to `high`, both positive: powers of ten, thinned to about `most`; with twos and
 * fives between them where there is room; evenly spaced ones where the axis spans less than a factor of about four.
 */
export function logTicks(low: number, high: number, most = 7): number[] {
  const span = Math.log10(high / low);
  if (span < 0.6) return evenTicks(low, high, Math.min(5, most));
  const every = Math.ceil(span / most);
  const multiples = span * 3 <= most ? [1, 2, 5] : [1];
  const ticks: number[] = [];
  for (let exponent = Math.floor(Math.log10(low)); exponent <= Math.ceil(Math.log10(high)); exponent++) {
    if (exponent % every !== 0) continue;
    for (const multiple of multiples) ticks.push(Number(`${multiple}e${exponent}`));
  }
  // Bounds that came out of a logarithm may miss the tick that they mean by a rounding error.
  return ticks.filter((tick) => tick >= low * (1 - 1e-9) && tick <= high * (1 + 1e-9));
}

/** About `count` multiples of 1, 2 or 5 times a power of ten, from `low` to `high`. */
export function evenTicks(low: number, high: number, count: number): number[] {
  const rough = (high - low) / count;
  if (!(rough > 0)) return [low];
  const exponent = Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find((multiple) => multiple * 10 ** exponent >= rough) ?? 10;
  const ticks: number[] = [];
  for (let k = Math.ceil(low / (step * 10 ** exponent)); k * step * 10 ** exponent <= high; k++) {
    ticks.push(Number(`${k * step}e${exponent}`));
  }
  return ticks;
}

/** A tick as a person writes it: `0.02`, `2,000`, `10⁻⁵`, `2×10⁶`. */
export function tickText(value: number): string {
  const size = Math.abs(value);
  if (value === 0 || (size >= 1e-3 && size < 1e6)) return value.toLocaleString('en-US', { maximumSignificantDigits: 12 });
  const [mantissa = '', exponent = ''] = value.toExponential().split('e');
  const power = `10${exponent
    .replace('+', '')
    .replace('-', '⁻')
    .replaceAll(/\d/g, (digit) => superscripts[Number(digit)] ?? digit)}`;
  if (mantissa === '1' || mantissa === '-1') return `${mantissa.replace('1', '').replace('-', '−')}${power}`;
  return `${mantissa.replace('-', '−')}×${power}`;
}

/* The parts of a double, without a dependence on the machine's order of bytes. */

const view = new DataView(new ArrayBuffer(8));

/** 2^k for −1074 ≤ k ≤ 1023. */
const powers = Float64Array.from({ length: 2098 }, (_, i) => powerByHalves(i - 1074));

function powerByHalves(k: number): number {
  let power = 1;
  for (let i = 0; i < Math.abs(k); i++) power *= k < 0 ? 0.5 : 2;
  return power;
}

/** 2^k, exactly; 0 or Infinity out of range. */
export const powerOfTwo = (k: number): number => (k < -1074 ? 0 : k > 1023 ? Infinity : powers[k + 1074]!);

/** x·2^k, rounded once. */
export function scaleByPowerOfTwo(x: number, k: number): number {
  if (k < -1000) return x * powerOfTwo(k + 1000) * powerOfTwo(-1000);
  return k > 1000 ? x * powerOfTwo(1000) * powerOfTwo(k - 1000) : x * powerOfTwo(k);
}

/** ⌊log₂|x|⌋ of a finite x ≠ 0. */
export function exponentOf(x: number): number {
  view.setFloat64(0, x);
  const biased = (view.getUint32(0) >>> 20) & 0x7ff;
  return biased === 0 ? exponentOf(x * powerOfTwo(54)) - 54 : biased - 1023;
}

import type { DType } from '../../src/index.js';
import type { Draw, HostArray, InputSpec } from './case.js';
import { isFloatDType, roundTo } from './host.js';

/** A source of uniform numbers in [0, 1), the same for the same seed text. */
export type Random = () => number;

/** SplitMix32 (Steele, Lea, Flood 2014, in its 32-bit form), started at the FNV-1a hash of the text. */
export function seeded(text: string): Random {
  let state = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) state = Math.imul(state ^ byte, 0x01000193);
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let z = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return ((z ^ (z >>> 15)) >>> 0) / 2 ** 32;
  };
}

/** A standard normal number by Box and Muller. */
export const normal = (random: Random): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** Elements for one input, of the spec's dtype or of `dtype` in its place where the spec is floating-point. */
export function drawInput(spec: InputSpec, random: Random, dtype?: DType): HostArray {
  const own = spec.dtype ?? 'float32';
  const type = dtype && isFloatDType(own) ? dtype : own;
  const size = spec.shape.reduce((product, n) => product * n, 1);
  const elements = drawElements(spec.draw ?? defaultDraw(type), type, size, random);
  return { dtype: type, shape: spec.shape, data: elements.map((x) => roundTo(type, x)) };
}

export const drawInputs = (specs: readonly InputSpec[], random: Random, dtype?: DType): HostArray[] =>
  specs.map((spec) => drawInput(spec, random, dtype));

function defaultDraw(dtype: DType): Draw {
  if (dtype === 'bool') return { integersBelow: 2 };
  return isFloatDType(dtype) ? 'normal' : { integersBelow: 10 };
}

function drawElements(draw: Draw, dtype: DType, size: number, random: Random): number[] {
  const make = (f: (i: number) => number) => Array.from({ length: size }, (_, i) => f(i));
  if (typeof draw === 'object') {
    if ('values' in draw) {
      const values = isFloatDType(dtype) ? draw.values : draw.values.map(wholeOf);
      return make((i) => values[i % values.length]!);
    }
    return make(() => Math.floor(random() * draw.integersBelow));
  }
  const whole = isFloatDType(dtype) ? (x: number) => x : Math.round;
  if (draw === 'normal') return make(() => whole(normal(random)));
  if (draw === 'positive') return make(() => whole(0.5 + 1.5 * random()));
  if (draw === 'unit') return make(() => whole(1.998 * random() - 0.999));
  return distinct(size, random).map((x) => (isFloatDType(dtype) ? x : Math.round(x / 0.25)));
}

/** A listed value for an integer dtype: away from zero, so that divisors stay divisors. */
const wholeOf = (x: number): number => (Number.isFinite(x) ? Math.sign(x) * Math.ceil(Math.abs(x)) : 0);

/** Shuffled multiples of a quarter around zero, each moved by less than 0.07: neighbours stay 0.1 apart. */
function distinct(size: number, random: Random): number[] {
  const order = Array.from({ length: size }, (_, i) => i);
  for (let i = size - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order.map((rank) => 0.25 * (rank - size / 2) + 0.07 * random());
}

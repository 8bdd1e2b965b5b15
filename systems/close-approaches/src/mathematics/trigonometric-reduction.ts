import { sumError } from './exact-errors.js';
import { exponentOf, powerOfTwo } from './floating-point.js';

/** An angle less its quarter turns: `high` + `low` lies within ±π/4 (and a little), to 106 bits. */
export interface ReducedAngle {
  /** Quarter turns taken off, modulo 4. */
  quarters: number;
  high: number;
  low: number;
}

const twoOverPi = 0.636_619_772_367_581_4;
/** π/2 in pieces of 33 bits, whose products with fewer than 2²⁰ quarter turns are exact, and the rest. */
const halfPi = [1.570_796_326_734_125_6, 6.077_100_506_303_966e-11, 2.022_266_248_711_166_5e-21, 8.478_427_660_368_9e-32] as const;
const largestByPieces = 1_000_000;
/** Adding and subtracting it rounds a number to the nearest integer. */
const rounder = 6_755_399_441_055_744;

/**
 * Takes quarter turns off a finite angle: by Cody and Waite's pieces of π/2 (Software Manual for the Elementary Functions,
 * 1980) where they suffice, by the angle's product with enough digits of 2/π beyond (Payne & Hanek 1983).
 */
export function reduceAngle(x: number, out: ReducedAngle): void {
  if (x >= -0.785 && x <= 0.785) {
    out.quarters = 0;
    out.high = x;
    out.low = 0;
  } else if (x >= -largestByPieces && x <= largestByPieces) reduceByPieces(x, out);
  else reduceByDigits(x, out);
}

function reduceByPieces(x: number, out: ReducedAngle): void {
  const n = x * twoOverPi + rounder - rounder;
  const first = x - n * halfPi[0];
  const second = n * halfPi[1];
  const middle = first - second;
  const third = n * halfPi[2];
  const rest = middle - third;
  const low = sumError(first, -second, middle) + sumError(middle, -third, rest) - n * halfPi[3];
  out.high = rest + low;
  out.low = sumError(rest, low, out.high);
  out.quarters = n & 3;
}

/** Digits of 2/π: the largest exponent, the angle's own 53 bits, and twice 64 for what cancels. */
const digits = 1280n;
const fractionBits = 200n;
let constants: { readonly twoOverPi: bigint; readonly halfPi: bigint } | undefined;

/** 2/π·2¹²⁸⁰ and π/2·2²⁰⁰, from Machin's formula π = 16·arctan(1/5) − 4·arctan(1/239). */
function longConstants(): { readonly twoOverPi: bigint; readonly halfPi: bigint } {
  const guard = 64n;
  const one = 1n << (digits + guard);
  const arctanOfInverse = (n: bigint): bigint => {
    let power = one / n;
    let sum = power;
    for (let k = 3n; power !== 0n; k += 2n) {
      power = -power / (n * n);
      sum += power / k;
    }
    return sum;
  };
  const pi = 16n * arctanOfInverse(5n) - 4n * arctanOfInverse(239n);
  return { twoOverPi: (2n << (2n * digits + guard)) / pi, halfPi: pi >> (digits + guard - fractionBits + 1n) };
}

function reduceByDigits(x: number, out: ReducedAngle): void {
  constants ??= longConstants();
  const exponent = exponentOf(x) - 52;
  const mantissa = BigInt(exponent > 0 ? x * powerOfTwo(-exponent) : scaledUp(x, -exponent));
  // x·2/π·2^shift; the angle is above 10⁶, so that its exponent is at least −33.
  const shift = digits - BigInt(exponent);
  const product = mantissa * constants.twoOverPi;
  const quarters = (product + (1n << (shift - 1n))) >> shift;
  const fraction = (product - (quarters << shift)) >> (shift - fractionBits);
  const angle = (fraction * constants.halfPi) >> fractionBits;
  const high = Number(angle);
  const unit = powerOfTwo(-Number(fractionBits));
  out.high = high * unit;
  out.low = Number(angle - BigInt(high)) * unit;
  out.quarters = Number(quarters & 3n);
}

const scaledUp = (x: number, k: number): number => x * powerOfTwo(k);

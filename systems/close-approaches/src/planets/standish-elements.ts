import { j2000 } from '../constants.js';
import { sinCosDegrees, wrapDegrees } from '../orbit/angle.js';
import type { KeplerianElements } from '../orbit/elements.js';
import type { PlanetName } from './bodies.js';

/*
 * Approximate elements of the planets (Standish, JPL, "Keplerian elements for approximate positions of the major planets"): fits over
 * centuries, for drawing and quick distances of orbits. They are no osculating elements: no integration may start from them.
 */

/** a (au), e, I, L, ϖ, Ω (degrees), each at J2000.0 and its change a century. */
type FittedElements = readonly [Fit, Fit, Fit, Fit, Fit, Fit];
type Fit = readonly [value: number, rate: number];

/** Fitted to the years 1800 to 2050. */
const modern: Readonly<Record<PlanetName, FittedElements>> = {
  mercury: [
    [0.387_099_27, 0.000_000_37],
    [0.205_635_93, 0.000_019_06],
    [7.004_979_02, -0.005_947_49],
    [252.250_323_5, 149_472.674_111_75],
    [77.457_796_28, 0.160_476_89],
    [48.330_765_93, -0.125_340_81],
  ],
  venus: [
    [0.723_335_66, 0.000_003_9],
    [0.006_776_72, -0.000_041_07],
    [3.394_676_05, -0.000_788_9],
    [181.979_099_5, 58_517.815_387_29],
    [131.602_467_18, 0.002_683_29],
    [76.679_842_55, -0.277_694_18],
  ],
  earth: [
    [1.000_002_61, 0.000_005_62],
    [0.016_711_23, -0.000_043_92],
    [-0.000_015_31, -0.012_946_68],
    [100.464_571_66, 35_999.372_449_81],
    [102.937_681_93, 0.323_273_64],
    [0, 0],
  ],
  mars: [
    [1.523_710_34, 0.000_018_47],
    [0.093_394_1, 0.000_078_82],
    [1.849_691_42, -0.008_131_31],
    [-4.553_432_05, 19_140.302_684_99],
    [-23.943_629_59, 0.444_410_88],
    [49.559_538_91, -0.292_573_43],
  ],
  jupiter: [
    [5.202_887, -0.000_116_07],
    [0.048_386_24, -0.000_132_53],
    [1.304_396_95, -0.001_837_14],
    [34.396_440_51, 3034.746_127_75],
    [14.728_479_83, 0.212_526_68],
    [100.473_909_09, 0.204_691_06],
  ],
  saturn: [
    [9.536_675_94, -0.001_250_6],
    [0.053_861_79, -0.000_509_91],
    [2.485_991_87, 0.001_936_09],
    [49.954_244_23, 1222.493_622_01],
    [92.598_878_31, -0.418_972_16],
    [113.662_424_48, -0.288_677_94],
  ],
  uranus: [
    [19.189_164_64, -0.001_961_76],
    [0.047_257_44, -0.000_043_97],
    [0.772_637_83, -0.002_429_39],
    [313.238_104_51, 428.482_027_85],
    [170.954_276_3, 0.408_052_81],
    [74.016_925_03, 0.042_405_89],
  ],
  neptune: [
    [30.069_922_76, 0.000_262_91],
    [0.008_590_48, 0.000_051_05],
    [1.770_043_47, 0.000_353_72],
    [-55.120_029_69, 218.459_453_25],
    [44.964_762_27, -0.322_414_64],
    [131.784_225_74, -0.005_086_64],
  ],
};

/** Fitted to the years 3000 BC to 3000 AD. */
const long: Readonly<Record<PlanetName, FittedElements>> = {
  mercury: [
    [0.387_098_43, 0],
    [0.205_636_61, 0.000_021_23],
    [7.005_594_32, -0.005_901_58],
    [252.251_667_24, 149_472.674_866_23],
    [77.457_718_95, 0.159_400_13],
    [48.339_618_19, -0.122_141_82],
  ],
  venus: [
    [0.723_321_02, -0.000_000_26],
    [0.006_763_99, -0.000_051_07],
    [3.397_775_45, 0.000_434_94],
    [181.979_708_5, 58_517.815_602_6],
    [131.767_557_13, 0.056_796_48],
    [76.672_614_96, -0.272_741_74],
  ],
  earth: [
    [1.000_000_18, -0.000_000_03],
    [0.016_731_63, -0.000_036_61],
    [-0.000_543_46, -0.013_371_78],
    [100.466_915_72, 35_999.373_063_29],
    [102.930_058_85, 0.317_952_6],
    [-5.112_603_89, -0.241_238_56],
  ],
  mars: [
    [1.523_712_43, 0.000_000_97],
    [0.093_365_11, 0.000_091_49],
    [1.851_818_69, -0.007_247_57],
    [-4.568_131_64, 19_140.299_342_43],
    [-23.917_447_84, 0.452_236_25],
    [49.713_209_84, -0.268_524_31],
  ],
  jupiter: [
    [5.202_480_19, -0.000_028_64],
    [0.048_535_9, 0.000_180_26],
    [1.298_614_16, -0.003_226_99],
    [34.334_791_52, 3034.903_717_57],
    [14.274_952_44, 0.181_991_96],
    [100.292_826_54, 0.130_246_19],
  ],
  saturn: [
    [9.541_498_83, -0.000_030_65],
    [0.055_508_25, -0.000_320_44],
    [2.494_241_02, 0.004_519_69],
    [50.075_713_29, 1222.114_947_24],
    [92.861_360_63, 0.541_794_78],
    [113.639_987_02, -0.250_150_02],
  ],
  uranus: [
    [19.187_979_48, -0.000_204_55],
    [0.046_857_4, -0.000_015_5],
    [0.772_981_27, -0.001_801_55],
    [314.202_766_25, 428.495_125_95],
    [172.434_044_41, 0.092_669_85],
    [73.962_502_15, 0.057_396_99],
  ],
  neptune: [
    [30.069_527_52, 0.000_064_47],
    [0.008_954_39, 0.000_008_18],
    [1.770_055_2, 0.000_224],
    [304.222_892_87, 218.465_153_14],
    [46.681_587_24, 0.010_099_38],
    [131.786_358_53, -0.006_063_02],
  ],
};

/** What the long fit adds to the mean anomaly: b·T² + c·cos fT + s·sin fT, degrees. */
const longTerms: Partial<Record<PlanetName, { readonly b: number; readonly c: number; readonly s: number; readonly f: number }>> = {
  jupiter: { b: -0.000_124_52, c: 0.060_640_6, s: -0.356_354_38, f: 38.351_25 },
  saturn: { b: 0.000_258_99, c: -0.134_344_69, s: 0.873_201_47, f: 38.351_25 },
  uranus: { b: 0.000_583_31, c: -0.977_318_48, s: 0.176_892_45, f: 7.670_25 },
  neptune: { b: -0.000_413_48, c: 0.683_463_18, s: -0.101_625_47, f: 7.670_25 },
};

/** Years that the fits hold for, from and to; 3000 BC is the year −2999. */
const fitYears = { modern: [1800, 2050], long: [-2999, 3000] } as const;
export type PlanetFit = keyof typeof fitYears;

const daysPerCentury = 36_525;

/**
 * Heliocentric elements of a planet on the ecliptic of J2000; the Earth stands for the barycentre of Earth and Moon. Directions from 1800
 * to 2050 beside the integrated planets: Mercury, Venus and Earth within 28″, Mars 101″, Jupiter 520″, Saturn 740″, Uranus 125″, Neptune
 * 61″; by the long fit from 1000 to 2980 within 29″, 86″, 56″, 175″, 790″, 1520″, 1200″ and 520″.
 * @param jd TDB
 * @param fit default the closer one that holds at the date
 * @throws {RangeError} beyond the fit's years
 */
export function approximatePlanet(name: PlanetName, jd: number, fit?: PlanetFit): KeplerianElements {
  const chosen = fit ?? (isWithin(jd, 'modern') ? 'modern' : 'long');
  if (!isWithin(jd, chosen)) {
    const [from, to] = fitYears[chosen];
    throw new RangeError(
      `approximate elements: expected a date from the year ${from} to ${to}, got JD ${jd}; take another date or integrate the planets`,
    );
  }
  const centuries = (jd - j2000) / daysPerCentury;
  const [a, e, i, longitude, perihelion, node] = (chosen === 'modern' ? modern : long)[name].map(
    ([value, rate]) => value + rate * centuries,
  ) as [number, number, number, number, number, number];
  const meanAnomaly = longitude - perihelion + (chosen === 'long' ? longTerm(name, centuries) : 0);
  // The Earth's inclination is fitted through zero: below it the orbit rises at the other node.
  const turn = i < 0 ? 180 : 0;
  return {
    semiMajorAxis: a,
    eccentricity: e,
    inclination: Math.abs(i),
    node: wrapDegrees(node + turn),
    argument: wrapDegrees(perihelion - node - turn),
    meanAnomaly: wrapDegrees(meanAnomaly),
  };
}

function isWithin(jd: number, fit: PlanetFit): boolean {
  const year = 2000 + ((jd - j2000) * 100) / daysPerCentury;
  return year >= fitYears[fit][0] && year <= fitYears[fit][1];
}

const at = { sine: 0, cosine: 1 };

function longTerm(name: PlanetName, centuries: number): number {
  const terms = longTerms[name];
  if (terms === undefined) return 0;
  sinCosDegrees(terms.f * centuries, at);
  return terms.b * centuries * centuries + terms.c * at.cosine + terms.s * at.sine;
}

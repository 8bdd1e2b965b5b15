import { gravitationalParameter, kmPerAu, sunGm } from '../constants.js';

/** A planet as the integrators know it. */
export interface Planet {
  readonly name: PlanetName;
  /** G·m with its moons, au³/d² (DE440). */
  readonly gm: number;
  /** Mean radius, au. */
  readonly radius: number;
  /** Semi-major axis that the Hill radius is stated with, au. */
  readonly semiMajorAxis: number;
}

export const planetNames = ['mercury', 'venus', 'earth', 'mars', 'jupiter', 'saturn', 'uranus', 'neptune'] as const;
export type PlanetName = (typeof planetNames)[number];

/** The planets whose approaches are recorded. */
export const terrestrialPlanets = ['mercury', 'venus', 'earth', 'mars'] as const satisfies readonly PlanetName[];
export type TerrestrialPlanet = (typeof terrestrialPlanets)[number];

const planet = (name: PlanetName, gmKm3PerS2: number, radiusKm: number, semiMajorAxis: number): Planet => ({
  name,
  gm: gravitationalParameter(gmKm3PerS2),
  radius: radiusKm / kmPerAu,
  semiMajorAxis,
});

/** Mercury to Neptune; the Earth stands for the barycentre of Earth and Moon. Masses of DE440, mean radii of the IAU. */
export const planets: readonly Planet[] = [
  planet('mercury', 22_031.868_551_400_003, 2439.7, 0.387_098),
  planet('venus', 324_858.592, 6051.8, 0.723_332),
  planet('earth', 403_503.235_625_48, 6371.0, 1.000_001),
  planet('mars', 42_828.375_815_756_102, 3389.5, 1.523_679),
  planet('jupiter', 126_712_764.099_999_98, 69_911, 5.2044),
  planet('saturn', 37_940_584.841_799_997, 58_232, 9.5826),
  planet('uranus', 5_794_556.399_999_998_5, 25_362, 19.2294),
  planet('neptune', 6_836_527.100_580_398_9, 24_622, 30.1036),
];

/** Bodies beside the planets that may have weight in a run of the belt. */
export const minorBodyNames = ['pluto', 'ceres', 'pallas', 'vesta'] as const;
export type MinorBodyName = (typeof minorBodyNames)[number];
/** All that may attract particles; a number of a body in a run is its place here where no planet is left out. */
export const massiveBodyNames = [...planetNames, ...minorBodyNames] as const;
export type MassiveBodyName = (typeof massiveBodyNames)[number];

/** Mean radii, km: of Pluto by New Horizons, of the asteroids as JPL Horizons has them. */
const minorRadii: Readonly<Record<MinorBodyName, number>> = { pluto: 1188.3, ceres: 469.7, pallas: 256.5, vesta: 262.7 };

/** Radius of a massive body, au. */
export const radiusOf = (name: MassiveBodyName): number =>
  planets.find((planet) => planet.name === name)?.radius ?? minorRadii[name as MinorBodyName] / kmPerAu;

/** G·m of bodies beside the planets, au³/d² (DE440). */
export const otherBodies = {
  earth: gravitationalParameter(398_600.435_507_022_66),
  moon: gravitationalParameter(4902.800_118_457_549_6),
  pluto: gravitationalParameter(975.5),
  ceres: gravitationalParameter(62.628_89),
  pallas: gravitationalParameter(13.665_88),
  vesta: gravitationalParameter(17.288_23),
  hygiea: gravitationalParameter(5.625_15),
} as const;

/** Radius within which a planet holds satellites against the Sun, a·(m/3M)^(1/3), au. */
export const hillRadius = ({ gm, semiMajorAxis }: Planet): number => semiMajorAxis * Math.cbrt(gm / (3 * sunGm));

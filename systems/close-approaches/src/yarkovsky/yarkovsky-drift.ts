import { daysPerYear, kmPerAu, secondsPerDay } from '../constants.js';
import { cos, sin } from '../mathematics/index.js';
import { YarkovskyError } from './yarkovsky-error.js';
import { thermalResponse } from './sphere-response.js';

/** What the linear theory knows of an asteroid. SI units, save where stated. */
export interface ThermalBody {
  /** kg/m³. */
  readonly density: number;
  /** Of the surface, W/(m·K). */
  readonly conductivity: number;
  /** J/(kg·K). */
  readonly heatCapacity: number;
  /** 1 − Bond albedo. */
  readonly absorption: number;
  readonly emissivity: number;
  /** m. */
  readonly diameter: number;
}

/** Rotation of an asteroid. */
export interface Spin {
  /** Angle of the spin to the normal of the orbit, rad. */
  readonly obliquity: number;
  /** 2π over the period of rotation, 1/s. */
  readonly rate: number;
}

/** Drift of the semi-major axis, au/d. */
export interface Drift {
  readonly diurnal: number;
  readonly seasonal: number;
  readonly total: number;
}

/** Au/d of one au/Myr. */
export const auPerDayOfAuPerMyr = 1 / (1e6 * daysPerYear);

/** Rotation rate in 1/s of a period in hours. */
export const rateOfPeriod = (hours: number): number => (2 * Math.PI) / (hours * 3600);

const stefanBoltzmann = 5.670_374_419e-8;
const luminosityOfSun = 3.828e26;
const speedOfLight = 299_792_458;
const metresPerAu = kmPerAu * 1000;
/** G·m of the Sun, m³/s² (DE440). */
const sunGm = 132_712_440_041.279_419 * 1e9;

/**
 * Drift of the semi-major axis by the Yarkovsky effect: linear theory of a sphere on a circular orbit (Vokrouhlický 1999, in the
 * form of Fenucci and Novaković, Celest. Mech. Dyn. Astron. 134, 2022), its diurnal part for rotation and its seasonal one for
 * revolution.
 *
 * @param semiMajorAxis au
 * @throws {YarkovskyError} `argument` where a property is not positive
 */
export function yarkovskyDrift(body: ThermalBody, { obliquity, rate }: Spin, semiMajorAxis: number): Drift {
  requirePositive({ ...body, rate, semiMajorAxis });
  const { density, conductivity, heatCapacity, absorption, emissivity, diameter } = body;
  const radius = diameter / 2;
  const a = semiMajorAxis * metresPerAu;
  const motion = Math.sqrt(sunGm / (a * a * a));
  const flux = luminosityOfSun / (4 * Math.PI * a * a);
  // πR²F/(mc) with m = 4πρR³/3.
  const radiationAcceleration = (3 * flux) / (4 * density * radius * speedOfLight);
  const temperature = Math.sqrt(Math.sqrt((absorption * flux) / (emissivity * stefanBoltzmann)));
  const response = (frequency: number): number => {
    const depth = Math.sqrt(conductivity / (density * heatCapacity * frequency));
    const inertia = Math.sqrt(density * conductivity * heatCapacity * frequency);
    return thermalResponse(radius / depth, inertia / (emissivity * stefanBoltzmann * temperature * temperature * temperature));
  };
  const auPerDay = ((absorption * radiationAcceleration) / motion) * (secondsPerDay / metresPerAu);
  const sine = sin(obliquity);
  const diurnal = (-8 / 9) * auPerDay * response(rate) * cos(obliquity);
  const seasonal = (4 / 9) * auPerDay * response(motion) * sine * sine;
  return { diurnal, seasonal, total: diurnal + seasonal };
}

/** Largest |da/dt| over all obliquities, au/d: of spins upright or lying, whichever drifts faster. */
export function largestDrift(body: ThermalBody, rate: number, semiMajorAxis: number): number {
  const upright = yarkovskyDrift(body, { obliquity: 0, rate }, semiMajorAxis).total;
  const lying = yarkovskyDrift(body, { obliquity: Math.PI / 2, rate }, semiMajorAxis).total;
  // Between, u·cos γ + s·sin²γ is extreme at cos γ = u/(2s), where that is a cosine, with the value s(1 + cos²γ).
  const turn = lying === 0 ? Infinity : Math.abs(upright / (2 * lying));
  const between = turn < 1 ? Math.abs(lying) * (1 + turn * turn) : 0;
  return Math.max(Math.abs(upright), Math.abs(lying), between);
}

function requirePositive(values: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(values)) {
    if (value > 0 && value < Infinity) continue;
    throw new YarkovskyError('argument', `Yarkovsky drift: expected a positive ${name}, got ${value}; correct it`);
  }
}

/** How long the steps of a particle may be. */
export interface StepRule {
  /** Steps at least in T_peri = 2π·√(q³/(μ(1 + e))), the time of a revolution at the speed of the perihelion; 20 by default. */
  readonly stepsPerPassage?: number;
  /**
   * Steps of particles that come as near to the Sun as a planet does: `within` is the planet's aphelion distance with a margin,
   * au, `step` the longest step of particles of smaller perihelion distance, days. By default 8 d for Mars, 4 d for Earth and
   * Venus, 2 d for Mercury.
   */
  readonly crossing?: readonly { readonly within: number; readonly step: number }[];
  /** A longer step is taken only when it has been allowed for this many own steps; 100 by default. */
  readonly patience?: number;
}

/** Aphelia of Mars, Earth and Mercury, and twice the distance from which their approaches are counted. */
const crossings = [
  { within: 1.74, step: 8 },
  { within: 1.12, step: 4 },
  { within: 0.482, step: 2 },
];

export const stepRule = ({ stepsPerPassage = 20, crossing = crossings, patience = 100 }: StepRule = {}): Required<StepRule> => ({
  stepsPerPassage,
  crossing,
  patience,
});

/**
 * Longest step, days, that a rule allows on the orbit with the state `values[k·stride + i]`, of a Sun of G·m `mu`. A drift
 * moves a particle along this orbit without changing it, so that it does not matter where in a step the state is taken.
 */
export function longestStep(
  { stepsPerPassage, crossing }: Required<StepRule>,
  values: Float64Array,
  stride: number,
  i: number,
  mu: number,
): number {
  const [x, y, z] = [values[i]!, values[stride + i]!, values[2 * stride + i]!];
  const [vx, vy, vz] = [values[3 * stride + i]!, values[4 * stride + i]!, values[5 * stride + i]!];
  const r2 = x * x + y * y + z * z;
  const v2 = vx * vx + vy * vy + vz * vz;
  const eta = x * vx + y * vy + z * vz;
  const h2 = r2 * v2 - eta * eta;
  const beta = (2 * mu) / Math.sqrt(r2) - v2;
  const e = Math.sqrt(Math.max(0, 1 - (h2 * beta) / (mu * mu)));
  const q = h2 / (mu * (1 + e));
  let step = (2 * Math.PI * Math.sqrt((q * q * q) / (mu * (1 + e)))) / stepsPerPassage;
  for (const { within, step: longest } of crossing) if (q < within && longest < step) step = longest;
  return step;
}

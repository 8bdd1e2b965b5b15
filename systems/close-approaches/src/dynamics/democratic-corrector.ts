import { interactionAccelerations } from './democratic-heliocentric.js';
import { keplerDrift } from './kepler-drift.js';
import { barycentricStar, type MassiveBodies, stateSize } from './massive-bodies.js';

/** Stages of each sign: the error of the first power of the perturbation is left from the power 2·stages + 2 of the step on. */
const stages = 4;
/** Stages drift by this share of a step, twice it, … : their products stay small, and the weights too. */
const spacing = 0.25;
/** B₂ⱼ/(2j)!, j = 1 … : (x/2)·coth(x/2) = 1 + Σ of these times x²ʲ. */
const bernoulli = [1 / 12, -1 / 720, 1 / 30_240, -1 / 1_209_600];
const weights = stageWeights();

/**
 * Takes heliocentric bodies (those without weight too) to the states that the map I(h/2)·J(h/2)·K(h)·J(h/2)·I(h/2) conserves (direction 1),
 * or back from there (−1): a symplectic corrector for democratic heliocentric coordinates (in the manner of Wisdom 2006, for the map that
 * begins with the kick).
 *
 * To first order in the perturbation B (attractions and jump) the map is the flow of A + (x/2)·coth(x/2)·B, x = h·ad_A. Conjugation with
 * exp(W·B) takes x·W away, so that W has to be coth(x/2)/2 − 1/x = x/12 − x³/720 + … . A stage Z(a, b) = A(a)·B(−b)·A(−2a)·B(b)·A(a) contributes −2b·sinh(a·x), and that of
 * (−a, −b) the same: the weights b solve the equations of the first powers. Bodies in a close encounter are beyond its reach: their B is no
 * perturbation.
 */
export function correctDemocratic({ starGm, gm, states: given }: MassiveBodies, h: number, direction: 1 | -1): MassiveBodies {
  const states = given.slice();
  const star = barycentricStar({ starGm, gm, states });
  for (let p = 0; p < states.length; p += stateSize) for (let k = 3; k < stateSize; k++) states[p + k] = states[p + k]! + star[k]!;
  const accelerations = new Float64Array(3 * gm.length);
  const drift = (a: number): void => {
    for (let p = 0; p < states.length; p += stateSize) keplerDrift(states, p, starGm, a * h);
  };
  const kick = (b: number): void => {
    interactionAccelerations(gm, states, accelerations);
    for (let p = 0, at = 0; p < states.length; p += stateSize, at += 3) {
      for (let k = 0; k < 3; k++) states[p + 3 + k] = states[p + 3 + k]! + b * h * accelerations[at + k]!;
    }
  };
  const jump = (b: number): void => {
    for (let k = 0; k < 3; k++) {
      const shift = b * h * recoil(starGm, gm, states, k);
      for (let p = k; p < states.length; p += stateSize) states[p] = states[p]! + shift;
    }
  };
  const perturb = (b: number): void => {
    kick(0.5 * b);
    jump(b);
    kick(0.5 * b);
  };
  for (const k of [...weights.keys()].flatMap((k) => [-k - 1, k + 1]).sort((a, b) => a - b)) {
    const [a, b] = [k * spacing, direction * Math.sign(k) * weights[Math.abs(k) - 1]!];
    drift(a);
    perturb(-b);
    drift(-2 * a);
    perturb(b);
    drift(a);
  }
  for (let k = 3; k < stateSize; k++) {
    const own = recoil(starGm, gm, states, k - 3);
    for (let p = k; p < states.length; p += stateSize) states[p] = states[p]! + own;
  }
  return { starGm, gm, states };
}

/** Σ m·V/M of one component. */
const recoil = (starGm: number, gm: Float64Array, states: Float64Array, k: number): number =>
  gm.reduce((sum, mass, body) => sum + mass * states[stateSize * body + 3 + k]!, 0) / starGm;

/** b of stages 1, 2, …: −4·Σ b·(k·spacing)^(2j−1)/(2j − 1)! = B₂ⱼ/(2j)!, by elimination. */
function stageWeights(): number[] {
  let factorial = 1;
  const rows = Array.from({ length: stages }, (_, j) => {
    if (j > 0) factorial *= 2 * j * (2 * j + 1);
    const powers = Array.from({ length: stages }, (_, k) => (-4 * ((k + 1) * spacing) ** (2 * j + 1)) / factorial);
    return [...powers, bernoulli[j]!];
  });
  for (let pivot = 0; pivot < stages; pivot++) {
    for (let row = 0; row < stages; row++) {
      if (row === pivot) continue;
      const share = rows[row]![pivot]! / rows[pivot]![pivot]!;
      rows[row] = rows[row]!.map((value, k) => value - share * rows[pivot]![k]!);
    }
  }
  return rows.map((row, k) => row[stages]! / row[k]!);
}

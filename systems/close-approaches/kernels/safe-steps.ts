import { one, stateBytes } from './layout';

/* `SafeSteps` of the plain implementation, with its operations in its order, from the table that it writes. */

const longestStraight: f64 = 128;
const longestConfined: f64 = 65_536;
const largestChange: f64 = 0.05;

/** Numbers of a table before its columns. */
const headLength: i32 = 6;

let mu: f64 = 0;
let h: f64 = 0;
let kick: f64 = 0;
let recoil: f64 = 0;
/** Columns of the table, a number a planet. */
let reach: usize = 0;
let inner: usize = 0;
let outer: usize = 0;
let acceleration: usize = 0;
let outerBarriers: usize = 0;
let innerBarriers: usize = 0;
let kickBeyond: usize = 0;

function entry(column: usize, planet: i32): f64 {
  return load<f64>(column + one * <usize>planet);
}

/**
 * Writes the number of whole steps that the particle at `at` is safe from each of `planets` planets, whose nodes are at `nodes`, and
 * last from the limits about the star, to `out`, as 32-bit numbers.
 */
export function safeSteps(at: usize, stride: usize, table: usize, planets: i32, nodes: usize, out: usize): void {
  mu = load<f64>(table);
  h = load<f64>(table, 8);
  kick = load<f64>(table, 16);
  recoil = load<f64>(table, 24);
  const columnBytes = one * <usize>planets;
  reach = table + one * <usize>headLength;
  inner = reach + columnBytes;
  outer = inner + columnBytes;
  acceleration = outer + columnBytes;
  outerBarriers = acceleration + columnBytes;
  innerBarriers = outerBarriers + columnBytes;
  kickBeyond = innerBarriers + columnBytes;

  const x = load<f64>(at);
  const y = load<f64>(at + stride);
  const z = load<f64>(at + 2 * stride);
  const vx = load<f64>(at + 3 * stride);
  const vy = load<f64>(at + 4 * stride);
  const vz = load<f64>(at + 5 * stride);
  const r = sqrt(x * x + y * y + z * z);
  const v2 = vx * vx + vy * vy + vz * vz;
  const energy = 0.5 * v2 - mu / r;
  const eta = x * vx + y * vy + z * vz;
  const h2 = max(0, r * r * v2 - eta * eta);
  const halfWaySpeed = sqrt(v2 + (2 * mu) / r) + longestStraight * kick + recoil;
  const straight = min(longestStraight, (0.5 * r) / halfWaySpeed);
  const ownAcceleration = (4 * mu) / (r * r) + 2 * kick;

  let beyond = -1;
  let beyondTime: f64 = 0;
  let inside = -1;
  let insideTime: f64 = 0;
  if (energy < 0) {
    let outermost = planets - 1;
    while (outermost >= 0 && r <= entry(outer, outermost)) outermost--;
    if (outermost >= 0) {
      const time = confinement(outermost, true, r, energy, h2, -1);
      if (time > straight) {
        beyond = outermost;
        beyondTime = time;
      }
    }
    let innermost = 0;
    while (innermost < planets && r >= entry(inner, innermost)) innermost++;
    if (innermost < planets) {
      const confined = confinement(innermost, false, r, energy, h2, beyond);
      const time = beyond >= 0 ? min(confined, beyondTime) : confined;
      if (time > straight) {
        inside = innermost;
        insideTime = time;
      }
    }
  }
  const insideEdge = inside >= 0 ? insideBarrier(inside, beyond) : 0;
  const limit =
    energy < 0 ? starTime(r, energy, straight, halfWaySpeed, beyond, beyondTime, load<f64>(table, 32), load<f64>(table, 40)) : 0;
  for (let planet = 0; planet < planets; planet++) {
    let time: f64 = 0;
    if (planet == inside || (inside >= 0 && entry(innerBarriers, planet) >= insideEdge)) time = insideTime;
    else if (beyond >= 0 && entry(outerBarriers, planet) <= entry(outerBarriers, beyond)) time = beyondTime;
    else {
      const p = nodes + stateBytes * <usize>planet;
      const dx = x - load<f64>(p);
      const dy = y - load<f64>(p, 8);
      const dz = z - load<f64>(p, 16);
      const gap = sqrt(dx * dx + dy * dy + dz * dz) - entry(reach, planet);
      if (gap > 0) {
        const wx = vx - load<f64>(p, 24);
        const wy = vy - load<f64>(p, 32);
        const wz = vz - load<f64>(p, 40);
        const w = sqrt(wx * wx + wy * wy + wz * wz) + h * kick;
        const A = ownAcceleration + entry(acceleration, planet);
        time = min(straight, (2 * gap) / (w + sqrt(w * w + 2 * A * gap)));
      }
      if (energy < 0 && time < limit) {
        const isBeyond = r > entry(outer, planet);
        const isInside = r < entry(inner, planet);
        const confined = isBeyond || isInside ? confinement(planet, isBeyond, r, energy, h2, isInside ? beyond : -1) : 0;
        const sure = isInside && beyond >= 0 ? min(confined, beyondTime) : confined;
        if (sure > time) time = sure;
      }
    }
    store<i32>(out + 4 * <usize>planet, wholeSteps(time));
  }
  store<i32>(out + 4 * <usize>planets, wholeSteps(limit));
}

function wholeSteps(time: f64): i32 {
  const steps = floor(time / h - 0.5);
  return steps > 0 ? <i32>steps : 0;
}

function starTime(r: f64, energy: f64, straight: f64, speed: f64, beyond: i32, beyondTime: f64, starReach: f64, farReach: f64): f64 {
  const apocentre = (1.1 * mu) / -energy;
  const isOuterSafe = apocentre < farReach;
  if (isOuterSafe && beyond >= 0 && entry(outer, beyond) > starReach) return beyondTime;
  const nearer = min(straight, (r - starReach) / speed);
  return isOuterSafe ? nearer : min(nearer, (farReach - r) / speed);
}

function insideBarrier(planet: i32, beyond: i32): f64 {
  if (beyond < 0) return entry(innerBarriers, planet);
  const nearest = entry(outerBarriers, beyond);
  const half = 0.5 * h;
  return entry(inner, planet) - entry(reach, planet) - 0.5 * half * half * ((1.1 * mu) / (nearest * nearest) + entry(acceleration, planet));
}

function confinement(planet: i32, isBeyond: bool, r: f64, energy: f64, h2: f64, beyond: i32): f64 {
  const barrier = isBeyond ? entry(outerBarriers, planet) : insideBarrier(planet, beyond);
  if (isBeyond ? r <= barrier : r >= barrier || barrier < 0.5 * entry(inner, planet)) return 0;
  const height = 0.5 * (h2 / (barrier * barrier)) - mu / barrier - energy;
  if (!(height > 0)) return 0;
  const momentum = sqrt(h2);
  const rest: f64 = 1 - largestChange;
  const roundness = min(1, (-2 * energy * h2) / (mu * mu));
  const apocentre = ((0.5 * mu) / (-energy * rest)) * (1 + sqrt(1 - rest * rest * rest * roundness));
  const pull = isBeyond ? entry(kickBeyond, planet) : beyond >= 0 ? entry(kickBeyond, beyond) : kick;
  const nearest = isBeyond ? barrier : beyond >= 0 ? entry(outerBarriers, beyond) : (0.45 * h2) / mu;
  const fastest = 1.02 * sqrt(max(0, 2 * (mu / nearest + rest * energy)));
  if (!isBeyond && nearest + 0.5 * h * fastest > barrier) return 0;
  const energyRate = fastest * pull + (mu / (nearest * nearest)) * recoil;
  const momentumRate = apocentre * pull + fastest * recoil;
  const heightRate = (1.1 * momentum * momentumRate) / (barrier * barrier) + energyRate;
  const first = min((largestChange * -energy) / energyRate, (largestChange * momentum) / momentumRate);
  return min(min(first, height / heightRate), longestConfined) - h;
}

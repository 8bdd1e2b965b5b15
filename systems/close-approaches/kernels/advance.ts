import { components, one, pair } from './layout';
import { driftPairs } from './drift';
import { kickPairs } from './kick';
import { kickPairsBySun } from './sun';
export { workspaceStart } from './layout';

/** Particles that take all steps before the next ones do: their states stay in the first cache. */
const block: i32 = 512;

/**
 * Steps of `count` particles of a table: `values` is the address of the first one's x, `stride` lies between components.
 * The track's first row is at `track`; the last four numbers are of the forces beside gravity, `forces` their bits. `scratch` is
 * where this thread may write 160 bytes.
 */
export function advance(
  values: usize,
  stride: usize,
  count: i32,
  mu: f64,
  gm: usize,
  planets: i32,
  track: usize,
  steps: i32,
  h: f64,
  firstDrift: f64,
  lastDrift: f64,
  forces: i32,
  relativity: f64,
  oblateness: f64,
  scratch: usize,
): void {
  const even = count & ~1;
  for (let begin = 0; begin < even; begin += block) {
    const size = min(block, even - begin);
    advancePairs(
      values + one * <usize>begin,
      stride,
      size >> 1,
      mu,
      gm,
      planets,
      track,
      steps,
      h,
      firstDrift,
      lastDrift,
      forces,
      relativity,
      oblateness,
    );
  }
  if (even == count) return;
  // The odd one is its own neighbour.
  const last = values + one * <usize>even;
  for (let k = 0; k < components; k++) v128.store(scratch + pair * <usize>k, v128.load64_splat(last + stride * <usize>k));
  advancePairs(scratch, pair, 1, mu, gm, planets, track, steps, h, firstDrift, lastDrift, forces, relativity, oblateness);
  for (let k = 0; k < 6; k++) store<f64>(last + stride * <usize>k, load<f64>(scratch + pair * <usize>k));
}

function advancePairs(
  values: usize,
  stride: usize,
  pairs: i32,
  mu: f64,
  gm: usize,
  planets: i32,
  track: usize,
  steps: i32,
  h: f64,
  firstDrift: f64,
  lastDrift: f64,
  forces: i32,
  relativity: f64,
  oblateness: f64,
): void {
  const rowBytes = one * <usize>(9 + 3 * planets);
  for (let step = 0; step < steps; step++) {
    driftPairs(values, stride, pairs, mu, step == 0 ? firstDrift : h);
    if (forces != 0) kickPairsBySun(values, stride, pairs, mu, gm, planets, track, h, forces, relativity, oblateness);
    else kickPairs(values, stride, pairs, gm, planets, track, h);
    track += rowBytes;
  }
  if (lastDrift != 0) driftPairs(values, stride, pairs, mu, lastDrift);
}

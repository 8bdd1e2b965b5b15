import { components, one, pair, rowStates, slot, stateBytes } from './layout';
import { driftPairs } from './drift';
import { beginning, ending, kickPairs } from './kick';
import { kickPairsBySun } from './sun';
export { workspaceStart } from './layout';

/** Particles that take all steps before the next ones do: their states stay in the first cache. */
const block: i32 = 512;

/**
 * Steps of `count` particles of a table from node to node: `values` is the address of the first one's x, `stride` lies between
 * components. The first node's row is at `track`, those of the following nodes are each `rowsPerStep` rows further; the last four
 * numbers are of the forces beside gravity, `forces` their bits. `scratch` is where this thread may write 13 slots and 160 bytes.
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
  rowsPerStep: i32,
  h: f64,
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
      rowsPerStep,
      h,
      forces,
      relativity,
      oblateness,
      scratch,
    );
  }
  if (even == count) return;
  // The odd one is its own neighbour.
  const last = values + one * <usize>even;
  const own = scratch + 13 * slot;
  for (let k = 0; k < components; k++) v128.store(own + pair * <usize>k, v128.load64_splat(last + stride * <usize>k));
  advancePairs(own, pair, 1, mu, gm, planets, track, steps, rowsPerStep, h, forces, relativity, oblateness, scratch);
  for (let k = 0; k < 6; k++) store<f64>(last + stride * <usize>k, load<f64>(own + pair * <usize>k));
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
  rowsPerStep: i32,
  h: f64,
  forces: i32,
  relativity: f64,
  oblateness: f64,
  scratch: usize,
): void {
  const nodeBytes = (rowStates + stateBytes * <usize>planets) * <usize>rowsPerStep;
  for (let step = 0; step <= steps; step++) {
    if (step > 0) driftPairs(values, stride, pairs, mu, h, scratch);
    const parts = step == 0 ? beginning : step == steps ? ending : beginning + ending;
    if (forces != 0) kickPairsBySun(values, stride, pairs, mu, gm, planets, track, h, parts, forces, relativity, oblateness);
    else kickPairs(values, stride, pairs, gm, planets, track, h, parts);
    track += nodeBytes;
  }
}

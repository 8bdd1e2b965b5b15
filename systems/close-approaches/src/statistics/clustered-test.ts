import { RandomStream } from '@sardonyx/data';
import type { BootstrapOptions } from './bootstrap.js';
import { type DistributionTest, uniformityTest } from './kolmogorov-smirnov.js';

/** Clusters below which drawing them again says nothing: of a single one every sample is the same, of a few they hardly vary. */
export const fewestClusters = 10;

/** Places at which the cumulative distributions are compared. */
const places = 256;

/**
 * Whether values on [0, 1] that come in clusters are uniform: the probability by drawing clusters with replacement of a distance from
 * the sample's own distribution as large as the sample's from the uniform one (cluster bootstrap of Kolmogorov's distance; Cameron,
 * Gelbach & Miller 2008, Rev. Econ. Stat. 90, 414, on resampling clusters).
 * @param cluster of each value, by any numbers
 * @returns with the number of clusters as `count`; `pValue` is NaN below {@link fewestClusters}
 */
export function clusteredUniformityTest(
  probabilities: Float64Array,
  cluster: ArrayLike<number>,
  { replicates = 1000, seed = 0 }: BootstrapOptions = {},
): DistributionTest {
  const { distance } = uniformityTest(probabilities);
  const { bins, ends } = binsByCluster(probabilities, cluster);
  const count = ends.length;
  if (count < fewestClusters) return { count, distance, pValue: NaN };
  const whole = cumulative(histogramOf(bins, 0, bins.length, new Float64Array(places)), bins.length);
  const observed = whole.reduce((most, share, k) => Math.max(most, Math.abs(share - (k + 1) / places)), 0);
  let larger = 0;
  const counts = new Float64Array(places);
  for (let replicate = 0; replicate < replicates; replicate++) {
    const stream = new RandomStream(seed, `clusters ${replicate}`);
    counts.fill(0);
    let drawn = 0;
    for (let draw = 0; draw < count; draw++) {
      const chosen = stream.integer(count);
      const [from, to] = [chosen === 0 ? 0 : ends[chosen - 1]!, ends[chosen]!];
      histogramOf(bins, from, to, counts);
      drawn += to - from;
    }
    const shares = cumulative(counts, drawn);
    if (shares.some((share, k) => Math.abs(share - whole[k]!) >= observed)) larger++;
  }
  return { count, distance, pValue: (1 + larger) / (1 + replicates) };
}

/** Bins of the values, those of a cluster together, and where each cluster ends. */
function binsByCluster(probabilities: Float64Array, cluster: ArrayLike<number>): { bins: Uint16Array; ends: Uint32Array } {
  const rows = Uint32Array.from(probabilities.keys()).sort((a, b) => cluster[a]! - cluster[b]! || a - b);
  const ends: number[] = [];
  rows.forEach((row, k) => {
    if (k + 1 === rows.length || cluster[rows[k + 1]!] !== cluster[row]) ends.push(k + 1);
  });
  const bins = Uint16Array.from(rows, (row) => Math.min(places - 1, Math.floor(places * probabilities[row]!)));
  return { bins, ends: Uint32Array.from(ends) };
}

function histogramOf(bins: Uint16Array, from: number, to: number, counts: Float64Array): Float64Array {
  for (let k = from; k < to; k++) counts[bins[k]!]!++;
  return counts;
}

function cumulative(counts: Float64Array, total: number): Float64Array {
  let sum = 0;
  return counts.map((count) => (sum += count) / total);
}

import type { Kernel } from './kernel.js';
import { type PoolMapOptions, type PoolOptions, ThreadPool } from './pool.js';

/** Options of {@link map}. */
export interface MapOptions<Result> extends PoolOptions, PoolMapOptions<Result> {}

/**
 * Results of a kernel on every shard, in the order of the shards. Shards start in their order, so that long ones are best given
 * first. The results are the same whatever the number of workers.
 * @throws {ParallelError} the first failure; what was computed before has been given to `onResult`
 * @throws the signal's reason, and what `onResult` or `pause` throw
 */
export async function map<Shard, Result>(
  shards: readonly Shard[],
  kernel: Kernel<Shard, Result>,
  { workers, ...options }: MapOptions<Result> = {},
): Promise<Result[]> {
  const pool = new ThreadPool(kernel, workers === undefined ? {} : { workers });
  try {
    return await pool.map(shards, options);
  } finally {
    await pool.end();
  }
}

/** What a kernel may use while it runs. */
export interface KernelContext {
  /**
   * Awaited between units of work. In the calling thread it lets other things happen, and throws where the computation is
   * aborted; a thread of its own is simply ended.
   */
  pause(): Promise<void>;
}

/**
 * A computation that any thread can find again: `run` is what the calling thread would call, and the module at `module` exports the
 * kernel under `name`. Its result depends on the shard alone. Shards and results are structured-cloned, so that a kernel gets
 * copies, of typed arrays too.
 *
 * @example
 * export const squares: Kernel<number, number> = { module: import.meta.url, name: 'squares', run: (x) => x * x };
 */
export interface Kernel<Shard, Result> {
  /** URL of the module, as `import.meta.url` gives it. */
  readonly module: string;
  /** Name of its export. */
  readonly name: string;
  run(shard: Shard, context: KernelContext): Result | Promise<Result>;
}

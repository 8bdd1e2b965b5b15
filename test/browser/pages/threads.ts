import { type Kernel, ThreadPool } from '@sardonyx/parallel';
import { offer } from './programs.js';

/** A module that a worker can import from anywhere: squares one number of a shared array, and tells which thread it was. */
const source = `
const thread = Math.random();
export const square = {
  run({ shared, index }) {
    const values = new Float64Array(shared);
    values[index] *= values[index];
    return thread;
  },
};`;

interface Shard {
  readonly shared: SharedArrayBuffer;
  readonly index: number;
}

const square: Kernel<Shard, number> = {
  module: `data:text/javascript,${encodeURIComponent(source)}`,
  name: 'square',
  run: () => {
    throw new Error('expected a worker to run this');
  },
};

offer({
  /** Squares of 1 … 100 by two workers in shared memory, and how many threads took part. */
  async squares(): Promise<{ values: number[]; threads: number; note: string | null }> {
    const shared = new SharedArrayBuffer(8 * 100);
    const values = new Float64Array(shared).map((_, i) => i + 1);
    new Float64Array(shared).set(values);
    const pool = new ThreadPool(square, { workers: 2 });
    const threads = await pool.map(Array.from(values, (_, index) => ({ shared, index })));
    await pool.end();
    return { values: [...new Float64Array(shared)], threads: new Set(threads).size, note: pool.note ?? null };
  },

  /** The error of a kernel that its module does not export. */
  async missing(): Promise<string> {
    const pool = new ThreadPool({ ...square, name: 'cube' }, { workers: 2 });
    const shared = new SharedArrayBuffer(8);
    return await pool.map([{ shared, index: 0 }]).then(String, String);
  },
});

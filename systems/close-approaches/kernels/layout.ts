/** The caller's arrays begin here. */
export const workspaceStart: usize = 4096;

/** Bytes of a number and of a pair. */
export const one: usize = 8;
export const pair: usize = 16;

/** Components of a particle: state, Yarkovsky drift, A1 … A3. */
export const components: i32 = 10;

/** Where the parts of a track's row begin. */
export const rowAfter: usize = 3 * one;
export const rowVelocity: usize = 6 * one;
export const rowPositions: usize = 9 * one;

/** The caller's arrays begin here. */
export const workspaceStart: usize = 4096;

/** Bytes of a number and of a pair. */
export const one: usize = 8;
export const pair: usize = 16;

/** Components of a particle: state, Yarkovsky drift, A1 … A3. */
export const components: i32 = 10;

/** A track's row: the star's recoil, then Q and V of every planet. */
export const rowStates: usize = 3 * one;
export const stateBytes: usize = 6 * one;

/** Pairs that drift together, and the bytes that one of their quantities takes in a thread's scratch space. */
export const chunk: i32 = 16;
export const slot: usize = pair * <usize>chunk;

/** Extents of one packed block: rows of the left operand, depth, columns of the right operand. */
export const blockRows: i32 = 64;
export const blockDepth: i32 = 256;
export const blockColumns: i32 = 512;

/** Rows of the register tile; it is two vectors wide. */
export const tileRows: i32 = 4;

/** Fixed places at the bottom of the memory; the caller's arrays begin at `workspaceStart`. */
export const packedLeft: usize = 4096;
export const packedRight: usize = packedLeft + <usize>(blockRows * blockDepth * 8);
export const edgeTile: usize = packedRight + <usize>(blockDepth * blockColumns * 8);
export const workspaceStart: usize = edgeTile + 4096;

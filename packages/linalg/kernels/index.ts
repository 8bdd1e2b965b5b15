/** What the host calls. Offsets and strides count elements. */
export { workspaceStart } from './layout';
export { multiply } from './multiply';
export { rotatePair, rotateRows, transposeRows } from './rotations';
export { addRows, dot, rowDots, symmetricTimesVector } from './rows';
export { secularProducts, secularSums, secularVector } from './secular';
export { choleskyRows, mirrorLower, solveRows } from './triangles';

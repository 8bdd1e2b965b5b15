/** What the host calls. Addresses and strides count bytes. */
export { advance, workspaceStart } from './advance';
export { radauCommit, radauCorrect, radauNewton, radauPositions, radauPredict, radauVelocities } from './radau';
export { safeSteps } from './safe-steps';

export { acos, asin, atan, atan2 } from './arctangent.js';
export { exp } from './exponential.js';
export { log } from './logarithm.js';
export { cbrt, pow } from './power.js';
export { cos, sin, sinCos, type SineCosine, tan } from './sine.js';

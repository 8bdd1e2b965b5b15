export { categorical, type CategoricalOptions, gumbel, type GumbelOptions } from './categorical.js';
export { bits, foldIn, key, split } from './key.js';
export { integers, type IntegersOptions } from './integers.js';
export {
  normal,
  type NormalOptions,
  truncatedNormal,
  type TruncatedNormalOptions,
} from './normal.js';
export { bernoulli, uniform, type UniformOptions } from './uniform.js';
export { choice, type ChoiceOptions, permutation } from './permutation.js';

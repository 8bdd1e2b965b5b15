import type { Tensor } from '@sardonyx/tensor';
import type { Optimizer, ParameterTreatment } from './optimizer.js';

/** Operations an element of the optimizers that take elements one by one, counted from their formulas; a root is one. */
const elementwise: Readonly<Record<string, number>> = { sgd: 2, momentum: 4, adam: 10, adamW: 11, adafactor: 11 };

/** What an optimizer does with a parameter. */
export function treatmentOf(optimizer: Optimizer, path: string, parameter: Tensor): ParameterTreatment {
  const known = optimizer.describe?.(path, parameter);
  return known ?? { treatment: optimizer.name, flopsPerStep: (elementwise[optimizer.name] ?? 10) * parameter.size };
}

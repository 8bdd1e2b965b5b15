import {
  adafactor,
  type AdafactorOptions,
  adam,
  type AdamOptions,
  adamW,
  type AdamWOptions,
  asgo,
  type AsgoOptions,
  momentum,
  type MomentumOptions,
  muon,
  type MuonOptions,
  type Optimizer,
  type ParameterFilter,
  type ScheduleFunction,
  sgd,
  type SgdOptions,
  shampoo,
  type ShampooOptions,
  soap,
  type SoapOptions,
  structuredAdaGrad,
  type StructuredAdaGradOptions,
} from '@sardonyx/optim';

/** What the trainer sets itself. */
type Own = 'learningRate' | 'weightDecayFor' | 'adamWFor' | 'adamW' | 'outputAxis';

/** An optimizer of `@sardonyx/optim` by its name, with its options as plain data. */
export type OptimizerChoice =
  | ({ readonly name: 'sgd' } & Omit<SgdOptions, Own>)
  | ({ readonly name: 'momentum' } & Omit<MomentumOptions, Own>)
  | ({ readonly name: 'adam' } & Omit<AdamOptions, Own>)
  | ({ readonly name: 'adamW' } & Omit<AdamWOptions, Own>)
  | ({ readonly name: 'adafactor' } & Omit<AdafactorOptions, Own>)
  | ({ readonly name: 'muon' } & Omit<MuonOptions, Own>)
  | ({ readonly name: 'shampoo' } & Omit<ShampooOptions, Own>)
  | ({ readonly name: 'soap' } & Omit<SoapOptions, Own>)
  | ({ readonly name: 'asgo' } & Omit<AsgoOptions, Own>)
  | ({ readonly name: 'structuredAdaGrad' } & Omit<StructuredAdaGradOptions, Own>);

export const optimizerNames = [
  'sgd',
  'momentum',
  'adam',
  'adamW',
  'adafactor',
  'muon',
  'shampoo',
  'soap',
  'asgo',
  'structuredAdaGrad',
] as const satisfies readonly OptimizerChoice['name'][];

/** AdamW(0.9, 0.98) without decay: the default of small runs. */
export const defaultOptimizer: OptimizerChoice = { name: 'adamW', beta1: 0.9, beta2: 0.98, weightDecay: 0 };

/** Matrices decay; gains of norms and biases, which are vectors, do not. */
const matrices: ParameterFilter = (_path, parameter) => parameter.rank >= 2;

/** Embeddings and the head, which optimizers for hidden matrices leave to AdamW. */
const notHidden: ParameterFilter = (path) => /^(tokenEmbedding|positionEmbedding|head|loopEmbedding)/.test(path);

/**
 * The optimizer of a choice under a schedule. Optimizers for hidden matrices (Muon, ASGO) get AdamW(0.9, 0.98) with the
 * same schedule for the others; Muon's steps are scaled to the size of AdamW's, so that one rate serves both.
 */
export function chosenOptimizer(choice: OptimizerChoice, learningRate: ScheduleFunction): Optimizer {
  const own = { learningRate, weightDecayFor: matrices };
  const others = { adamWFor: notHidden, adamW: { beta1: 0.9, beta2: 0.98, weightDecay: 0, learningRate } };
  switch (choice.name) {
    case 'sgd':
      return sgd({ ...optionsOf(choice), ...own });
    case 'momentum':
      return momentum({ ...optionsOf(choice), ...own });
    case 'adam':
      return adam({ ...optionsOf(choice), ...own });
    case 'adamW':
      return adamW({ ...optionsOf(choice), ...own });
    case 'adafactor':
      return adafactor({ ...optionsOf(choice), ...own });
    case 'muon':
      return muon({ scale: 'match-adamW', ...optionsOf(choice), ...own, ...others });
    case 'shampoo':
      return shampoo({ ...optionsOf(choice), ...own });
    case 'soap':
      return soap({ ...optionsOf(choice), ...own });
    case 'asgo':
      return asgo({ ...optionsOf(choice), ...own, ...others });
    case 'structuredAdaGrad':
      return structuredAdaGrad({ ...optionsOf(choice), ...own });
  }
}

function optionsOf<C extends OptimizerChoice>(choice: C): Omit<C, 'name'> {
  const { name: _, ...options } = choice;
  return options;
}
